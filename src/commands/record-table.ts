import type { StoredRecord } from "../inspection/record.js";
import { decimalToText } from "../language/decimal.js";

/** Records as lines of a table, the heading first. */
export function tableLines(records: readonly StoredRecord[]): readonly string[] {
  const rows = records.map((record) => [
    String(record.id),
    record.name ?? "",
    decimalToText(record.value),
    record.unit ?? "",
    record.judgement?.kind ?? "",
    record.supersededBy === undefined ? record.status : `${record.status} by ${record.supersededBy}`,
    record.transcript,
  ]);
  const table = [["no", "name", "value", "unit", "result", "status", "words"], ...rows];
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((row) => widthOf(row[column] ?? ""))),
  );
  return table.map((row) =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function pad(cell: string, width: number): string {
  return cell + " ".repeat(Math.max(0, width - widthOf(cell)));
}

/** Chinese characters take two columns of a terminal. */
function widthOf(text: string): number {
  return [...text].reduce((sum, character) => sum + (character > "\u2e7f" ? 2 : 1), 0);
}
