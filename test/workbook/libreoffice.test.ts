import { readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createStickBench, decimal, type StickBench } from "../doubles/stick-bench.js";
import { convertWithLibreOffice, hasLibreOffice } from "./libreoffice.js";
import { readCsv } from "./read-csv.js";

let bench: StickBench;
let folder: string;

beforeAll(async () => {
  bench = await createStickBench();
  folder = join(bench.folder, "office");
  await mkdir(folder);
});
afterAll(() => bench.close());

/** Every sheet, comma-separated, UTF-8, cells as they are shown (LibreOffice help, “Token 1 to 12 of the CSV filter”). */
const asShown = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1";

describe.skipIf(!hasLibreOffice)("the workbook in LibreOffice", () => {
  it("shows row by row what our own CSV holds, and makes pages of it", { timeout: 300_000 }, async () => {
    const limits = {
      nominal: decimal("120.50"),
      lowerLimit: decimal("120.30"),
      upperLimit: decimal("120.70"),
    };
    bench.store.adoptPlan("plan.csv", [{ number: 7, name: "长度", aliases: [], unit: "mm", ...limits }]);
    bench.store.setWorkContext({ part: "0773", batch: "20261124", inspector: "08" });
    bench.fill(600);
    const planned = { characteristicNumber: 7, judgement: { kind: "above", by: decimal("0.50") } } as const;
    const record = bench.measure("长度", "121.20", planned);
    bench.store.withdraw(record.id);
    // Milliseconds that a spreadsheet would round up to the next second.
    bench.setWallMs(Date.UTC(2026, 10, 25, 15, 59, 59, 999));
    bench.measure("外径", "1234567890123456.789", { transcript: 'a "b", c\nd; =1+1 <&> \u{20000}' });
    bench.measure("=1+1", "-0.00012");
    const xlsxPath = join(bench.folder, "day.xlsx");
    const csvPath = join(bench.folder, "day.csv");
    const written = await bench.workbook.write(
      bench.request([
        { kind: "xlsx", path: xlsxPath },
        { kind: "csv", path: csvPath },
      ]),
      new AbortController().signal,
    );
    expect(written).toMatchObject({ ok: true, value: { rows: 603 } });

    convertWithLibreOffice(folder, xlsxPath, asShown);
    const shown = readCsv(readFileSync(join(folder, "day-记录.csv"), "utf8"), "\n");
    const ours = readCsv(readFileSync(csvPath, "utf8")).map((row) =>
      row.map((field) => field.replace(/^'(?==)/, "")),
    );
    expect(shown).toHaveLength(604);
    expect(shown).toEqual(ours);
    expect(
      readdirSync(folder)
        .filter((name) => name.endsWith(".csv"))
        .sort(),
    ).toEqual(["day-更正.csv", "day-统计.csv", "day-图表.csv", "day-记录.csv", "day-设备.csv"].sort());

    convertWithLibreOffice(folder, xlsxPath, "pdf");
    expect(statSync(join(folder, "day.pdf")).size).toBeGreaterThan(10_000);
  });
});
