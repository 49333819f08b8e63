import { expect, test } from "vitest";
import { temporaryStore } from "../doubles/temporary-store.js";
import { createRing } from "./ring.js";

/** Virtual hours; VOICEGAUGE_SOAK_HOURS=24 is a day and a night, in a few minutes. */
const hours = Number(process.env["VOICEGAUGE_SOAK_HOURS"] ?? 1);
/** A measurement every five minutes, and a stick every hour. */
const turnsAnHour = 12;

test(`${hours} virtual hours leave nothing behind`, { timeout: 3_600_000 }, async () => {
  const ring = await createRing(temporaryStore());
  await ring.untilReady(60_000);
  const timers: number[] = [];
  const heap: number[] = [];
  for (let hour = 0; hour < hours; hour += 1) {
    for (let turn = 0; turn < turnsAnHour; turn += 1) {
      await ring.say("长度一百二十点五毫米");
      await ring.pass(3_600_000 / turnsAnHour - 20_000);
    }
    await ring.plugStick();
    await ring.untilReady(60_000);
    timers.push(ring.clock.activeTimers().length);
    globalThis.gc?.();
    heap.push(process.memoryUsage().heapUsed / 1e6);
  }
  const heard = ring.heard.filter((text) => text === "长度，一百二十点五毫米");
  expect(heard).toHaveLength(hours * turnsAnHour);
  expect(ring.store.countRecords()).toBe(hours * turnsAnHour);
  // Those of a device at rest: the room, the watch on the microphone, the look at the card.
  expect(Math.max(...timers)).toBeLessThanOrEqual(6);
  if (globalThis.gc !== undefined)
    console.info(`heap after each hour, MB: ${heap.map((megabytes) => megabytes.toFixed(1)).join(" ")}`);
  await ring.stop();
  expect(ring.broken()).toBeUndefined();
});
