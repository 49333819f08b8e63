import { Worker } from "node:worker_threads";
import type { Clock } from "./clock.js";
import { compiledModulePath } from "./compiled-module.js";
import { err, type Result } from "./result.js";

export interface WorkerOptions {
  /** What it does, for the clock and for people: “learn a voice”. */
  readonly name: string;
  /** Compiled module, named below `src`: `store/check-worker.js`. */
  readonly module: string;
  /** What the worker finds as its `workerData`. */
  readonly data: unknown;
  /** Longest life, in ms. */
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/**
 * Runs a worker until `onMessage` settles it, and ends it then. An error, in English: it was stopped, took too long,
 * threw, or ended without an answer.
 */
export function runWorker<T>(
  clock: Clock,
  { name, module, data, limitMs, signal }: WorkerOptions,
  onMessage: (message: unknown, settle: (outcome: Result<T, string>) => void) => void,
): Promise<Result<T, string>> {
  return new Promise((resolve) => {
    const worker = new Worker(compiledModulePath(module), { workerData: data });
    let settled = false;
    const settle = (outcome: Result<T, string>): void => {
      if (settled) return;
      settled = true;
      limit.cancel();
      signal.removeEventListener("abort", onAbort);
      const end = (): void => resolve(outcome);
      worker.terminate().then(end, end);
    };
    const onAbort = (): void => settle(err(`${name}: stopped`));
    const limit = clock.startTimer(name, limitMs, () => settle(err(`${name}: took too long`)));
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    worker.on("message", (message: unknown) => onMessage(message, settle));
    worker.once("error", (error) => settle(err(`${name}: ${error.message}`)));
    worker.once("exit", (code) => settle(err(`${name}: ended with code ${code} and no answer`)));
  });
}
