/** The worker thread that reads the database and makes the files, so that talking goes on meanwhile. */
import { parentPort, workerData } from "node:worker_threads";
import { messageOf } from "../runtime/assert.js";
import { openRecordSource } from "./record-source.js";
import type { DaysRequest, RecordedDay, WorkbookReport, WorkbookRequest } from "./workbook.js";

/** What the thread is started for. */
export type WorkerTask =
  | { readonly kind: "write"; readonly request: WorkbookRequest; readonly madeAtMs: number }
  | { readonly kind: "days"; readonly request: DaysRequest };

/** What the parent is told. */
export type WorkerAnswer =
  | { readonly kind: "progress"; readonly rows: number }
  | { readonly kind: "written"; readonly report: WorkbookReport }
  | { readonly kind: "days"; readonly days: readonly RecordedDay[] }
  | { readonly kind: "failed"; readonly code: string; readonly detail: string };

if (parentPort !== null) {
  const port = parentPort;
  const tell = (answer: WorkerAnswer): void => port.postMessage(answer);
  carryOut(workerData as WorkerTask, tell).then(tell, (thrown: unknown) => {
    const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
    tell({ kind: "failed", code, detail: messageOf(thrown) });
  });
}

async function carryOut(task: WorkerTask, tell: (answer: WorkerAnswer) => void): Promise<WorkerAnswer> {
  switch (task.kind) {
    case "write": {
      // Loaded here since exceljs takes a third of a second, which the question for the days need not wait.
      const { writeFiles } = await import("./write-files.js");
      const report = await writeFiles(task.request, task.madeAtMs, (rows) =>
        tell({ kind: "progress", rows }),
      );
      return { kind: "written", report };
    }
    case "days": {
      const source = openRecordSource(task.request.databasePath);
      try {
        return { kind: "days", days: source.days(task.request.utcOffsetMinutes) };
      } finally {
        source.close();
      }
    }
  }
}
