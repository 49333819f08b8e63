import { setImmediate as nextTurn } from "node:timers/promises";
import { type Book, createBook } from "./book.js";
import { pageHead } from "./page-head.js";
import type { PageHead } from "./page-setup.js";
import { type Cell, correctionCells, toneOf } from "./report-rows.js";
import {
  type OpenReportWriter,
  type ReportContext,
  type ReportFacts,
  type ReportWriter,
  yieldRows,
} from "./report-writer.js";
import { figuresInWords, statisticsCells } from "./statistics-table.js";

/** Rows of a sheet: Excel has 1,048,576. What is beyond goes on in a further sheet. */
const sheetRows = 1_000_000;

/** Of a record, up to its status: with the words, which are wide, nobody could read the rest on paper. */
const printedColumns = 16;

/** The workbook: records, figures, pictures, corrections, device. */
export const openXlsxFile: OpenReportWriter = (file, context): ReportWriter => {
  const { text, sample, madeAtMs } = context;
  const book = createBook(file.stream, madeAtMs);
  const parts = new Set<string>();
  const batches = new Set<string>();
  let sheet = book.addSheet(text.sheets.records, text.recordColumns, sample, printedColumns);
  let sheets = 1;
  let rows = 0;
  return {
    add(record, cells) {
      if (rows > 0 && rows % sheetRows === 0) {
        sheet.finish(pageHead(context, { parts, batches }));
        sheets += 1;
        sheet = book.addSheet(`${text.sheets.records} ${sheets}`, text.recordColumns, sample, printedColumns);
      }
      sheet.add(cells, (column) => toneOf(record, column));
      rows += 1;
    },
    async drained() {
      await sheet.drained();
      await file.drained();
    },
    async finish(facts) {
      const head = pageHead(context, facts);
      sheet.finish(head);
      const figures = context.characteristics.all().map(statisticsCells);
      addTable(book, text.sheets.statistics, text.statisticsColumns, figures, head);
      await addCharts(book, context, facts, head);
      await addCorrections(book, context, facts, head);
      addTable(book, text.sheets.device, text.deviceColumns, facts.deviceRows, head);
      await book.commit();
    },
  };
};

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

/** No sheet where nothing could be drawn. */
async function addCharts(
  book: Book,
  { text }: ReportContext,
  { charts }: ReportFacts,
  head: PageHead,
): Promise<void> {
  if (charts.drawn.length === 0) return;
  const { pngOfSvg } = await import("./picture.js");
  const sheet = book.addPictureSheet(text.sheets.charts);
  sheet.addText(text.report.legend);
  for (const { characteristic, svg } of charts.drawn) {
    const { name, unit, newest, statistics } = characteristic;
    const isCut = newest.length < (statistics?.count ?? 0);
    const title = [name, unit, ...(isCut ? [text.report.newest(newest.length)] : [])].filter(Boolean);
    const facts = figuresInWords(characteristic, text);
    sheet.addPicture(await pngOfSvg(svg), title.join("  "), facts.join("  "));
  }
  if (charts.drawn.length < charts.possible)
    sheet.addText(text.report.chartsOf(charts.drawn.length, charts.possible));
  sheet.finish(head);
}

async function addCorrections(
  book: Book,
  { text, request }: ReportContext,
  { changed, record: recordOf }: ReportFacts,
  head: PageHead,
): Promise<void> {
  const rowOf = (id: number): readonly Cell[] => {
    const record = recordOf(id);
    if (record === undefined) return [];
    const successor = record.supersededBy === undefined ? undefined : recordOf(record.supersededBy);
    return correctionCells(record, successor, text, request.utcOffsetMinutes);
  };
  const sample = changed.slice(0, yieldRows).map(rowOf);
  const sheet = book.addSheet(text.sheets.corrections, text.correctionColumns, sample);
  for (const [index, id] of changed.entries()) {
    sheet.add(rowOf(id));
    if (index % yieldRows === yieldRows - 1) {
      await nextTurn();
      await sheet.drained();
    }
  }
  sheet.finish(head);
}
