import { setImmediate as nextTurn } from "node:timers/promises";
import type { StoredRecord } from "../inspection/record.js";
import { type SheetText, sheetTexts } from "../wording/sheet-text.js";
import { type Book, type BookSheet, createBook, headText, type PageHead } from "./book.js";
import { csvHead, csvLine } from "./csv.js";
import { createDeviceTable } from "./device-table.js";
import { createOutputFile } from "./output-file.js";
import { openRecordSource, type RecordSource } from "./record-source.js";
import { correctionCells, judgementColumn, recordCells, textCell, valueColumn } from "./report-rows.js";
import type { Tone } from "./sheet-cells.js";
import { createStatisticsTable } from "./statistics-table.js";
import type { WorkbookReport, WorkbookRequest } from "./workbook.js";

/** Rows between two turns of the event loop: without them the writer keeps everything in memory. */
const yieldRows = 500;
/** Rows of a sheet: Excel has 1,048,576. What is beyond goes on in a further sheet. */
const sheetRows = 1_000_000;
/** Parts or batches that a page head names. */
const headNames = 3;

/** Streams the records of a request into both files. Throws what the database or the file system threw. */
export async function writeFiles(
  request: WorkbookRequest,
  madeAtMs: number,
  onProgress: (rows: number) => void,
): Promise<WorkbookReport> {
  const text = sheetTexts[request.language];
  const source = openRecordSource(request.databasePath);
  try {
    const csv = await createOutputFile(request.csvPath);
    const xlsx = await createOutputFile(request.xlsxPath);
    const book = createBook(xlsx.stream, madeAtMs);
    const { utcOffsetMinutes } = request;
    const cellsOf = (record: StoredRecord) => recordCells(record, text, utcOffsetMinutes);
    const sample = [...firstOf(source.records(rangeOf(request)), yieldRows)].map(cellsOf);
    const statistics = createStatisticsTable();
    const device = createDeviceTable(request, text, madeAtMs);
    const changed: number[] = [];
    const parts = new Set<string>();
    const batches = new Set<string>();
    let sheet = book.addSheet(text.sheets.records, text.recordColumns, sample);
    let sheets = 1;
    let rows = 0;
    await csv.write(csvHead + csvLine(text.recordColumns.map(textCell)));

    for (const record of source.records(rangeOf(request))) {
      if (rows > 0 && rows % sheetRows === 0) {
        sheet.finish(pageHead(text, request, parts, batches));
        sheets += 1;
        sheet = book.addSheet(`${text.sheets.records} ${sheets}`, text.recordColumns, sample);
      }
      const cells = cellsOf(record);
      sheet.add(cells, (column) => toneOf(record, column));
      await csv.write(csvLine(cells));
      if (record.status === "valid") statistics.add(record);
      else changed.push(record.id);
      device.add(record);
      note(parts, record.part);
      note(batches, record.batch);
      rows += 1;
      if (rows % yieldRows === 0) {
        await nextTurn();
        await xlsx.drained();
        onProgress(rows);
      }
    }

    const head = pageHead(text, request, parts, batches);
    sheet.finish(head);
    addTable(book, text.sheets.statistics, text.statisticsColumns, statistics.rows(), head);
    const corrections = book.addSheet(text.sheets.corrections, text.correctionColumns, []);
    await addCorrections(corrections, changed, source, text, utcOffsetMinutes);
    corrections.finish(head);
    addTable(book, text.sheets.device, text.deviceColumns, device.rows(), head);
    await xlsx.during(book.commit());
    const csvSha256 = await csv.publish();
    const xlsxSha256 = await xlsx.publish();
    return { rows, xlsxSha256, csvSha256 };
  } finally {
    source.close();
  }
}

function rangeOf({ fromId, toId, fromWallMs, untilWallMs }: WorkbookRequest) {
  return {
    fromId,
    toId,
    ...(fromWallMs === undefined ? {} : { fromWallMs }),
    ...(untilWallMs === undefined ? {} : { untilWallMs }),
  };
}

/** The judgement is green or red, a value out of tolerance is red too, a record that no longer counts is struck out. */
function toneOf(record: StoredRecord, column: number): Tone {
  if (record.status !== "valid") return "dead";
  if (record.judgement === undefined) return "plain";
  const isGood = record.judgement.kind === "within";
  if (column === judgementColumn) return isGood ? "good" : "bad";
  return column === valueColumn && !isGood ? "bad" : "plain";
}

function addTable(
  book: Book,
  name: string,
  headings: readonly string[],
  rows: Parameters<Book["addSheet"]>[2],
  head: PageHead,
): void {
  const sheet = book.addSheet(name, headings, rows);
  for (const cells of rows) sheet.add(cells);
  sheet.finish(head);
}

async function addCorrections(
  sheet: BookSheet,
  ids: readonly number[],
  source: RecordSource,
  text: SheetText,
  utcOffsetMinutes: number,
): Promise<void> {
  for (const [index, id] of ids.entries()) {
    const record = source.record(id);
    if (record === undefined) continue;
    const successor = record.supersededBy === undefined ? undefined : source.record(record.supersededBy);
    sheet.add(correctionCells(record, successor, text, utcOffsetMinutes));
    if (index % yieldRows === yieldRows - 1) await nextTurn();
  }
}

function pageHead(
  text: SheetText,
  request: WorkbookRequest,
  parts: ReadonlySet<string>,
  batches: ReadonlySet<string>,
): PageHead {
  const { print } = text;
  const list = (names: ReadonlySet<string>): string => {
    const shown = [...names].slice(0, headNames).map((name) => headText(name.slice(0, 24)));
    if (shown.length === 0) return print.none;
    return names.size > headNames ? `${shown.join(", ")} ${print.several}` : shown.join(", ");
  };
  return {
    left: `${print.part} ${list(parts)}    ${print.batch} ${list(batches)}`,
    right: `VoiceGauge ${headText(request.deviceId.slice(0, 8))}`,
    foot: print.page,
  };
}

/** Remembers a name, and that there are more than a page head can name. */
function note(names: Set<string>, name: string | undefined): void {
  if (name !== undefined && names.size <= headNames) names.add(name);
}

function* firstOf<T>(items: Iterable<T>, count: number): Iterable<T> {
  let taken = 0;
  for (const item of items) {
    if (taken === count) return;
    taken += 1;
    yield item;
  }
}
