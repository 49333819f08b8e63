import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sleep } from "../../src/runtime/clock.js";
import { createTaskManager, type TaskEvent } from "../../src/runtime/task-manager.js";
import { createVirtualClock } from "../../src/runtime/virtual-clock.js";

function bench(limit: number, queueLimit?: number) {
  const clock = createVirtualClock();
  const events: TaskEvent[] = [];
  const tasks = createTaskManager({
    clock,
    limit,
    onEvent: (event) => events.push(event),
    ...(queueLimit === undefined ? {} : { queueLimit }),
  });
  return { clock, events, tasks };
}

const deaf = (): Promise<never> => new Promise(() => undefined);

describe("the task manager", () => {
  it("gives the value of the work, and what it throws as a failure", async () => {
    const { clock, tasks } = bench(2);
    const good = tasks.run("good", { timeoutMs: 100 }, async () => {
      await sleep(clock, "work", 50);
      return 42;
    });
    const bad = tasks.run("bad", { timeoutMs: 100 }, () => {
      throw new Error("boom");
    });
    expect(await clock.advanceUntil(good.result, 100)).toEqual({ ok: true, value: 42 });
    expect(await bad.result).toMatchObject({ ok: false, error: { kind: "failed", detail: "boom" } });
    expect(tasks.active()).toEqual([]);
    expect(clock.activeTimers()).toEqual([]);
  });

  it("queues beyond the limit, keeps the order, never kills the oldest, refuses beyond the queue", async () => {
    const { clock, tasks } = bench(1, 2);
    const order: string[] = [];
    const start = (name: string) =>
      tasks.run(name, { timeoutMs: 1_000 }, async () => {
        order.push(name);
        await sleep(clock, name, 100);
      });
    const [a, b, c, d] = ["a", "b", "c", "d"].map(start);
    expect(await d?.result).toEqual({ ok: false, error: { kind: "refused", reason: "queue_full" } });
    expect(tasks.active().map(({ name, state }) => `${name} ${state}`)).toEqual([
      "a running",
      "b queued",
      "c queued",
    ]);
    const all = await clock.advanceUntil(Promise.all([a?.result, b?.result, c?.result]), 1_000);
    expect(all.every((outcome) => outcome?.ok)).toBe(true);
    expect(order).toEqual(["a", "b", "c"]);
    expect(clock.monotonicMs()).toBe(300);
  });

  it("settles a task whose work ignores the abort, lists it as a straggler and gives its place away", async () => {
    const { clock, tasks, events } = bench(1);
    let aborted = false;
    let letGo: () => void = () => undefined;
    const stuck = tasks.run("stuck", { timeoutMs: 200 }, (signal) => {
      signal.addEventListener("abort", () => {
        aborted = true;
      });
      return new Promise<void>((resolve) => {
        letGo = resolve;
      });
    });
    const next = tasks.run("next", { timeoutMs: 300 }, () => Promise.resolve("ran"));
    expect(await clock.advanceUntil(stuck.result, 1_000)).toEqual({
      ok: false,
      error: { kind: "timed_out", afterMs: 200, where: "running" },
    });
    expect(aborted).toBe(true);
    expect(await next.result).toEqual({ ok: true, value: "ran" });
    expect(tasks.active()).toEqual([{ id: 1, name: "stuck", state: "straggler", ageMs: 200 }]);
    letGo();
    await clock.advanceUntil(sleep(clock, "after", 5), 10);
    expect(tasks.active()).toEqual([]);
    expect(events.filter(({ name }) => name === "stuck").map(({ kind }) => kind)).toEqual([
      "started",
      "settled",
      "straggling",
      "straggler_ended",
    ]);
  });

  it("limits the wait in the queue as well", async () => {
    const { clock, tasks } = bench(1);
    tasks.run("long", { timeoutMs: 10_000 }, deaf);
    let ran = false;
    const waiting = tasks.run("waiting", { timeoutMs: 50 }, () => {
      ran = true;
      return Promise.resolve();
    });
    expect(await clock.advanceUntil(waiting.result, 100)).toMatchObject({
      error: { kind: "timed_out", where: "queue" },
    });
    expect(ran).toBe(false);
  });

  it("cancels one, running or queued, by hand or by the owner's signal, and leaves the others", async () => {
    const { clock, tasks } = bench(1);
    const owner = new AbortController();
    const first = tasks.run("first", { timeoutMs: 1_000 }, (signal) => sleep(clock, "w", 500, signal));
    const second = tasks.run("second", { timeoutMs: 1_000, signal: owner.signal }, () => Promise.resolve(2));
    const third = tasks.run("third", { timeoutMs: 1_000 }, () => Promise.resolve(3));
    owner.abort();
    expect(await second.result).toMatchObject({ error: { kind: "cancelled" } });
    first.cancel("changed my mind");
    first.cancel("again");
    expect(await first.result).toEqual({
      ok: false,
      error: { kind: "cancelled", reason: "changed my mind" },
    });
    expect(await third.result).toEqual({ ok: true, value: 3 });
    const late = tasks.run("late", { timeoutMs: 10, signal: owner.signal }, () => Promise.resolve(4));
    expect(await late.result).toMatchObject({ error: { kind: "cancelled" } });
  });

  it("cancels all and reports who ended and who did not; refuses after close", async () => {
    const { clock, tasks } = bench(2);
    tasks.run("polite", { timeoutMs: 10_000 }, (signal) => sleep(clock, "polite", 9_000, signal));
    tasks.run("deaf", { timeoutMs: 10_000 }, deaf);
    tasks.run("queued", { timeoutMs: 10_000 }, () => Promise.resolve());
    const report = await clock.advanceUntil(tasks.close(300), 1_000);
    expect(report).toEqual({ ended: ["polite", "queued"], notEnded: ["deaf"] });
    expect(clock.monotonicMs()).toBe(300);
    const refused = await tasks.run("after", { timeoutMs: 10 }, () => Promise.resolve()).result;
    expect(refused).toEqual({ ok: false, error: { kind: "refused", reason: "closed" } });
    expect(clock.activeTimers()).toEqual([]);
  });

  it("keeps its promises whatever tasks come: each settles, the limit holds, no timer is left", async () => {
    const script = fc.array(
      fc.record({
        workMs: fc.integer({ min: 0, max: 400 }),
        timeoutMs: fc.integer({ min: 1, max: 400 }),
        behaviour: fc.constantFrom("polite", "ignores", "throws"),
        cancelAtMs: fc.option(fc.integer({ min: 0, max: 400 })),
      }),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(script, fc.integer({ min: 1, max: 3 }), async (entries, limit) => {
        const { clock, tasks } = bench(limit);
        let most = 0;
        const results = entries.map(({ workMs, timeoutMs, behaviour, cancelAtMs }, index) => {
          const task = tasks.run(`t${index}`, { timeoutMs }, async (signal) => {
            most = Math.max(most, tasks.active().filter(({ state }) => state === "running").length);
            await sleep(clock, "work", workMs, behaviour === "ignores" ? undefined : signal);
            if (behaviour === "throws") throw new Error("no");
          });
          if (cancelAtMs !== null) clock.startTimer("cancel", cancelAtMs, () => task.cancel("drawn"));
          return task.result;
        });
        const outcomes = await clock.advanceUntil(Promise.all(results), 20_000);
        await clock.advanceUntil(sleep(clock, "rest", 500), 500);
        expect(outcomes).toHaveLength(entries.length);
        expect(most).toBeLessThanOrEqual(limit);
        expect(tasks.active()).toEqual([]);
        expect(clock.activeTimers()).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
