import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { backoffDelays } from "../../src/runtime/backoff.js";
import { createSystemClock, sleep } from "../../src/runtime/clock.js";
import { compiledModulePath } from "../../src/runtime/compiled-module.js";
import { createRestartBudget, type RestartBudgetOptions } from "../../src/runtime/restart-budget.js";
import { err, ok } from "../../src/runtime/result.js";
import { runProgram } from "../../src/runtime/run-program.js";
import { createSupervisor, type SupervisedRun, type SupervisorHealth } from "../../src/runtime/supervisor.js";
import { createVirtualClock } from "../../src/runtime/virtual-clock.js";

const backoff = { firstMs: 100, factor: 2, limitMs: 800, jitter: 0 };
const budget = { capacity: 3, refillEveryMs: 10_000 };

/** A thing that lives `livesMs`, or until it is stopped. */
function bench(livesMs: () => number, limits: RestartBudgetOptions = budget) {
  const clock = createVirtualClock();
  const begunAtMs: number[] = [];
  const health: SupervisorHealth<string>[] = [];
  let stops = 0;
  const supervisor = createSupervisor<string>({
    clock,
    random: () => 0.5,
    name: "thing",
    backoff,
    budget: limits,
    tooSlow: "too slow",
    onHealth: (one) => health.push(one),
    begin: () => {
      begunAtMs.push(clock.monotonicMs());
      const ms = livesMs();
      if (ms === 0) return Promise.resolve(err("cannot begin"));
      const stop = new AbortController();
      const run: SupervisedRun<string> = {
        ended: sleep(clock, "life", ms, stop.signal).then((how) => (how === "elapsed" ? "died" : "stopped")),
        stop: () => {
          stops += 1;
          stop.abort();
          return Promise.resolve();
        },
      };
      return Promise.resolve(ok(run));
    },
  });
  const pass = (ms: number) => clock.advanceUntil(sleep(clock, "pass", ms), ms);
  return { clock, supervisor, begunAtMs, health, pass, stops: () => stops };
}

describe("backoff", () => {
  it("grows to its limit, and draws only downwards", () => {
    const delays = backoffDelays({ firstMs: 100, factor: 2, limitMs: 500, jitter: 0.2 }, () => 0.5);
    const values = [1, 2, 3, 4, 5].map(() => delays.next().value);
    for (const [index, ms] of [90, 180, 360, 450, 450].entries()) expect(values[index]).toBeCloseTo(ms);
  });
});

describe("the restart budget", () => {
  it("is spent at once and comes back slowly, never above its capacity", () => {
    const clock = createVirtualClock();
    const attempts = createRestartBudget(clock, { capacity: 2, refillEveryMs: 1_000 });
    expect([attempts.take(), attempts.take(), attempts.take()]).toEqual([true, true, false]);
    clock.advance(400);
    expect(attempts.msUntilNext()).toBe(600);
    clock.advance(600);
    expect([attempts.take(), attempts.take()]).toEqual([true, false]);
    clock.advance(60_000);
    expect(attempts.left()).toBe(2);
    expect(attempts.msUntilNext()).toBe(0);
  });
});

