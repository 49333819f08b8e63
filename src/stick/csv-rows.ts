/** Texts that spreadsheets write: UTF-8 and UTF-16 with a mark, UTF-8 without, and what a Chinese Excel means by “CSV”. */
export function decodeCsv(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("gb18030", { fatal: true }).decode(bytes);
  }
}

const mostRows = 5_000;

/**
 * The rows of a CSV text by RFC 4180, with any line end, separated as its first line is: by comma, semicolon or tab. A
 * field that begins with the apostrophe of a text keeps it. Throws an Error that names the line of a quote without end.
 */
export function readCsvRows(text: string): readonly (readonly string[])[] {
  const separator = separatorOf(text);
  const rows: string[][] = [];
  let row: string[] = [];
  let field = "";
  let at = 0;
  const endRow = (): void => {
    row.push(field);
    rows.push(row);
    row = [];
    field = "";
    if (rows.length > mostRows) throw new Error(`it has more than ${mostRows} rows`);
  };
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === '"' && field === "") {
      const { content, next } = readQuoted(text, at, rows.length + 1);
      field = content;
      at = next;
    } else if (character === separator) {
      row.push(field);
      field = "";
      at += 1;
    } else if (character === "\n" || character === "\r") {
      endRow();
      at += text.startsWith("\r\n", at) ? 2 : 1;
    } else {
      field += character;
      at += 1;
    }
  }
  if (field !== "" || row.length > 0) endRow();
  return rows;
}

function readQuoted(
  text: string,
  start: number,
  line: number,
): { readonly content: string; readonly next: number } {
  let content = "";
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) throw new Error(`the quote that begins in row ${line} has no end`);
    content += text.slice(at, quote);
    if (text.charAt(quote + 1) !== '"') return { content, next: quote + 1 };
    content += '"';
    at = quote + 2;
  }
}

function separatorOf(text: string): string {
  const [line = ""] = text.split(/[\r\n]/, 1);
  const counted = [",", ";", "\t"].map((sign) => ({ sign, count: line.split(sign).length }));
  return counted.reduce((best, one) => (one.count > best.count ? one : best)).sign;
}
