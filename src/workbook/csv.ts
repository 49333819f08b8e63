import { type Cell, shownText } from "./report-rows.js";

/** Excel reads a CSV file as UTF-8 only when it begins so. */
export const csvHead = "\uFEFF";

/** One line by RFC 4180, with its CRLF. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvField).join(",")}\r\n`;
}

function csvField(cell: Cell): string {
  return cell.kind === "text" ? quoted(harmless(cell.text)) : shownText(cell);
}

/**
 * A text that a spreadsheet would run as a formula is marked as text by an apostrophe, also when blanks or the
 * full-width forms of the signs hide it (OWASP, “CSV Injection”). Numbers are not texts and keep their minus.
 */
function harmless(text: string): string {
  return /^(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/u.test(text) ? `'${text}` : text;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
