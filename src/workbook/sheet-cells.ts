import type exceljs from "exceljs";
import { assert } from "../runtime/assert.js";
import { type Cell, linkTarget, type Tone } from "./report-rows.js";

/** Excel keeps 15 significant digits; a longer number is written as text, so that none is lost. */
const exactDigits = 15;
/** Characters that fit into a cell (Excel, “Specifications and limits”). */
const longestText = 32_767;

/** No format of its own. */
const general = "";
const timeFormat = "yyyy-mm-dd hh:mm:ss";
/** A text that is wider than its column can be: it is shown smaller, whole. Stands beside the formats, is none. */
const shrunk = "shrunk";
/** Format of a number that is kept as text. */
const asText = "@";

/** The face that the library gives to plain cells; a font without one would be drawn in another. */
const face = { name: "Calibri", size: 11, family: 2 };

const tones: Readonly<Record<Tone, Partial<exceljs.Style>>> = {
  plain: {},
  good: { font: { ...face, bold: true, color: { argb: "FF006100" } }, fill: solid("FFC6EFCE") },
  bad: { font: { ...face, bold: true, color: { argb: "FF9C0006" } }, fill: solid("FFFFC7CE") },
  dead: { font: { ...face, strike: true, color: { argb: "FF7F7F7F" } } },
};

/** The headings of a sheet. */
export const headStyle: Partial<exceljs.Style> = {
  font: { ...face, bold: true },
  fill: solid("FFD9E1F2"),
  alignment: { horizontal: "center", vertical: "middle", wrapText: true },
  border: { bottom: { style: "thin" } },
};

/** The writer keys its styles by object, so that each look exists once: by tone, then by number format. */
const styles = new Map<Tone, Map<string, Partial<exceljs.Style>>>();
/** Number formats by their decimals. */
const numberFormats: string[] = [];

/**
 * A row as it stands in a sheet (ECMA-376 part 1, 18.3.1.73 and 18.3.1.4), empty cells left out. Written by hand, since the
 * library's own way through its model of rows and cells takes more than twice the time of everything else in an export.
 * `numberOf` gives the number of a style in the workbook.
 */
export function rowXml(
  row: number,
  cells: readonly Cell[],
  toneOf: (column: number) => Tone,
  numberOf: (style: Partial<exceljs.Style>) => number,
): string {
  let xml = `<row r="${row}">`;
  for (const [column, cell] of cells.entries()) {
    if (cell.kind === "empty") continue;
    const style = numberOf(styleOf(formatOf(cell), toneOf(column)));
    xml += `<c r="${columnName(column)}${row}" s="${style}"${contentXml(cell)}</c>`;
  }
  return `${xml}</row>`;
}

/** The links of a row, each with the address of its cell. */
export function linksOf(
  row: number,
  cells: readonly Cell[],
): readonly { readonly address: string; readonly target: string }[] {
  const hasLink = cells.some((cell) => cell.kind === "text" && cell.link !== undefined);
  if (!hasLink) return noLinks;
  return cells.flatMap((cell, column) =>
    cell.kind === "text" && cell.link !== undefined
      ? [{ address: `${columnName(column)}${row}`, target: linkTarget(cell.link) }]
      : [],
  );
}

const noLinks = [] as const;

/** The rest of the opening tag, and the content. */
function contentXml(cell: Exclude<Cell, { kind: "empty" }>): string {
  switch (cell.kind) {
    case "text":
      return textXml(cell.text);
    case "number":
      return isExact(cell.text) ? numberXml(Number(cell.text)) : textXml(cell.text);
    case "estimate":
      return numberXml(cell.value);
    case "time":
      return numberXml(cell.localMs / dayMs + daysTo1970);
  }
}

const dayMs = 86_400_000;
/** Days from the epoch of spreadsheets, the one that takes 1900 for a leap year, to that of Unix. */
const daysTo1970 = 25_569;

function numberXml(value: number): string {
  return `><v>${value}</v>`;
}

function textXml(text: string): string {
  return ` t="inlineStr"><is><t xml:space="preserve">${escapeXml(sheetText(text))}</t></is>`;
}

