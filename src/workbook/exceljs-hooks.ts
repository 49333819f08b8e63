import type { Writable } from "node:stream";
import type exceljs from "exceljs";

/** What the streaming writer of exceljs has and its types do not tell. Its version is pinned, and no newer one exists. */
export interface BookHooks {
  readonly zip: { append(source: unknown, entry: { readonly name: string }): unknown };
  readonly styles: {
    /** The number of a style, by which cells refer to it; the same object has the same number. */
    addStyleModel(style: Partial<exceljs.Style>): number;
  };
}

export interface SheetHooks {
  /** The text of the sheet on its way into the ZIP; it takes everything at once, the pipes behind it are what fills up. */
  readonly stream: { readonly pipes: readonly Pipe[]; write(xml: string | Buffer): unknown };
  readonly _sheetRelsWriter: {
    addRelationship(relationship: object): string;
    addHyperlink(link: { readonly address: string; readonly target: string }): void;
  };
  /** Writes what belongs between the page breaks and the end of a sheet. */
  _writeLegacyData(): void;
  /** Writes the margins, before which the print options belong. */
  _writePageMargins(): void;
}

/** A stream of readable-stream 2, which has no `writableNeedDrain` yet. */
type Pipe = Writable & { readonly _writableState: { readonly needDrain: boolean } };

export function hooksOfBook(book: exceljs.stream.xlsx.WorkbookWriter): BookHooks {
  return book as unknown as BookHooks;
}

export function hooksOfSheet(sheet: exceljs.Worksheet): SheetHooks {
  return sheet as unknown as SheetHooks;
}

/** Changes a part of the workbook that the writer holds as text, when it puts the part into the ZIP. */
export function changePart({ zip }: BookHooks, name: string, change: (xml: string) => string): void {
  const append = zip.append.bind(zip);
  zip.append = (source, entry) =>
    append(entry.name === name && typeof source === "string" ? change(source) : source, entry);
}

/** Rows and columns are parted on paper too; the streaming writer leaves the option out. */
export function printLines(sheet: SheetHooks): void {
  const writePageMargins = sheet._writePageMargins.bind(sheet);
  sheet._writePageMargins = () => {
    sheet.stream.write('<printOptions gridLines="1"/>');
    writePageMargins();
  };
}

/** The children of a font in the order of the schema (ECMA-376 part 1, 18.8.22). */
const fontChildren = [
  "b",
  "i",
  "strike",
  "condense",
  "extend",
  "outline",
  "shadow",
  "u",
  "vertAlign",
  "sz",
  "color",
  "name",
  "family",
  "charset",
  "scheme",
];

/** The library writes the children of a font in an order of its own, of which a strict reader complains. */
export function mendFonts(styles: string): string {
  return styles.replace(/<font>(.*?)<\/font>/gs, (_, content: string) => {
    const children = [...content.matchAll(/<(\w+)[^>]*\/>/g)].map(([xml, name = ""]) => ({ xml, name }));
    const place = ({ name }: { readonly name: string }): number => fontChildren.indexOf(name);
    children.sort((left, right) => place(left) - place(right));
    return `<font>${children.map(({ xml }) => xml).join("")}</font>`;
  });
}
