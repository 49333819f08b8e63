import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../../src/runtime/virtual-clock.js";
import { createWatchdog, type WatchdogOptions, watchdogLimitMs } from "../../src/service/watchdog.js";

/** Meals of a minute in which the microphone is silent from the 20th second to the 40th, by virtual second. */
function mealsOf(build: typeof createWatchdog) {
  const clock = createVirtualClock();
  const meals: number[] = [];
  const complaints: (readonly string[])[] = [];
  const nowS = (): number => clock.monotonicMs() / 1_000;
  const options: WatchdogOptions = {
    clock,
    limitMs: 10_000,
    missing: () => (nowS() > 20 && nowS() <= 40 ? ["microphone"] : []),
    feed: () => meals.push(nowS()),
    onMissing: (parts) => complaints.push(parts),
  };
  const watchdog = build(options);
  watchdog.start();
  clock.advance(60_000);
  watchdog.close();
  clock.advance(60_000);
  return { meals, complaints, timers: clock.activeTimers() };
}

const evidenceOnly = [5, 10, 15, 20, 45, 50, 55, 60];

describe("the watchdog", () => {
  it("is fed at half its period, and only while every part gives a sign of life", () => {
    const { meals, complaints, timers } = mealsOf(createWatchdog);
    expect(meals).toEqual(evidenceOnly);
    expect(complaints).toEqual([["microphone"], ["microphone"], ["microphone"], ["microphone"]]);
    expect(timers).toEqual([]);
  });

  it("that a timer feeds is caught", () => {
    const { meals } = mealsOf((options) => createWatchdog({ ...options, missing: () => [] }));
    expect(meals).not.toEqual(evidenceOnly);
  });

  it("does nothing where systemd waits for none", () => {
    expect(["30000000", undefined, "", "0", "-5", "soon"].map(watchdogLimitMs)).toEqual([
      30_000,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(mealsOf((options) => createWatchdog({ ...options, limitMs: undefined })).meals).toEqual([]);
  });
});
