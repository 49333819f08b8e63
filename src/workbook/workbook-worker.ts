/** The worker thread that makes the files: it streams the records of a range out of the database. */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import exceljs from "exceljs";
import type { StoredRecord } from "../inspection/record.js";
import { createStatistics, type StatisticsAccumulator } from "../inspection/statistics.js";
import { decimalToText } from "../language/decimal.js";
import { messageOf } from "../runtime/assert.js";
import { openForReading } from "../store/open-database.js";
import { readRecords } from "../store/record-rows.js";
import { type SheetText, sheetTexts } from "../wording/sheet-text.js";
import { csvHead, csvLine } from "./csv.js";
import { type Cell, localTimeText, recordCells } from "./report-rows.js";
import type { WorkbookRequest } from "./workbook.js";

/** What the parent is told at the end. */
export type WorkerAnswer =
  | { readonly kind: "done"; readonly rows: number; readonly xlsxSha256: string; readonly csvSha256: string }
  | { readonly kind: "failed"; readonly code: string; readonly detail: string };

/** Rows between two turns of the event loop: without them the writer keeps everything in memory. */
const yieldRows = 500;
/** Excel keeps 15 significant digits; a longer number is written as text, so that none is lost. */
const exactDigits = 15;

const good = "FF1E7B34";
const bad = "FFC00000";

if (parentPort !== null) {
  const port = parentPort;
  write(workerData as WorkbookRequest & { readonly madeAtMs: number }).then(
    (answer) => port.postMessage(answer),
    (thrown: unknown) => {
      const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
      port.postMessage({ kind: "failed", code, detail: messageOf(thrown) } satisfies WorkerAnswer);
    },
  );
}

interface Figures {
  readonly unit: string;
  readonly lower: number | undefined;
  readonly upper: number | undefined;
  readonly accumulator: StatisticsAccumulator;
}

async function write(request: WorkbookRequest & { readonly madeAtMs: number }): Promise<WorkerAnswer> {
  const text = sheetTexts[request.language];
  const opened = openForReading(request.databasePath);
  if (!opened.ok) throw new Error(opened.error.detail);
  const database = opened.value;
  const csv = createWriteStream(request.csvPath);
  const csvDone = new Promise<void>((resolve, reject) => {
    csv.once("error", reject);
    csv.once("close", resolve);
  });
  const book = new exceljs.stream.xlsx.WorkbookWriter({
    filename: request.xlsxPath,
    useSharedStrings: false,
    useStyles: true,
  });
  const range = { fromId: request.fromId, toId: request.toId };
  let rows = 0;
  const figures = new Map<string, Figures>();
  const changed: StoredRecord[] = [];
  try {
    const sheet = book.addWorksheet(text.sheets.records, {
      views: [{ state: "frozen", ySplit: 1 }],
      pageSetup: {
        paperSize: 9,
        orientation: "landscape",
        fitToPage: true,
        fitToWidth: 1,
        fitToHeight: 0,
        printTitlesRow: "1:1",
      },
    });
    sheet.columns = text.recordColumns.map((header) => ({ header, width: Math.max(8, widthOf(header) + 4) }));
    sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: 1, column: text.recordColumns.length } };
    styleHead(sheet.getRow(1));
    csv.write(csvHead + csvLine(text.recordColumns.map((header): Cell => ({ kind: "text", text: header }))));
    for (const record of readRecords(database, range)) {
      const cells = recordCells(record, text, request.utcOffsetMinutes);
      const row = sheet.addRow([]);
      cells.forEach((cell, index) => fill(row.getCell(index + 1), cell));
      colour(row.getCell(judgementColumn), record);
      row.commit();
      if (!csv.write(csvLine(cells))) await new Promise<void>((resolve) => void csv.once("drain", resolve));
      if (record.status === "valid") count(figures, record);
      else changed.push(record);
      rows += 1;
      if (rows % yieldRows === 0) await nextTurn();
    }
    sheet.commit();
    writeStatistics(book, text, figures);
    writeCorrections(book, text, changed, database, request.utcOffsetMinutes);
    writeDevice(book, text, request, rows);
    await book.commit();
    csv.end();
    await csvDone;
  } finally {
    database.close();
  }
  return {
    kind: "done",
    rows,
    xlsxSha256: await syncedHash(request.xlsxPath),
    csvSha256: await syncedHash(request.csvPath),
  };
}

/** 判断结果. */
const judgementColumn = 10;

function fill(cell: exceljs.Cell, content: Cell): void {
  switch (content.kind) {
    case "empty":
      return;
    case "text":
      cell.value = content.text;
      return;
    case "time":
      // The writer prints dates as UTC, so a local time is given as if it were one.
      cell.value = new Date(content.localMs);
      cell.numFmt = "yyyy-mm-dd hh:mm:ss";
      return;
    case "number": {
      const digits = content.text.replace(/\D/g, "").replace(/^0+/, "").length;
      if (digits > exactDigits) {
        cell.value = content.text;
        return;
      }
      cell.value = Number(content.text);
      cell.numFmt = content.decimals === 0 ? "0" : `0.${"0".repeat(content.decimals)}`;
    }
  }
}

