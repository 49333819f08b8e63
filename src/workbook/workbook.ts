import type { Result } from "../runtime/result.js";

/** Makes the files of a shift out of the database. The adapter works in a worker thread and streams. */
export interface WorkbookWriter {
  /**
   * Writes `request.outputs`, each under a temporary name beside it until it is whole, flushed and read back.
   * `onProgress` is told now and then how many rows have been written.
   */
  write(
    request: WorkbookRequest,
    signal: AbortSignal,
    onProgress?: (rows: number) => void,
  ): Promise<Result<WorkbookReport, WorkbookError>>;
  /** The days that have records, by the local calendar, oldest first, each with what tells whether it changed. */
  days(request: DaysRequest, signal: AbortSignal): Promise<Result<readonly RecordedDay[], WorkbookError>>;
  close(): Promise<void>;
}

export interface WorkbookRequest {
  /** The SQLite file, opened read-only by the worker. */
  readonly databasePath: string;
  /** Inclusive. */
  readonly fromId: number;
  readonly toId: number;
  /** Inclusive and exclusive wall time in ms: ids alone do not part days, since the clock of a Pi may go back. */
  readonly fromWallMs?: number;
  readonly untilWallMs?: number;
  readonly outputs: readonly ReportOutput[];
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
  /** Where the recordings lie on the card, and the folder beside the files to which they will be copied. */
  readonly audio?: { readonly directory: string; readonly folder: string };
}

/** The workbook; the records as CSV; a page for a browser, pictures included; a Q-DAS transfer file for databases. */
export const reportKinds = ["xlsx", "csv", "html", "dfq"] as const;

export type ReportKind = (typeof reportKinds)[number];

export interface ReportOutput {
  /** Also the ending of its name. */
  readonly kind: ReportKind;
  readonly path: string;
}

export interface ReportFile extends ReportOutput {
  /** In hex, of what was read back. */
  readonly sha256: string;
}

export interface WorkbookReport {
  readonly rows: number;
  /** In the order of the request. */
  readonly files: readonly ReportFile[];
  /** Names of the recordings to which the workbook has links; none without `audio` in the request. */
  readonly audio: readonly string[];
}

export interface DaysRequest {
  readonly databasePath: string;
  readonly utcOffsetMinutes: number;
}

export interface RecordedDay {
  /** Local date, `2026-11-25`. */
  readonly date: string;
  readonly fromWallMs: number;
  readonly untilWallMs: number;
  readonly firstId: number;
  readonly lastId: number;
  /** Wall time of the record with the first id. */
  readonly firstWallMs: number;
  readonly recordCount: number;
  /** Differs after any change of the day's records: rows are only added, withdrawn or superseded. */
  readonly digest: string;
}

export type WorkbookError =
  | { readonly kind: "no_space"; readonly detail: string }
  | { readonly kind: "not_writable"; readonly detail: string }
  | { readonly kind: "timed_out"; readonly detail: string }
  | { readonly kind: "failed"; readonly detail: string }
  | { readonly kind: "aborted" };
