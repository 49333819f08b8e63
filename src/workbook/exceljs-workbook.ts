import { rm } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import type { Clock } from "../runtime/clock.js";
import { compiledModulePath } from "../runtime/compiled-module.js";
import { err, ok, type Result } from "../runtime/result.js";
import { sidePath, unfinishedPath } from "./output-file.js";
import type { WorkbookError, WorkbookWriter } from "./workbook.js";
import type { WorkerAnswer, WorkerTask } from "./workbook-worker.js";

/** Longest time without a word from the worker. The library's stream may hang, and a dying card may take no byte. */
const quietLimitMs = 2 * 60_000;
/** Heap of the worker's own; it streams and needs a fraction of this. */
const heapMegabytes = 256;
/** Of it for what is young: eight times as much by default, which short-lived rows fill before anybody looks at it. */
const youngMegabytes = 6;

type Final = Exclude<WorkerAnswer, { kind: "progress" | "failed" }>;

/** Makes workbooks with exceljs in a worker thread, one a call. */
export function createExceljsWorkbook(clock: Clock): WorkbookWriter {
  const workers = new Set<Worker>();

  /** Starts a worker for one task; it has ended when this settles. */
  function carryOut(
    task: WorkerTask,
    signal: AbortSignal,
    onProgress: (rows: number) => void = () => undefined,
  ): Promise<Result<Final, WorkbookError>> {
    return new Promise((resolve) => {
      if (signal.aborted) {
        resolve(err({ kind: "aborted" }));
        return;
      }
      const worker = new Worker(compiledModulePath("workbook/workbook-worker.js"), {
        workerData: task,
        resourceLimits: { maxOldGenerationSizeMb: heapMegabytes, maxYoungGenerationSizeMb: youngMegabytes },
      });
      workers.add(worker);
      let settled = false;
      const settle = (outcome: Result<Final, WorkbookError>): void => {
        if (settled) return;
        settled = true;
        limit.cancel();
        signal.removeEventListener("abort", onAbort);
        const end = (): void => {
          workers.delete(worker);
          resolve(outcome);
        };
        worker.terminate().then(end, end);
      };
      const onAbort = (): void => settle(err({ kind: "aborted" }));
      const onQuiet = (): void =>
        settle(err({ kind: "timed_out", detail: `the writer has been silent for ${quietLimitMs / 1000} s` }));
      let limit = clock.startTimer("workbook", quietLimitMs, onQuiet);
      signal.addEventListener("abort", onAbort, { once: true });
      worker.on("message", (answer: WorkerAnswer) => {
        if (settled) return;
        if (answer.kind === "progress") {
          limit.cancel();
          limit = clock.startTimer("workbook", quietLimitMs, onQuiet);
          onProgress(answer.rows);
        } else {
          settle(answer.kind === "failed" ? err(errorOf(answer.code, answer.detail)) : ok(answer));
        }
      });
      worker.once("error", (error) => settle(err({ kind: "failed", detail: error.message })));
      worker.once("exit", (code) =>
        settle(err({ kind: "failed", detail: `the writer ended with code ${code} and no answer` })),
      );
    });
  }

  return {
    async write(request, signal, onProgress) {
      const task: WorkerTask = { kind: "write", request, madeAtMs: clock.wallMs() };
      const outcome = await carryOut(task, signal, onProgress);
      if (outcome.ok && outcome.value.kind === "written") return ok(outcome.value.report);
      for (const { path } of request.outputs) {
        for (const left of [unfinishedPath(path), unfinishedPath(sidePath(path)), sidePath(path)])
          await rm(left, { force: true }).catch(() => undefined);
      }
      return outcome.ok ? err({ kind: "failed", detail: "the writer answered another question" }) : outcome;
    },
    async days(request, signal) {
      const outcome = await carryOut({ kind: "days", request }, signal);
      if (!outcome.ok) return outcome;
      if (outcome.value.kind === "days") return ok(outcome.value.days);
      return err({ kind: "failed", detail: "the writer answered another question" });
    },
    async close() {
      await Promise.all([...workers].map((worker) => worker.terminate()));
    },
  };
}

function errorOf(code: string, detail: string): WorkbookError {
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
    case "EFBIG":
      return { kind: "no_space", detail };
    case "EROFS":
    case "EACCES":
    case "EPERM":
    case "ENOENT":
    case "ENOTDIR":
      return { kind: "not_writable", detail };
    default:
      return { kind: "failed", detail };
  }
}
