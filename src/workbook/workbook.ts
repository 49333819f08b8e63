import type { Result } from "../runtime/result.js";

/** Makes the files of a shift out of the database. The adapter works in a worker thread and streams. */
export interface WorkbookWriter {
  /** Writes `request.xlsxPath` and `request.csvPath`, flushed to disk when it resolves. */
  write(request: WorkbookRequest, signal: AbortSignal): Promise<Result<WorkbookReport, WorkbookError>>;
  close(): Promise<void>;
}

export interface WorkbookRequest {
  /** The SQLite file, opened read-only by the worker. */
  readonly databasePath: string;
  readonly fromId: number;
  readonly toId: number;
  readonly xlsxPath: string;
  readonly csvPath: string;
  readonly language: "zh" | "en";
  /** Offset of local time from UTC in minutes: a cell shows the clock on the wall. */
  readonly utcOffsetMinutes: number;
  readonly productVersion: string;
  readonly deviceId: string;
  /** What the user must be able to see later: faults, clock steps; newest first. */
  readonly events: readonly {
    readonly kind: string;
    readonly code: string;
    readonly detail: string;
    readonly wallMs: number;
  }[];
  readonly modelId: string;
}

export interface WorkbookReport {
  readonly rows: number;
  readonly xlsxSha256: string;
  readonly csvSha256: string;
}

export type WorkbookError =
  | { readonly kind: "no_space"; readonly detail: string }
  | { readonly kind: "not_writable"; readonly detail: string }
  | { readonly kind: "timed_out"; readonly detail: string }
  | { readonly kind: "failed"; readonly detail: string }
  | { readonly kind: "aborted" };