function colour(cell: exceljs.Cell, record: StoredRecord): void {
  if (record.judgement === undefined) return;
  cell.font = { bold: true, color: { argb: record.judgement.kind === "within" ? good : bad } };
}

function count(figures: Map<string, Figures>, record: StoredRecord): void {
  const name = record.name ?? "";
  const unit = record.unit ?? "";
  const key = `${name}\u0000${unit}`;
  const known = figures.get(key) ?? {
    unit,
    lower: record.lowerLimit === undefined ? undefined : Number(decimalToText(record.lowerLimit)),
    upper: record.upperLimit === undefined ? undefined : Number(decimalToText(record.upperLimit)),
    accumulator: createStatistics(),
  };
  figures.set(key, known);
  const out = record.judgement !== undefined && record.judgement.kind !== "within";
  known.accumulator.add(Number(decimalToText(record.value)), out);
}

function writeStatistics(
  book: exceljs.stream.xlsx.WorkbookWriter,
  text: SheetText,
  figures: ReadonlyMap<string, Figures>,
): void {
  const sheet = addPlainSheet(book, text.sheets.statistics, text.statisticsColumns);
  for (const [key, { unit, lower, upper, accumulator }] of figures) {
    const limits = { ...(lower === undefined ? {} : { lower }), ...(upper === undefined ? {} : { upper }) };
    const result = accumulator.result(limits);
    if (result === undefined) continue;
    const { mean, min, max, deviation, cp, cpk, pp, ppk } = result;
    const name = key.split("\u0000")[0] ?? "";
    sheet
      .addRow([name, unit, result.count, mean, min, max, deviation, cp, cpk, pp, ppk, result.outOfTolerance])
      .commit();
  }
  sheet.commit();
}

function writeCorrections(
  book: exceljs.stream.xlsx.WorkbookWriter,
  text: SheetText,
  changed: readonly StoredRecord[],
  database: Parameters<typeof readRecords>[0],
  utcOffsetMinutes: number,
): void {
  const sheet = addPlainSheet(book, text.sheets.corrections, text.correctionColumns);
  for (const record of changed) {
    const by = record.supersededBy;
    const [successor] = by === undefined ? [] : [...readRecords(database, { fromId: by, toId: by })];
    sheet
      .addRow([
        record.id,
        record.name ?? "",
        decimalToText(record.value),
        record.unit ?? "",
        text[record.status],
        by ?? "",
        successor === undefined ? "" : decimalToText(successor.value),
        localTimeText(record.wallMs + utcOffsetMinutes * 60_000),
      ])
      .commit();
  }
  sheet.commit();
}

function writeDevice(
  book: exceljs.stream.xlsx.WorkbookWriter,
  text: SheetText,
  request: WorkbookRequest & { readonly madeAtMs: number },
  rows: number,
): void {
  const sheet = addPlainSheet(book, text.sheets.device, []);
  const { deviceRows } = text;
  sheet.addRow([deviceRows.device, request.deviceId]).commit();
  sheet.addRow([deviceRows.version, request.productVersion]).commit();
  sheet.addRow([deviceRows.model, request.modelId]).commit();
  sheet.addRow([deviceRows.records, rows]).commit();
  sheet
    .addRow([deviceRows.made, localTimeText(request.madeAtMs + request.utcOffsetMinutes * 60_000)])
    .commit();
  for (const event of request.events) {
    sheet
      .addRow([
        deviceRows.event,
        event.kind,
        event.code,
        event.detail,
        localTimeText(event.wallMs + request.utcOffsetMinutes * 60_000),
      ])
      .commit();
  }
  sheet.commit();
}

function addPlainSheet(
  book: exceljs.stream.xlsx.WorkbookWriter,
  name: string,
  columns: readonly string[],
): exceljs.Worksheet {
  const sheet = book.addWorksheet(name, { views: [{ state: "frozen", ySplit: columns.length > 0 ? 1 : 0 }] });
  if (columns.length === 0) {
    sheet.columns = [{ width: 16 }, { width: 40 }, { width: 20 }, { width: 40 }, { width: 20 }];
    return sheet;
  }
  sheet.columns = columns.map((header) => ({ header, width: Math.max(12, widthOf(header) + 4) }));
  styleHead(sheet.getRow(1));
  return sheet;
}

function styleHead(row: exceljs.Row): void {
  row.font = { bold: true };
  row.commit();
}

/** Chinese characters are two columns wide. */
function widthOf(text: string): number {
  return [...text].reduce((sum, character) => sum + (character > "\u2e7f" ? 2 : 1), 0);
}

/** Makes a file durable and gives its SHA-256. */
async function syncedHash(path: string): Promise<string> {
  const file = await open(path, "r+");
  await file.sync();
  await file.close();
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
