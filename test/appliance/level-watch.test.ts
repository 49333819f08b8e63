import { expect, test } from "vitest";
import { createLevelWatch } from "../../src/appliance/level-watch.js";
import { createLevelMeter } from "../../src/audio/level.js";

function shut(openMs: number, amplitude: number, isWhole = true) {
  const meter = createLevelMeter();
  meter.add(Int16Array.from({ length: openMs * 16 }, (_, n) => (n % 2 === 0 ? amplitude : -amplitude)));
  return { kind: "gate_shut", openMs, level: meter.level(), isWhole } as const;
}

test("a microphone that gives nothing but zeros is told after five seconds of listening, one that hums is not", () => {
  const told: boolean[] = [];
  const watch = createLevelWatch((silent) => told.push(silent));
  watch.gateEvent(shut(3_000, 0));
  expect(told).toEqual([]);
  watch.gateEvent(shut(3_000, 0));
  expect(told).toEqual([true]);
  watch.gateEvent(shut(500, 3));
  expect(told).toEqual([true, false]);
  watch.gateEvent(shut(4_900, 0));
  expect(told).toEqual([true, false]);
});

test("a turn that was shut before any sample came says nothing about the microphone", () => {
  const told: boolean[] = [];
  const watch = createLevelWatch((silent) => told.push(silent));
  watch.gateEvent(shut(3_000, 0));
  watch.gateEvent({ kind: "gate_shut", openMs: 9_000, level: createLevelMeter().level(), isWhole: true });
  expect(told).toEqual([]);
});

test("what may have spoiled the words: too quiet, too loud, sound that is missing", () => {
  const watch = createLevelWatch(() => undefined);
  watch.gateEvent(shut(1_000, 40));
  expect(watch.lastTurn()).toBe("too_quiet");
  watch.gateEvent(shut(1_000, 32_767));
  expect(watch.lastTurn()).toBe("too_loud");
  watch.gateEvent(shut(1_000, 40, false));
  expect(watch.lastTurn()).toBe("interrupted");
  watch.gateEvent(shut(1_000, 3_000));
  expect(watch.lastTurn()).toBeUndefined();
});