describe("the supervisor", () => {
  it("starts again with growing pauses, then at the pace of the refill, for ever", async () => {
    const { supervisor, begunAtMs, pass, health } = bench(() => 0);
    supervisor.start();
    await pass(45_000);
    // 100, 200, 400 ms from the budget; after that one attempt each 10 s. The refill runs from the first one spent.
    expect(begunAtMs.slice(0, 4)).toEqual([0, 100, 300, 700]);
    expect(begunAtMs.slice(4).map((ms) => Math.round(ms / 1_000))).toEqual([10, 20, 30, 40]);
    expect(supervisor.health()).toMatchObject({
      state: "waiting",
      lastReason: "cannot begin",
      budgetEmpty: true,
    });
    expect(health.some(({ state }) => state === "running")).toBe(false);
    await supervisor.stop();
  });

  it("that has no budget is caught: a device that flaps is tried far more often in an hour", async () => {
    async function startsInAnHour(limits: RestartBudgetOptions): Promise<number> {
      const { supervisor, begunAtMs, pass } = bench(() => 0, limits);
      supervisor.start();
      await pass(3_600_000);
      await supervisor.stop();
      return begunAtMs.length;
    }
    const most = budget.capacity + 3_600_000 / budget.refillEveryMs;
    expect(await startsInAnHour(budget)).toBeLessThanOrEqual(most);
    expect(await startsInAnHour({ capacity: Number.POSITIVE_INFINITY, refillEveryMs: 1 })).toBeGreaterThan(
      most,
    );
  });

  it("forgets the pauses after a good life", async () => {
    const lives = [50, 50, 40_000, 50];
    const { supervisor, begunAtMs, pass } = bench(() => lives.shift() ?? 1e9);
    supervisor.start();
    await pass(60_000);
    // 0 +50 +100 = 150, +50 +200 = 400, +40 000 +100 = 40 500, +50 +200 = 40 750.
    expect(begunAtMs).toEqual([0, 150, 400, 40_500, 40_750]);
    expect(supervisor.health()).toMatchObject({ state: "running", restarts: 4, lastReason: "died" });
    await supervisor.stop();
  });

  it("stops what runs, or the wait, and leaves no timer", async () => {
    for (const livesMs of [1e9, 0]) {
      const { supervisor, clock, pass, stops } = bench(() => livesMs);
      supervisor.start();
      await pass(50);
      await clock.advanceUntil(supervisor.stop(), 3_000);
      expect(supervisor.health().state).toBe("stopped");
      expect(stops()).toBe(livesMs === 0 ? 0 : 1);
      // Only the thing's own life may be there; the double ends it with its signal.
      expect(clock.activeTimers()).toEqual([]);
    }
  });

  it("gives a start that hangs up, and stops it when it comes back after all", async () => {
    const clock = createVirtualClock();
    let stopped = 0;
    let aborted = false;
    const supervisor = createSupervisor<string>({
      clock,
      random: () => 0,
      name: "slow",
      beginLimitMs: 500,
      backoff: { firstMs: 5_000, factor: 1, limitMs: 5_000, jitter: 0 },
      tooSlow: "too slow",
      begin: async (signal) => {
        signal.addEventListener("abort", () => {
          aborted = true;
        });
        await sleep(clock, "slow begin", 900);
        const run = {
          ended: new Promise<string>(() => undefined),
          stop: () => {
            stopped += 1;
            return Promise.resolve();
          },
        };
        return ok(run);
      },
    });
    supervisor.start();
    await clock.advanceUntil(sleep(clock, "pass", 1_000), 1_000);
    expect(supervisor.health()).toMatchObject({ state: "waiting", lastReason: "too slow" });
    expect({ aborted, stopped }).toEqual({ aborted: true, stopped: 1 });
    await clock.advanceUntil(supervisor.stop(), 1_000);
    expect(clock.activeTimers()).toEqual([]);
  });

  it("keeps nothing of the lives that are over", async () => {
    const load = (name: string): string =>
      JSON.stringify(pathToFileURL(compiledModulePath(`runtime/${name}.js`)).href);
    // A process of its own, for the heap of no other test is in it. Numbers in KiB.
    const script = `
      const { sleep } = await import(${load("clock")});
      const { createVirtualClock } = await import(${load("virtual-clock")});
      const { createSupervisor } = await import(${load("supervisor")});
      const clock = createVirtualClock();
      let lives = 0;
      const begin = async () => ({ ok: true, value: { ended: Promise.resolve(++lives), stop: async () => {} } });
      const supervisor = createSupervisor({ clock, random: () => 0, name: "plug", tooSlow: 0, begin });
      const heapAfter = async (ms) => {
        await clock.advanceUntil(sleep(clock, "shift", ms), ms);
        gc();
        return process.memoryUsage().heapUsed / 1024;
      };
      supervisor.start();
      const warm = await heapAfter(5_000 * 15_000);
      const later = await heapAfter(10_000 * 15_000);
      await supervisor.stop();
      console.log(JSON.stringify({ lives, grownBy: later - warm }));`;
    const args = ["--expose-gc", "--input-type=module", "-e", script];
    const outcome = await runProgram(createSystemClock(), process.execPath, args, { timeoutMs: 25_000 });
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.error));
    const { lives, grownBy } = JSON.parse(outcome.value.stdout.toString()) as Record<string, number>;
    expect(lives).toBeGreaterThan(15_000);
    // A hundred bytes a life would be 1000.
    expect(grownBy).toBeLessThan(500);
  });
});
