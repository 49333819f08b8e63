import { execFileSync } from "node:child_process";
import { closeSync, createWriteStream, openSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ledPatterns } from "../../src/controller/led.js";
import type { ButtonEdge } from "../../src/panel/button.js";
import { createInputEventButton } from "../../src/panel/input-event-button.js";
import { createKeyboardButton, type KeyInput } from "../../src/panel/keyboard-button.js";
import { createLedPlayer } from "../../src/panel/led-player.js";
import { createSystemClock } from "../../src/runtime/clock.js";
import { createVirtualClock } from "../../src/runtime/virtual-clock.js";
import { temporaryFolder } from "../doubles/temporary-store.js";

/** Switch times of a lamp that plays a signal for a while, as `+at` and `-at` in ms. */
function played(signal: keyof typeof ledPatterns, forMs: number): readonly string[] {
  const clock = createVirtualClock();
  const startMs = clock.monotonicMs();
  const switches: string[] = [];
  const led = {
    set: (on: boolean) => switches.push(`${on ? "+" : "-"}${clock.monotonicMs() - startMs}`),
    close: () => Promise.resolve(),
  };
  const player = createLedPlayer(clock, led);
  player.show(ledPatterns[signal]);
  player.show(ledPatterns[signal]);
  clock.advance(forMs);
  void player.close();
  return switches;
}

test.each([
  ["ready", 3_100, ["+0", "-50", "+3000", "-3050"]],
  ["speaking", 1_600, ["+0", "-500", "+1000", "-1500"]],
  ["stick_busy", 1_050, ["+0", "-100", "+250", "-350", "+1000"]],
  ["fault", 2_010, ["+0", "-100", "+250", "-350", "+500", "-600", "+2000"]],
  ["listening", 5_000, ["+0"]],
  ["halted", 5_000, ["-0"]],
] as const)("the lamp for %s", (signal, forMs, switches) => {
  expect(played(signal, forMs)).toEqual(switches);
});

test("the space bar is a tap, h holds and releases, q quits, and the terminal is given back", async () => {
  const clock = createVirtualClock();
  const modes: boolean[] = [];
  let listener: ((bytes: Buffer) => void) | undefined;
  const input: KeyInput = {
    setRawMode: (raw) => modes.push(raw),
    on: (_event, given) => (listener = given),
    off: () => (listener = undefined),
    resume: () => undefined,
    pause: () => undefined,
  };
  let quits = 0;
  const edges: boolean[] = [];
  const button = createKeyboardButton({ clock, input, onQuit: () => (quits += 1) });
  button.start(
    ({ pressed }) => edges.push(pressed),
    () => undefined,
    () => undefined,
  );
  listener?.(Buffer.from(" "));
  clock.advance(100);
  listener?.(Buffer.from("h"));
  listener?.(Buffer.from(" "));
  listener?.(Buffer.from("hq\u0003"));
  await button.close();
  expect(edges).toEqual([true, false, true, false]);
  expect(quits).toBe(2);
  expect(modes).toEqual([true, false]);
  expect(listener).toBeUndefined();
});

/** One `struct input_event` of a 64-bit kernel. */
function inputEvent(type: number, code: number, value: number): Buffer {
  const bytes = Buffer.alloc(24);
  bytes.writeUInt16LE(type, 16);
  bytes.writeUInt16LE(code, 18);
  bytes.writeInt32LE(value, 20);
  return bytes;
}

test("a pedal is a button: down and up, no repeats, no other keys; pulled, it is no longer down", async () => {
  const device = join(temporaryFolder(), "event0");
  execFileSync("mkfifo", [device]);
  const edges: ButtonEdge[] = [];
  const button = createInputEventButton(createSystemClock(), { device, keys: [28] });
  const pulled = new Promise<void>((resolve) => {
    button.start(
      (edge) => {
        edges.push(edge);
        if (edges.length === 4) resolve();
      },
      () => undefined,
      () => undefined,
    );
  });
  const pedal = createWriteStream(device);
  for (const [code, value] of [
    [28, 1],
    [28, 2],
    [30, 1],
    [28, 0],
    [28, 1],
  ] as const) {
    pedal.write(inputEvent(1, code, value));
    pedal.write(inputEvent(0, 0, 0));
  }
  pedal.end();
  await pulled;
  await button.close();
  expect(edges.map(({ pressed }) => pressed)).toEqual([true, false, true, false]);
});

test("a pedal that is not there is told once", async () => {
  const told: string[] = [];
  const button = createInputEventButton(createSystemClock(), { device: "/nonexistent/event0", keys: [] });
  await new Promise<void>((resolve) => {
    button.start(
      () => undefined,
      (detail) => {
        told.push(detail);
        resolve();
      },
      () => told.push("usable"),
    );
  });
  await button.close();
  expect(told).toEqual([
    expect.stringContaining("/nonexistent/event0: No such file or directory; plug the pedal in"),
  ]);
});

test("a pedal that is there is told to be usable; that nobody presses it does not keep the service from ending", async () => {
  const device = join(temporaryFolder(), "event0");
  execFileSync("mkfifo", [device]);
  const pedal = createInputEventButton(createSystemClock(), { device, keys: [] });
  await new Promise<void>((resolve) => {
    pedal.start(
      () => undefined,
      () => undefined,
      resolve,
    );
  });
  const held = openSync(device, "r+");
  await pedal.close();
  closeSync(held);
});
