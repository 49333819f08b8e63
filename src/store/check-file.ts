import { Worker } from "node:worker_threads";
import type { Clock } from "../runtime/clock.js";
import { compiledModulePath } from "../runtime/compiled-module.js";
import { err, ok, type Result } from "../runtime/result.js";
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
  return new Promise((resolve) => {
    const worker = new Worker(compiledModulePath("store/check-worker.js"), { workerData: path });
    let settled = false;
    const settle = (outcome: Result<string | undefined, string>): void => {
      if (settled) return;
      settled = true;
      limit.cancel();
      signal.removeEventListener("abort", onAbort);
      const end = (): void => resolve(outcome);
      worker.terminate().then(end, end);
    };
    const onAbort = (): void => settle(err("the check was stopped"));
    const limit = clock.startTimer("check a database", checkLimitMs, () =>
      settle(err("the check took too long")),
    );
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    worker.once("message", ({ damage }: CheckAnswer) => settle(ok(damage)));
    worker.once("error", (error) => settle(err(error.message)));
    worker.once("exit", (code) => settle(err(`the check ended with code ${code} and no answer`)));
  });
}
