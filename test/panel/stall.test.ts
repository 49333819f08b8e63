import { expect, test } from "vitest";
import { createGestureDriver } from "../../src/panel/gesture-driver.js";
import { createScriptedButton } from "../../src/panel/scripted-button.js";
import { createVirtualClock } from "../../src/runtime/virtual-clock.js";

/** A process that can stand still: time goes on, and its timers are late by that. */
function bench() {
  const virtual = createVirtualClock();
  let stoodStillMs = 0;
  const clock = { ...virtual, monotonicMs: () => virtual.monotonicMs() + stoodStillMs };
  const button = createScriptedButton(clock);
  const told: string[] = [];
  const driver = createGestureDriver({ button, clock });
  driver.start(
    (gesture) => told.push(gesture.kind === "long_hold" ? gesture.stage : gesture.kind),
    () => undefined,
  );
  return {
    told,
    button,
    pass: virtual.advance,
    standStill(ms: number) {
      stoodStillMs += ms;
    },
  };
}

test("a finger that was lifted while the process stood still has tapped, and switches nothing off", () => {
  const { told, button, pass, standStill } = bench();
  button.press();
  pass(100);
  standStill(20_000);
  // Timers come before what waits in the inbox.
  pass(301);
  button.release();
  pass(1_000);
  expect(told).toEqual(["press", "tap"]);
});

test("who holds on while the process stands still hears the offer before the device goes off", () => {
  const { told, button, pass, standStill } = bench();
  button.press();
  pass(1_000);
  standStill(20_000);
  pass(4_000);
  expect(told).toEqual(["press", "hold"]);
  pass(2_000);
  expect(told).toEqual(["press", "hold", "warn"]);
  standStill(20_000);
  pass(1_000);
  expect(told).toEqual(["press", "hold", "warn"]);
  button.release();
  pass(1_000);
  expect(told).toEqual(["press", "hold", "warn", "release"]);
});
