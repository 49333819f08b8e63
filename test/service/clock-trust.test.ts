import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createVirtualClock } from "../../src/runtime/virtual-clock.js";
import { createClockTrust, isClockTrusted } from "../../src/service/clock-trust.js";
import { temporaryFolder } from "../doubles/temporary-store.js";

const start = Date.UTC(2026, 10, 25, 8);
const year = 365 * 86_400_000;

/** A machine with the given sources of time, whose clock can be set. */
function bench(...sources: readonly ("network" | "rtc")[]) {
  const root = `${temporaryFolder()}/`;
  let syncs = 0;
  const syncFromNetwork = (): void => {
    mkdirSync(join(root, "run/systemd/timesync"), { recursive: true });
    const path = join(root, "run/systemd/timesync/synchronized");
    writeFileSync(path, "");
    syncs += 1;
    utimesSync(path, syncs, syncs);
  };
  if (sources.includes("network")) syncFromNetwork();
  if (sources.includes("rtc")) {
    mkdirSync(join(root, "dev"));
    writeFileSync(join(root, "dev/rtc0"), "");
  }
  const virtual = createVirtualClock(start);
  let setBy = 0;
  const clock = { ...virtual, wallMs: () => virtual.wallMs() + setBy };
  const steps: number[] = [];
  const trust = createClockTrust(clock, { root, onStep: (byMs) => steps.push(byMs) });
  return {
    root,
    trust,
    steps,
    syncFromNetwork,
    pass: (ms: number) => virtual.advance(ms),
    step: (byMs: number) => (setBy += byMs),
  };
}

test("without a source, or before this program was written, no time is believed", () => {
  expect(bench().trust.isTrusted()).toBe(false);
  const { root } = bench("rtc");
  expect(isClockTrusted(Date.UTC(2000, 0, 1), root)).toBe(false);
  expect(isClockTrusted(start, root)).toBe(true);
});

test("time that passes is no step", () => {
  const { trust, steps, pass } = bench("rtc");
  for (let day = 0; day < 400; day += 1) {
    pass(86_400_000);
    expect(trust.isTrusted()).toBe(true);
  }
  expect(steps).toEqual([]);
  expect(trust.steadyForMs()).toBe(400 * 86_400_000);
});

test.each([
  ["ahead", year],
  ["back", -20 * 60_000],
])(
  "a step %s that nobody vouches for is told and not believed, until the clock is where it was",
  (_way, byMs) => {
    const { trust, steps, step, pass } = bench("rtc");
    pass(3_600_000);
    step(byMs);
    expect(trust.isTrusted()).toBe(false);
    expect(steps).toEqual([byMs]);
    expect(trust.steadyForMs()).toBe(0);
    pass(7_200_000);
    expect(trust.isTrusted()).toBe(false);
    expect(trust.steadyForMs()).toBe(7_200_000);
    step(-byMs);
    expect(trust.isTrusted()).toBe(true);
    expect(steps).toEqual([byMs, -byMs]);
  },
);

test("a step that the network makes is believed, and one that it does not make only until it sets the clock again", () => {
  const { trust, steps, step, syncFromNetwork } = bench("network");
  step(year);
  syncFromNetwork();
  expect(trust.isTrusted()).toBe(true);
  step(year);
  expect(trust.isTrusted()).toBe(false);
  step(-year);
  syncFromNetwork();
  expect(trust.isTrusted()).toBe(true);
  expect(steps).toEqual([year, year, -year]);
});

test("the first word of the network ends the doubt of a clock that began wrong", () => {
  const { trust, step, syncFromNetwork } = bench();
  expect(trust.isTrusted()).toBe(false);
  step(year);
  expect(trust.isTrusted()).toBe(false);
  syncFromNetwork();
  expect(trust.isTrusted()).toBe(true);
});
