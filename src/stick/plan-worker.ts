/** The worker thread that reads a plan's workbook: what it chokes on, the device does not. */
import { parentPort, workerData } from "node:worker_threads";
import exceljs from "exceljs";
import { messageOf } from "../runtime/assert.js";
import { inflateWithin } from "./zip-directory.js";

export type PlanWorkerAnswer =
  | { readonly kind: "rows"; readonly sheet: string; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: "failed"; readonly detail: string };

const mostRows = 5_000;
const mostColumns = 52;
const longestCell = 500;

if (parentPort !== null) {
  const port = parentPort;
  readRows(Buffer.from(workerData as Uint8Array)).then(
    (answer) => port.postMessage(answer),
    (thrown: unknown) =>
      port.postMessage({ kind: "failed", detail: messageOf(thrown) } satisfies PlanWorkerAnswer),
  );
}

/** The texts of the first visible sheet, as a reader sees them: numbers with the decimals of their format. */
async function readRows(bytes: Buffer): Promise<PlanWorkerAnswer> {
  const inflated = inflateWithin(bytes);
  if (!inflated.ok) return { kind: "failed", detail: inflated.error };
  const book = new exceljs.Workbook();
  // The types of the library know an older Buffer.
  await book.xlsx.load(bytes as unknown as Parameters<typeof book.xlsx.load>[0]);
  const sheet = book.worksheets.find(({ state }) => state === "visible");
  if (sheet === undefined) return { kind: "failed", detail: "the workbook has no sheet" };
  if (sheet.rowCount > mostRows || sheet.columnCount > mostColumns) {
    const detail = `the sheet ${sheet.name} reaches to row ${sheet.rowCount} and column ${sheet.columnCount}; a plan has at most ${mostRows} and ${mostColumns}`;
    return { kind: "failed", detail };
  }
  const rows: string[][] = Array.from({ length: sheet.rowCount }, () => []);
  sheet.eachRow((row, number) => {
    const cells: string[] = [];
    for (let column = 1; column <= sheet.columnCount; column += 1) cells.push(textOf(row.getCell(column)));
    rows[number - 1] = cells;
  });
  return { kind: "rows", sheet: sheet.name, rows };
}

function textOf(cell: exceljs.Cell): string {
  const { value } = cell;
  const shown = typeof value === "object" && value !== null && "result" in value ? value.result : value;
  if (typeof shown === "number") return numberText(shown, cell.numFmt);
  return cell.text.slice(0, longestCell);
}

/** A float as it was typed (15 digits are exact), with the zeros that its format shows: 12.5 as `0.00` is 12.50. */
function numberText(value: number, format: string | undefined): string {
  const typed = Number(value.toPrecision(15));
  const [positive = ""] = (format ?? "").split(";");
  const decimals = /^[#,]*0(?:\.(0+))?(?:_.)?$/.exec(positive)?.[1]?.length ?? 0;
  const shown = typed.toFixed(decimals);
  return Number(shown) === typed ? shown : String(typed);
}
