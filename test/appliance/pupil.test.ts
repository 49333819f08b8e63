import { expect, test } from "vitest";
import { createPupil } from "../../src/appliance/pupil.js";
import type { ControllerEvent } from "../../src/controller/events.js";
import type { Lesson } from "../../src/enrolment/lesson.js";
import { ok, type Result } from "../../src/runtime/result.js";

test("two inspectors who teach the device one after the other are both answered, and one lesson runs at a time", async () => {
  const score = { sentences: 4, right: 4, tokens: 38, errors: 0 };
  const lesson: Result<Lesson, string> = ok({
    encoder: new Uint8Array(),
    before: { ...score, right: 0, errors: 9 },
    after: score,
    isBetter: true,
  });
  const told: ControllerEvent[] = [];
  const used: (string | undefined)[] = [];
  const works: Promise<void>[] = [];
  let [running, most] = [0, 0];
  const pupil = createPupil({
    texts: ["一"],
    lastTurn: () => new Int16Array(10),
    dispatch: (event) => told.push(event),
    onFailure: () => undefined,
    runTask(_, work) {
      works.push(work(new AbortController().signal));
      return { cancel: () => undefined };
    },
    voices: {
      use: (inspector) => used.push(inspector),
      async teach() {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 20));
        running -= 1;
        return lesson;
      },
    },
  });
  for (const inspector of ["08", "09"]) {
    pupil.inspectorIs(inspector);
    pupil.keepReading(0, true);
    pupil.learn(inspector);
  }
  expect(pupil.isLearning()).toBe(true);
  await Promise.all(works);
  expect(pupil.isLearning()).toBe(false);
  expect(most).toBe(1);
  expect(
    told.map((event) => event.kind === "announce" && "inspector" in event.message && event.message.inspector),
  ).toEqual(["08", "09"]);
  // 08 is gone when the voice is learnt: only 09 is taken into use at once.
  expect(used).toEqual(["08", "09", "09"]);
});
