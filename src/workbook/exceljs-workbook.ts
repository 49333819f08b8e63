import { Worker } from "node:worker_threads";
import type { Clock } from "../runtime/clock.js";
import { compiledModulePath } from "../runtime/compiled-module.js";
import { err, ok, type Result } from "../runtime/result.js";
import type { WorkbookError, WorkbookReport, WorkbookWriter } from "./workbook.js";
import type { WorkerAnswer } from "./workbook-worker.js";

/** The library's stream hangs for ever on some write errors, so every writing has a limit: 100,000 rows take seconds. */
const writeLimitMs = 10 * 60_000;

/** Makes workbooks with exceljs in a worker thread, so that talking goes on meanwhile. */
export function createExceljsWorkbook(clock: Clock): WorkbookWriter {
  const workers = new Set<Worker>();
  return {
    write(request, signal) {
      return new Promise((resolve) => {
        const worker = new Worker(compiledModulePath("workbook/workbook-worker.js"), {
          workerData: { ...request, madeAtMs: clock.wallMs() },
        });
        workers.add(worker);
        const limit = clock.startTimer("workbook", writeLimitMs, () =>
          settle(err({ kind: "timed_out", detail: "the workbook was not written in time" })),
        );
        const onAbort = (): void => settle(err({ kind: "aborted" }));
        signal.addEventListener("abort", onAbort, { once: true });
        if (signal.aborted) onAbort();
        function settle(outcome: Result<WorkbookReport, WorkbookError>): void {
          limit.cancel();
          signal.removeEventListener("abort", onAbort);
          workers.delete(worker);
          void worker.terminate();
          resolve(outcome);
        }
        worker.once("message", (answer: WorkerAnswer) => settle(outcomeOf(answer)));
        worker.once("error", (error) => settle(err({ kind: "failed", detail: error.message })));
        worker.once("exit", (code) =>
          settle(err({ kind: "failed", detail: `the writer ended with code ${code}` })),
        );
      });
    },
    async close() {
      await Promise.all([...workers].map((worker) => worker.terminate()));
    },
  };
}

function outcomeOf(answer: WorkerAnswer): Result<WorkbookReport, WorkbookError> {
  if (answer.kind === "done") {
    return ok({ rows: answer.rows, xlsxSha256: answer.xlsxSha256, csvSha256: answer.csvSha256 });
  }
  const { code, detail } = answer;
  if (code === "ENOSPC") return err({ kind: "no_space", detail });
  if (code === "EROFS" || code === "EACCES" || code === "ENOENT")
    return err({ kind: "not_writable", detail });
  return err({ kind: "failed", detail });
}
