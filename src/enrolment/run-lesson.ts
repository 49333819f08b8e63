import { Worker } from "node:worker_threads";
import type { Clock } from "../runtime/clock.js";
import { compiledModulePath } from "../runtime/compiled-module.js";
import { err, ok, type Result } from "../runtime/result.js";
import type { Lesson, LessonMaterial } from "./lesson.js";
import type { LessonAnswer } from "./lesson-worker.js";

/** Longest lesson, in ms: some 80 s of a fast core, and less than the longest life of a task. */
const lessonLimitMs = 24 * 60_000;

/** Learns a voice beside whatever else goes on. */
export function runLesson(
  clock: Clock,
  material: LessonMaterial,
  signal: AbortSignal,
  onProgress: (part: number) => void = () => undefined,
): Promise<Result<Lesson, string>> {
  return new Promise((resolve) => {
    const worker = new Worker(compiledModulePath("enrolment/lesson-worker.js"), { workerData: material });
    let settled = false;
    const settle = (outcome: Result<Lesson, string>): void => {
      if (settled) return;
      settled = true;
      limit.cancel();
      signal.removeEventListener("abort", onAbort);
      const end = (): void => resolve(outcome);
      worker.terminate().then(end, end);
    };
    const onAbort = (): void => settle(err("the lesson was stopped"));
    const limit = clock.startTimer("learn a voice", lessonLimitMs, () =>
      settle(err("the lesson took too long")),
    );
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    worker.on("message", (message: LessonAnswer) => {
      if (message.kind === "progress") onProgress(message.part);
      else settle(message.kind === "learnt" ? ok(message.lesson) : err(message.detail));
    });
    worker.once("error", (error) => settle(err(error.message)));
    worker.once("exit", (code) => settle(err(`the lesson ended with code ${code} and no answer`)));
  });
}
