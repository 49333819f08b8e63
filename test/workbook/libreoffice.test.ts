import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createStickBench, decimal, type StickBench } from "../doubles/stick-bench.js";
import { readCsv } from "./read-csv.js";

const hasLibreOffice = spawnSync("soffice", ["--version"]).status === 0;
if (!hasLibreOffice) {
  console.warn(
    "skipped: the workbook is not opened by LibreOffice here; apt-get install --no-install-recommends libreoffice-calc",
  );
}

let bench: StickBench;
let folder: string;

beforeAll(async () => {
  bench = await createStickBench();
  folder = join(bench.folder, "office");
  await mkdir(folder);
});
afterAll(() => bench.close());

/** Converts with a profile of its own, so that neither a running LibreOffice nor a user's settings matter. */
function convert(path: string, to: string): void {
  const profile = `-env:UserInstallation=${pathToFileURL(join(bench.folder, "profile")).href}`;
  execFileSync("soffice", [profile, "--headless", "--convert-to", to, "--outdir", folder, path], {
    stdio: "pipe",
    timeout: 120_000,
    // In the C locale it cannot name a file after a Chinese sheet.
    env: { ...process.env, LC_ALL: "C.UTF-8" },
  });
}

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
      bench.request({ xlsxPath, csvPath }),
      new AbortController().signal,
    );
    expect(written).toMatchObject({ ok: true, value: { rows: 603 } });

    convert(xlsxPath, asShown);
    const shown = readCsv(readFileSync(join(folder, "day-记录.csv"), "utf8"), "\n");
    const ours = readCsv(readFileSync(csvPath, "utf8")).map((row) =>
      row.map((field) => field.replace(/^'(?==)/, "")),
    );
    expect(shown).toHaveLength(604);
    expect(shown).toEqual(ours);
    expect(readdirSync(folder).sort()).toEqual(
      ["day-更正.csv", "day-统计.csv", "day-记录.csv", "day-设备.csv"].sort(),
    );

    convert(xlsxPath, "pdf");
    expect(statSync(join(folder, "day.pdf")).size).toBeGreaterThan(10_000);
  });
});
