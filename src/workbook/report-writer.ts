import type { StoredRecord } from "../inspection/record.js";
import type { SheetText } from "../wording/sheet-text.js";
import type { Characteristic, Characteristics } from "./characteristics.js";
import type { OutputFile } from "./output-file.js";
import type { Cell } from "./report-rows.js";
import type { WorkbookRequest } from "./workbook.js";

/** Makes one file of a report. */
export interface ReportWriter {
  /** Each record, in the order of the ids, with its cells. */
  add(record: StoredRecord, cells: readonly Cell[]): void;
  /** Waits until what was added has left the memory. */
  drained(): Promise<void>;
  /** After the last record. Throws what the file system threw. */
  finish(facts: ReportFacts): Promise<void>;
}

/** What is known before the first record. */
export interface ReportContext {
  readonly request: WorkbookRequest;
  readonly text: SheetText;
  readonly madeAtMs: number;
  /** Those of the records so far; that of a record is there when it is added. */
  readonly characteristics: Characteristics;
  /** The first rows, by which columns get their widths. */
  readonly sample: readonly (readonly Cell[])[];
}

/** What is known after the last one. */
export interface ReportFacts {
  readonly rows: number;
  readonly charts: Charts;
  readonly deviceRows: readonly (readonly Cell[])[];
  /** Ids of the records that no longer count. */
  readonly changed: readonly number[];
  /** Names as they came; three and one more at most. */
  readonly parts: ReadonlySet<string>;
  readonly batches: ReadonlySet<string>;
  /** The records once more. */
  records(): Iterable<StoredRecord>;
  record(id: number): StoredRecord | undefined;
  cells(record: StoredRecord): readonly Cell[];
}

export interface Charts {
  readonly drawn: readonly Chart[];
  /** Characteristics with enough values; no more than `mostCharts` of them are drawn. */
  readonly possible: number;
}

export interface Chart {
  readonly characteristic: Characteristic;
  readonly svg: string;
}

export type OpenReportWriter = (
  file: OutputFile,
  context: ReportContext,
) => ReportWriter | Promise<ReportWriter>;

/** Rows between two turns of the event loop: without them the writer keeps everything in memory. */
export const yieldRows = 500;
