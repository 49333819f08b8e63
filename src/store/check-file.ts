import type { Clock } from "../runtime/clock.js";
import { ok, type Result } from "../runtime/result.js";
import { runWorker } from "../runtime/run-worker.js";
import type { CheckAnswer } from "./check-worker.js";

/** Longest time for reading through a database: a gigabyte from a slow card. */
const checkLimitMs = 20 * 60_000;

/**
 * Reads through a database beside whatever else goes on. The value is what is wrong with it, undefined when nothing is; an
 * error means that nobody knows.
 */
export function checkFile(
  clock: Clock,
  path: string,
  signal: AbortSignal,
): Promise<Result<string | undefined, string>> {
  const worker = { name: "check a database", module: "store/check-worker.js", data: path };
  return runWorker<string | undefined>(
    clock,
    { ...worker, limitMs: checkLimitMs, signal },
    (message, settle) => settle(ok((message as CheckAnswer).damage)),
  );
}
