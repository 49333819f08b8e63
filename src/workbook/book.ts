import { once } from "node:events";
import type { Writable } from "node:stream";
import type exceljs from "exceljs";
import WorkbookWriter from "exceljs/lib/stream/xlsx/workbook-writer.js";
import { changePart, hooksOfBook, hooksOfSheet, mendFonts, printLines } from "./exceljs-hooks.js";
import { landscapeA4, type PageHead, setPageHead } from "./page-setup.js";
import type { Cell, Tone } from "./report-rows.js";
import {
  columnName,
  headStyle,
  linksOf,
  room,
  rowXml,
  widest,
  widthOfCell,
  widthOfText,
} from "./sheet-cells.js";
import { openPictures, type PictureSheet } from "./sheet-pictures.js";

/** A workbook that is written row by row, with the look that all its sheets share. */
export interface Book {
  /** Opens a sheet; `sample` are rows by which the widths of the columns are chosen. */
  addSheet(
    name: string,
    headings: readonly string[],
    sample: readonly (readonly Cell[])[],
    /** Columns that are printed, when not all. */
    printed?: number,
  ): BookSheet;
  /** Opens the sheet of the pictures, of which there is one at most. */
  addPictureSheet(name: string): PictureSheet;
  /** Writes the end of the file to the stream. */
  commit(): Promise<void>;
}

export interface BookSheet {
  add(cells: readonly Cell[], toneOf?: (column: number) => Tone): void;
  /** Waits until what was added has been compressed, which takes longer than making it. */
  drained(): Promise<void>;
  /** Ends the sheet; `head` stands on each printed page, left and right. */
  finish(head: PageHead): void;
}

const narrowest = 6;
/** Room for the arrow of the filter beside a heading. */
const filterRoom = 4;
/** Links that Excel opens a sheet with (“Excel specifications and limits”); the cells of further ones keep their text. */
const mostLinks = 65_530;

/** Characters of rows that are handed on at once: a buffer for each row would be most of an export's memory. */
const gathered = 32 * 1024;

/** `stream` takes the bytes of the file; the caller ends and watches it. */
export function createBook(stream: Writable, madeAtMs: number): Book {
  // From its own module: the whole library takes 11 MB more and twice the time to load.
  const book = new WorkbookWriter({ stream, useSharedStrings: false, useStyles: true });
  book.creator = "VoiceGauge";
  book.lastModifiedBy = "VoiceGauge";
  book.created = new Date(madeAtMs);
  book.modified = book.created;
  const bookHooks = hooksOfBook(book);
  const { styles } = bookHooks;
  changePart(bookHooks, "xl/styles.xml", mendFonts);
  const encoder = new TextEncoder();
  const scratch = Buffer.allocUnsafeSlow(gathered * 2);
  const numberOf = (style: Partial<exceljs.Style>): number => styles.addStyleModel(style);
  return {
    addSheet(name, headings, sample, printed = headings.length) {
      const sheet = book.addWorksheet(name, {
        views: [{ state: "frozen", ySplit: 1 }],
        pageSetup: {
          ...landscapeA4,
          fitToPage: true,
          fitToWidth: 1,
          fitToHeight: 0,
          printTitlesRow: "1:1",
        },
      });
      sheet.columns = headings.map((heading, column) => ({ width: widthOf(heading, column, sample) }));
      const hooks = hooksOfSheet(sheet);
      printLines(hooks);
      // The library writes what stands before the rows when its own first row is committed: the headings.
      const head = sheet.addRow([...headings]);
      head.eachCell((cell) => {
        cell.style = headStyle;
      });
      head.commit();
      let rows = 1;
      let links = 0;
      let pending = "";
      const flush = (): void => {
        // The library copies what it is given before it returns, so that one buffer serves for all.
        while (pending !== "") {
          const { read, written } = encoder.encodeInto(pending, scratch);
          hooks.stream.write(scratch.subarray(0, written));
          pending = pending.slice(read);
        }
      };
      return {
        add(cells, toneOf = () => "plain") {
          rows += 1;
          pending += rowXml(rows, cells, toneOf, numberOf);
          if (pending.length >= gathered) flush();
          for (const link of linksOf(rows, cells)) {
            links += 1;
            if (links <= mostLinks) hooks._sheetRelsWriter.addHyperlink(link);
          }
        },
        async drained() {
          for (const pipe of hooks.stream.pipes) if (pipe._writableState.needDrain) await once(pipe, "drain");
        },
        finish(pageHead) {
          flush();
          sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: rows, column: headings.length } };
          setPageHead(sheet, pageHead);
          sheet.pageSetup.printArea = `A$1:${columnName(printed - 1)}$${rows}`;
          sheet.commit();
        },
      };
    },
    addPictureSheet: (name) => openPictures(book, name),
    commit: () => book.commit(),
  };
}

function widthOf(heading: string, column: number, sample: readonly (readonly Cell[])[]): number {
  const contents = sample.map((cells) => {
    const cell = cells[column];
    return cell === undefined ? 0 : widthOfCell(cell) + (cell.kind === "text" ? room : 2);
  });
  const needed = Math.max(widthOfText(heading) + filterRoom, ...contents);
  return Math.min(widest, Math.max(narrowest, needed));
}
