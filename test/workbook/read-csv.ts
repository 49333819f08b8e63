/** Reads RFC 4180 strictly, by its grammar and not by our code: one kind of line end, quotes only around whole fields. */
export function readCsv(text: string, lineEnd: "\r\n" | "\n" = "\r\n"): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let rest = text.replace(/^\uFEFF/, "");
  while (rest !== "") {
    const row: string[] = [];
    for (;;) {
      const found = (lineEnd === "\n" ? unixField : field).exec(rest);
      if (found === null) throw new Error(`not RFC 4180: ${JSON.stringify(rest.slice(0, 60))}`);
      const [whole, quoted, bare, end] = found;
      row.push(quoted === undefined ? (bare ?? "") : quoted.replaceAll('""', '"'));
      rest = rest.slice(whole.length);
      if (end === lineEnd) break;
    }
    rows.push(row);
  }
  return rows;
}

const field = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/;
const unixField = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\n)/;
