/** The worker in which a voice is learnt: minutes of arithmetic, of which the service must not feel anything. */
import { parentPort, workerData } from "node:worker_threads";
import { type Lesson, type LessonMaterial, teach } from "./lesson.js";

/** What comes from the worker. */
export type LessonAnswer =
  | { readonly kind: "progress"; readonly part: number }
  | { readonly kind: "learnt"; readonly lesson: Lesson }
  | { readonly kind: "failed"; readonly detail: string };

/** The same lesson gives the same encoder: what was measured is what a person gets. */
const seed = 20_261_125;

/** Numbers of 0 ≤ x < 1 (mulberry32, Tommy Ettinger, public domain). */
function seededRandom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const answer = (message: LessonAnswer): void => parentPort?.postMessage(message);
const outcome = teach(workerData as LessonMaterial, seededRandom(seed), (part) =>
  answer({ kind: "progress", part }),
);
answer(outcome.ok ? { kind: "learnt", lesson: outcome.value } : { kind: "failed", detail: outcome.error });
