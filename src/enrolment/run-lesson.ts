import type { Clock } from "../runtime/clock.js";
import { err, ok, type Result } from "../runtime/result.js";
import { runWorker } from "../runtime/run-worker.js";
import type { Lesson, LessonMaterial } from "./lesson.js";
import type { LessonAnswer } from "./lesson-worker.js";

/** Longest lesson, in ms: some 80 s of a fast core, and less than the longest life of a task. */
const lessonLimitMs = 24 * 60_000;

/** Learns a voice beside whatever else goes on; `onProgress` hears which part of it is done. */
export function runLesson(
  clock: Clock,
  material: LessonMaterial,
  signal: AbortSignal,
  onProgress: (part: number) => void = () => undefined,
): Promise<Result<Lesson, string>> {
  const worker = { name: "learn a voice", module: "enrolment/lesson-worker.js", data: material };
  return runWorker<Lesson>(clock, { ...worker, limitMs: lessonLimitMs, signal }, (message, settle) => {
    const answer = message as LessonAnswer;
    if (answer.kind === "progress") onProgress(answer.part);
    else settle(answer.kind === "learnt" ? ok(answer.lesson) : err(answer.detail));
  });
}
