import { expect, test } from "vitest";
import { createGestureDriver } from "../../src/panel/gesture-driver.js";
import { createGpioButton } from "../../src/panel/gpio-button.js";
import type { Line } from "../../src/panel/gpio-held-line.js";
import { createGpioLed } from "../../src/panel/gpio-led.js";
import { err, ok } from "../../src/runtime/result.js";
import { createVirtualClock } from "../../src/runtime/virtual-clock.js";

const notPermitted = { detail: "GPIO 17: not permitted, the user must be in the group gpio", mayPass: true };
const noChip = { detail: "there is no /sys/class/gpio", mayPass: false };

/** A pin with its pull-up, and what stands between it and the program. */
function header() {
  const clock = createVirtualClock();
  const pin = {
    level: 1,
    why: undefined as typeof noChip | undefined,
    opened: 0,
    closed: 0,
    isBroken: false,
  };
  let onChange: Parameters<Line["watch"]>[0] | undefined;
  const line: Line = {
    watch: (listener) => {
      onChange = listener;
    },
    readSync: () => (pin.level === 1 ? 1 : 0),
    writeSync: (level) => {
      if (pin.isBroken) throw new Error("ENODEV: no such device");
      pin.level = level;
    },
    unexport: () => {
      pin.closed += 1;
      onChange = undefined;
    },
  };
  return {
    clock,
    pin,
    open() {
      if (pin.why !== undefined) return err(pin.why);
      pin.opened += 1;
      return ok(line);
    },
    turn(level: 0 | 1) {
      pin.level = level;
      onChange?.(null, level);
    },
    fail: () => onChange?.(new Error("EIO: i/o error"), 0),
  };
}

/** Gestures and news of a button on that header. */
function button(bench: ReturnType<typeof header>) {
  const told: string[] = [];
  const { clock, open } = bench;
  const driver = createGestureDriver({
    clock,
    button: createGpioButton(clock, () => 0, { pin: 17, activeLow: true }, open),
  });
  driver.start(
    ({ kind }) => told.push(kind),
    (detail) => told.push(detail),
    () => told.push("usable"),
  );
  return { told, close: () => driver.close() };
}

test("a pin that udev permits a moment later is used without a word", async () => {
  const bench = header();
  bench.pin.why = notPermitted;
  const { told, close } = button(bench);
  bench.clock.advance(600);
  bench.pin.why = undefined;
  bench.clock.advance(200);
  bench.turn(0);
  bench.clock.advance(100);
  bench.turn(1);
  bench.clock.advance(100);
  expect(told).toEqual(["usable", "press", "tap"]);
  await close();
  expect(bench.pin.closed).toBe(1);
  expect(bench.clock.activeTimers()).toEqual([]);
});

test.each([
  ["never permitted", notPermitted, 5_000],
  ["without a chip", noChip, 0],
])("a pin that is %s is told once, and used as soon as it can be", async (_what, why, toldAfterMs) => {
  const bench = header();
  bench.pin.why = why;
  const { told, close } = button(bench);
  bench.clock.advance(toldAfterMs);
  expect(told).toEqual([why.detail]);
  bench.clock.advance(3_600_000);
  expect(told).toEqual([why.detail]);
  bench.pin.why = undefined;
  bench.clock.advance(5_000);
  expect(told).toEqual([why.detail, "usable"]);
  await close();
});

test("a line that fails is told, opened anew and told again", async () => {
  const bench = header();
  const { told, close } = button(bench);
  for (let n = 0; n < 2; n += 1) {
    bench.fail();
    bench.clock.advance(1_000);
  }
  expect(told).toEqual(["usable", "EIO: i/o error", "usable", "EIO: i/o error", "usable"]);
  expect(bench.pin.opened).toBe(3);
  await close();
  expect(bench.pin.closed).toBe(3);
});

test("a button that is down before the start is stuck, never a long hold, and works once it is let go", async () => {
  const bench = header();
  bench.pin.level = 0;
  const { told, close } = button(bench);
  bench.clock.advance(30_000);
  expect(told).toEqual(["usable", "stuck"]);
  bench.turn(1);
  bench.clock.advance(500);
  bench.turn(0);
  bench.clock.advance(100);
  bench.turn(1);
  bench.clock.advance(100);
  expect(told).toEqual(["usable", "stuck", "unstuck", "press", "tap"]);
  await close();
});

test("a lamp that comes late shows what it is to show by then; one that fails is opened anew", async () => {
  const bench = header();
  bench.pin.why = noChip;
  const told: string[] = [];
  const led = createGpioLed(
    bench.clock,
    () => 0,
    { pin: 27 },
    (detail) => told.push(detail),
    bench.open,
  );
  led.set(true);
  led.set(false);
  led.set(true);
  bench.pin.level = 0;
  bench.pin.why = undefined;
  bench.clock.advance(250);
  expect(bench.pin.level).toBe(1);
  bench.pin.isBroken = true;
  led.set(false);
  bench.clock.advance(200);
  bench.pin.isBroken = false;
  bench.clock.advance(10_000);
  expect(bench.pin.level).toBe(0);
  led.set(true);
  await led.close();
  expect(bench.pin.level).toBe(0);
  expect(told).toEqual([noChip.detail, "ENODEV: no such device"]);
  expect(bench.clock.activeTimers()).toEqual([]);
});
