import type { Writable } from "node:stream";
import exceljs from "exceljs";
import { type Cell, textCell } from "./report-rows.js";
import { fillCell, type Tone, widthOfCell, widthOfText } from "./sheet-cells.js";

/** A workbook that is written row by row, with the look that all its sheets share. */
export interface Book {
  /** Opens a sheet; `sample` are rows by which the widths of the columns are chosen. */
  addSheet(name: string, headings: readonly string[], sample: readonly (readonly Cell[])[]): BookSheet;
  /** Writes the end of the file to the stream. */
  commit(): Promise<void>;
}

export interface BookSheet {
  add(cells: readonly Cell[], toneOf?: (column: number) => Tone): void;
  /** Ends the sheet; `head` stands on each printed page, left and right. */
  finish(head: PageHead): void;
}

export interface PageHead {
  readonly left: string;
  readonly right: string;
  readonly foot: string;
}

/** A4 in the numbering of Open XML (ECMA-376 part 1, 18.3.1.63). The library's enum exists in its types only. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment
const a4 = 9 as exceljs.PaperSize;
const narrowest = 6;
const widest = 44;
/** Room for the arrow of the filter beside a heading. */
const filterRoom = 4;
/** Characters of a page head or foot that Excel accepts. */
const longestHead = 255;

/** `stream` takes the bytes of the file; the caller ends and watches it. */
export function createBook(stream: Writable, madeAtMs: number): Book {
  const book = new exceljs.stream.xlsx.WorkbookWriter({ stream, useSharedStrings: false, useStyles: true });
  book.creator = "VoiceGauge";
  book.lastModifiedBy = "VoiceGauge";
  book.created = new Date(madeAtMs);
  book.modified = book.created;
  return {
    addSheet(name, headings, sample) {
      const sheet = book.addWorksheet(name, {
        views: [{ state: "frozen", ySplit: 1 }],
        pageSetup: {
          paperSize: a4,
          orientation: "landscape",
          fitToPage: true,
          fitToWidth: 1,
          fitToHeight: 0,
          printTitlesRow: "1:1",
          margins: { left: 0.4, right: 0.4, top: 0.8, bottom: 0.6, header: 0.3, footer: 0.3 },
        },
      });
      sheet.columns = headings.map((heading, column) => ({ width: widthOf(heading, column, sample) }));
      let rows = 0;
      const add: BookSheet["add"] = (cells, toneOf = () => "plain") => {
        const row = sheet.addRow([]);
        cells.forEach((cell, column) => {
          if (cell.kind !== "empty") fillCell(row.getCell(column + 1), cell, toneOf(column));
        });
        row.commit();
        rows += 1;
      };
      add(headings.map(textCell), () => "head");
      return {
        add,
        finish({ left, right, foot }) {
          sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: rows, column: headings.length } };
          sheet.headerFooter.oddHeader = `&L${left}&R${right}`.slice(0, longestHead);
          sheet.headerFooter.oddFooter = `&C${foot}`;
          sheet.commit();
        },
      };
    },
    commit: () => book.commit(),
  };
}

/** Text for a page head, where `&` begins a code. */
export function headText(text: string): string {
  return text.replaceAll("&", "&&");
}

function widthOf(heading: string, column: number, sample: readonly (readonly Cell[])[]): number {
  const contents = sample.map((cells) => {
    const cell = cells[column];
    return cell === undefined ? 0 : widthOfCell(cell) + 2;
  });
  const needed = Math.max(widthOfText(heading) + filterRoom, ...contents);
  return Math.min(widest, Math.max(narrowest, needed));
}