function escapeXml(text: string): string {
  return text.search(/[&<>]/) < 0
    ? text
    : text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function isExact(number: string): boolean {
  return number.length <= exactDigits || significantDigits(number) <= exactDigits;
}

function formatOf(cell: Exclude<Cell, { kind: "empty" }>): string {
  switch (cell.kind) {
    case "text":
      return cell.text.length > widest / 2 - room && widthOfText(cell.text) + room > widest
        ? shrunk
        : general;
    case "time":
      return timeFormat;
    case "estimate":
      return numberFormat(cell.decimals);
    case "number":
      return isExact(cell.text) ? numberFormat(cell.decimals) : asText;
  }
}

/** `A` to `Z`: no sheet of ours is wider. */
export function columnName(column: number): string {
  assert(column < 26, "a sheet has 26 columns at most");
  return String.fromCharCode(65 + column);
}

/** The widest column, in digits. */
export const widest = 44;
/** Beside a text in its column: its indent and the edges. */
export const room = 3;

/** Width of a cell's content in columns of one digit: Chinese characters are two wide. */
export function widthOfCell(cell: Cell): number {
  switch (cell.kind) {
    case "empty":
      return 0;
    case "text":
      return widthOfText(cell.text);
    case "number":
      return cell.text.length;
    case "estimate":
      return cell.value.toFixed(cell.decimals).length;
    case "time":
      return timeFormat.length;
  }
}

/** Characters from the CJK radicals on, and full-width forms, are as wide as two digits. */
export function widthOfText(text: string): number {
  let width = 0;
  for (const character of text) width += character > "\u2e7f" ? 2 : 1;
  return width;
}

/**
 * Text as a workbook can hold it: characters that XML forbids are written as `_x0001_`, and what looks like that already is
 * escaped (ECMA-376 part 1, 22.9.2.19, ST_Xstring).
 */
export function sheetText(text: string): string {
  if (text.length <= longestText && text.search(careful) < 0) return text;
  return text
    .slice(0, longestText)
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, "_x005F_")
    .replace(forbidden, (character) => {
      const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
      return `_x${code}_`;
    });
}

/** Anything that may have to be written in another way. */
const careful = /[^\u0020-\u005e\u0060-\u007e\u00a0-\ud7ff\ue000-\ufffd]/;

/** Control characters other than tab and line feed, and half of a pair; a carriage return would be read as a line feed. */
const forbidden =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these very characters are looked for
  /[\u0000-\u0008\u000b-\u001f\u007f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function styleOf(numberFormatCode: string, tone: Tone): Partial<exceljs.Style> {
  let ofTone = styles.get(tone);
  if (ofTone === undefined) {
    ofTone = new Map();
    styles.set(tone, ofTone);
  }
  let style = ofTone.get(numberFormatCode);
  if (style === undefined) {
    style = { ...tones[tone], ...looks(numberFormatCode) };
    ofTone.set(numberFormatCode, style);
  }
  return style;
}

/** Texts stand off the numbers beside them; what is kept as text for its digits stands where numbers do. */
function looks(numberFormatCode: string): Partial<exceljs.Style> {
  if (numberFormatCode === general) return { alignment: { horizontal: "left", indent: 1 } };
  if (numberFormatCode === shrunk) return { alignment: { horizontal: "left", indent: 1, shrinkToFit: true } };
  if (numberFormatCode === asText) return { numFmt: asText, alignment: { horizontal: "right" } };
  return { numFmt: numberFormatCode };
}

function numberFormat(decimals: number): string {
  const known = numberFormats[decimals];
  if (known !== undefined) return known;
  const made = decimals === 0 ? "0" : `0.${"0".repeat(decimals)}`;
  numberFormats[decimals] = made;
  return made;
}

function significantDigits(text: string): number {
  return text.replace(/\D/g, "").replace(/^0+/, "").length;
}

function solid(argb: string): exceljs.Fill {
  return { type: "pattern", pattern: "solid", fgColor: { argb } };
}
