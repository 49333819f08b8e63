import { describe, expect, it } from "vitest";
import { sleep } from "../../src/runtime/clock.js";
import { createVirtualClock } from "../../src/runtime/virtual-clock.js";

describe("the virtual clock", () => {
  it("fires timers in the order of their deadlines, equals in the order of their start", () => {
    const clock = createVirtualClock(1_000);
    const fired: string[] = [];
    for (const [name, ms] of [
      ["late", 30],
      ["early", 10],
      ["early too", 10],
      ["never", 31],
    ] as const) {
      clock.startTimer(name, ms, () => fired.push(`${name} at ${clock.monotonicMs()}`));
    }
    clock.startTimer("cancelled", 5, () => fired.push("cancelled")).cancel();
    clock.advance(30);
    expect(fired).toEqual(["early at 10", "early too at 10", "late at 30"]);
    expect(clock.activeTimers()).toEqual(["never"]);
    expect(clock.wallMs()).toBe(1_030);
  });

  it("fires what is started on the way when it falls due, and leaves the rest", () => {
    const clock = createVirtualClock();
    const fired: number[] = [];
    const chain = (): void => {
      fired.push(clock.monotonicMs());
      clock.startTimer("chain", 10, chain);
    };
    clock.startTimer("chain", 10, chain);
    clock.advance(35);
    expect(fired).toEqual([10, 20, 30]);
    expect(clock.monotonicMs()).toBe(35);
  });

  it("refuses to be moved by a timer, and works on after a timer that throws", () => {
    const clock = createVirtualClock();
    clock.startTimer("greedy", 1, () => clock.advance(1));
    expect(() => clock.advance(5)).toThrow(/advanced already/u);
    expect(clock.monotonicMs()).toBe(1);
    clock.advance(5);
    expect(clock.monotonicMs()).toBe(6);
    expect(() => clock.advance(-1)).toThrow();
    expect(() => clock.advance(Number.NaN)).toThrow();
  });

  it("moves from timer to timer until a promise settles", async () => {
    const clock = createVirtualClock();
    const work = (async () => {
      await sleep(clock, "one", 1_000);
      await sleep(clock, "two", 500);
      return "done";
    })();
    await expect(clock.advanceUntil(work, 2_000)).resolves.toBe("done");
    expect(clock.monotonicMs()).toBe(1_500);
  });

  it("tells a hang by its limit, with the names of what waits", async () => {
    const clock = createVirtualClock();
    const tick = (): void => void clock.startTimer("pulse", 100, tick);
    tick();
    await expect(clock.advanceUntil(new Promise(() => undefined), 1_000)).rejects.toThrow(
      /1000 ms; waiting: pulse/u,
    );
    expect(clock.monotonicMs()).toBe(1_000);
  });

  it("tells a hang when no timer is left, and passes a rejection on", async () => {
    const clock = createVirtualClock();
    await expect(clock.advanceUntil(new Promise(() => undefined), 1_000)).rejects.toThrow(
      /no timer is left/u,
    );
    await expect(clock.advanceUntil(Promise.reject(new Error("bad")), 1_000)).rejects.toThrow("bad");
  });
});
