import { existsSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { StoredRecord } from "../inspection/record.js";
import { sheetTexts } from "../wording/sheet-text.js";
import { type Characteristic, createCharacteristics } from "./characteristics.js";
import { openCharts } from "./chart.js";
import { openCsvFile } from "./csv-file.js";
import { createDeviceTable } from "./device-table.js";
import { openDfqFile } from "./dfq-file.js";
import { openHtmlFile } from "./html-file.js";
import { createOutputFile, type OutputFile } from "./output-file.js";
import { openRecordSource } from "./record-source.js";
import { type Cell, recordCells } from "./report-rows.js";
import {
  type Chart,
  type Charts,
  type OpenReportWriter,
  type ReportContext,
  type ReportFacts,
  type ReportWriter,
  yieldRows,
} from "./report-writer.js";
import type { ReportFile, ReportKind, ReportOutput, WorkbookReport, WorkbookRequest } from "./workbook.js";
import { openXlsxFile } from "./xlsx-file.js";

/** Names that a page head shows, and one more, which tells that there are more. */
const keptNames = 4;
/** Pictures take a second each on a small Pi, so a day of very many names shows the first. */
const mostCharts = 30;

const writers: Readonly<Record<ReportKind, OpenReportWriter>> = {
  xlsx: openXlsxFile,
  csv: openCsvFile,
  html: openHtmlFile,
  dfq: openDfqFile,
};

/** Streams the records of a request into its files. Throws what the database or the file system threw. */
export async function writeFiles(
  request: WorkbookRequest,
  madeAtMs: number,
  onProgress: (rows: number) => void,
): Promise<WorkbookReport> {
  const text = sheetTexts[request.language];
  const source = openRecordSource(request.databasePath);
  try {
    const audio: string[] = [];
    const cellsOf = (record: StoredRecord) =>
      recordCells(record, text, request.utcOffsetMinutes, audioLink(request, record));
    const records = () => source.records(rangeOf(request));
    const sample = [...firstOf(records(), yieldRows)].map(cellsOf);
    const characteristics = createCharacteristics();
    const opened = await openAll(request.outputs, { request, text, madeAtMs, characteristics, sample });
    const device = createDeviceTable(request, text, madeAtMs);
    const changed: number[] = [];
    const parts = new Set<string>();
    const batches = new Set<string>();
    let rows = 0;

    for (const record of records()) {
      const cells = cellsOf(record);
      if (hasLink(cells) && record.audioPath !== undefined) audio.push(record.audioPath);
      if (record.status === "valid") characteristics.add(record);
      else changed.push(record.id);
      for (const { writer } of opened) writer.add(record, cells);
      device.add(record);
      note(parts, record.part);
      note(batches, record.batch);
      rows += 1;
      if (rows % yieldRows === 0) {
        await nextTurn();
        for (const { file, writer } of opened) await file.during(writer.drained());
        onProgress(rows);
      }
    }

    const facts: ReportFacts = {
      rows,
      charts: await drawCharts(request, characteristics.all()),
      deviceRows: device.rows(),
      changed,
      parts,
      batches,
      records,
      record: (id) => source.record(id),
      cells: cellsOf,
    };
    const files: ReportFile[] = [];
    for (const { output, file, writer } of opened) {
      await file.during(writer.finish(facts));
      onProgress(rows);
      files.push({ ...output, sha256: await file.publish() });
    }
    return { rows, files, audio };
  } finally {
    source.close();
  }
}

async function openAll(outputs: readonly ReportOutput[], context: ReportContext) {
  const opened: { output: ReportOutput; file: OutputFile; writer: ReportWriter }[] = [];
  for (const output of outputs) {
    const file = await createOutputFile(output.path);
    opened.push({ output, file, writer: await writers[output.kind](file, context) });
  }
  return opened;
}

/** Nothing where no output shows pictures. */
async function drawCharts(request: WorkbookRequest, all: readonly Characteristic[]): Promise<Charts> {
  const isWanted = request.outputs.some(({ kind }) => kind === "xlsx" || kind === "html");
  if (!isWanted || all.length === 0) return { drawn: [], possible: 0 };
  const { canDraw, draw } = await openCharts();
  const possible = all.filter(canDraw);
  const drawn: Chart[] = [];
  for (const characteristic of possible.slice(0, mostCharts)) {
    drawn.push({ characteristic, svg: draw(characteristic) });
    await nextTurn();
  }
  return { drawn, possible: possible.length };
}

/** Where a record's sound will lie beside the files, when there is one on the card. */
function audioLink({ audio }: WorkbookRequest, { audioPath }: StoredRecord): string | undefined {
  if (audio === undefined || audioPath === undefined) return undefined;
  return existsSync(join(audio.directory, audioPath)) ? `${audio.folder}/${audioPath}` : undefined;
}

function hasLink(cells: readonly Cell[]): boolean {
  const last = cells.at(-1);
  return last?.kind === "text" && last.link !== undefined;
}

function rangeOf({ fromId, toId, fromWallMs, untilWallMs }: WorkbookRequest) {
  return {
    fromId,
    toId,
    ...(fromWallMs === undefined ? {} : { fromWallMs }),
    ...(untilWallMs === undefined ? {} : { untilWallMs }),
  };
}

function note(names: Set<string>, name: string | undefined): void {
  if (name !== undefined && names.size < keptNames) names.add(name);
}

function* firstOf<T>(items: Iterable<T>, count: number): Iterable<T> {
  let taken = 0;
  for (const item of items) {
    if (taken === count) return;
    taken += 1;
    yield item;
  }
}
