import { createWriteStream, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createBook } from "../../src/workbook/book.js";
import type { Cell } from "../../src/workbook/report-rows.js";
import { createStickBench, decimal, type StickBench } from "../doubles/stick-bench.js";
import { hasValidator, schemaErrors } from "./open-xml.js";
import { readXlsx } from "./read-xlsx.js";

let bench: StickBench;
let path: string;
beforeEach(async () => {
  bench = await createStickBench();
  path = join(bench.folder, "day.xlsx");
});
afterEach(() => bench.close());

async function write(change: Partial<Parameters<StickBench["workbook"]["write"]>[0]> = {}): Promise<void> {
  const request = { ...bench.request([{ kind: "xlsx", path }]), ...change };
  const written = await bench.workbook.write(request, new AbortController().signal);
  if (!written.ok) throw new Error(JSON.stringify(written.error));
}

/** Every kind of cell, look, link, picture and page, and texts that nobody would choose. */
function workAShift(): { readonly directory: string; readonly folder: string } {
  const { store } = bench;
  const audio = { directory: join(bench.folder, "audio"), folder: "2026-11-25_早_audio" };
  mkdirSync(audio.directory);
  writeFileSync(join(audio.directory, "1.wav"), "RIFF");
  const limits = {
    nominal: decimal("120.50"),
    lowerLimit: decimal("120.30"),
    upperLimit: decimal("120.70"),
  };
  store.adoptPlan("plan.csv", [{ number: 7, name: "长度", aliases: [], unit: "mm", ...limits }]);
  store.setWorkContext({
    part: `零件 & "七" <七三> &P&D ${"长".repeat(300)}`,
    batch: "B&L",
    inspector: "08",
  });
  const planned = { characteristicNumber: 7 };
  for (let n = 0; n < 12; n += 1)
    bench.measure("长度", `120.5${n % 10}`, {
      ...planned,
      judgement: { kind: "within" },
      audioPath: "1.wav",
    });
  const above = bench.measure("长度", "121.20", {
    ...planned,
    judgement: { kind: "above", by: decimal("0.50") },
  });
  store.correct(above.id, {
    ...planned,
    value: decimal("120.5"),
    transcript: "",
    confidence: 1,
    confirmedByQuestion: true,
  });
  store.withdraw(bench.measure("长度", "1.0", { judgement: { kind: "below", by: decimal("119.3") } }).id);
  for (let n = 0; n < 6; n += 1)
    bench.measure('=HYPERLINK("http://x","y")\n"<&>\u0001\ud800_x0041_', `-0.00${n}`, {
      transcript: "x".repeat(40_000),
    });
  bench.measure("外径", "1234567890123456.789");
  for (let decimals = 3; decimals < 14; decimals += 1)
    bench.measure("小", `0.${"1".padStart(decimals, "0")}`);
  return audio;
}

describe.skipIf(!hasValidator)("the workbook follows the schema of Open XML, which Excel holds it to", () => {
  for (const language of ["zh", "en"] as const) {
    it(`with everything in it, in ${language}`, { timeout: 120_000 }, async () => {
      const audio = workAShift();
      const event = { kind: "fault", code: "stick_full", detail: "=1+1 \u0007", wallMs: 0 };
      await write({ language, audio, events: [event] });
      expect(readXlsx(path).sheetNames).toHaveLength(5);
      expect(schemaErrors(path)).toEqual([]);
      expect(schemaErrors(path, "Office2007")).toEqual([]);
    });
  }

  it("without a record", { timeout: 120_000 }, async () => {
    await write();
    expect(schemaErrors(path)).toEqual([]);
  });

  it("with more recordings than a sheet can have links", { timeout: 240_000 }, async () => {
    const stream = createWriteStream(path);
    const book = createBook(stream, 0);
    const sheet = book.addSheet("记录", ["序号", "录音"], []);
    const rows = 65_600;
    for (let row = 1; row <= rows; row += 1) {
      const recording: Cell = { kind: "text", text: `${row}.wav`, link: `2026 11/${row}.wav` };
      sheet.add([{ kind: "number", text: `${row}`, decimals: 0 }, recording]);
      if (row % 1_000 === 0) await sheet.drained();
    }
    sheet.finish({ left: "", right: "", foot: "" });
    await book.commit();
    await finished(stream);
    const cells = readXlsx(path).sheet("记录");
    expect(cells.get(`B${rows + 1}`)?.raw).toBe(`${rows}.wav`);
    const links = readXlsx(path)
      .part("xl/worksheets/sheet1.xml")
      .match(/<hyperlink /g);
    // “Excel specifications and limits”; with more it repairs the workbook and takes out all of them.
    expect(links).toHaveLength(65_530);
    expect(schemaErrors(path)).toEqual([]);
  });
});

it.skipIf(!hasValidator)("the validator finds what is wrong", { timeout: 120_000 }, async () => {
  await write();
  const book = readFileSync(path);
  expect(schemaErrors(path)).toEqual([]);
  // The last sheet is named in the directory of the archive: another name leaves a relation without its part.
  const at = book.lastIndexOf("sheet4.xml");
  book.write("sheet9.xml", at);
  writeFileSync(path, book);
  expect(schemaErrors(path)).not.toEqual([]);
});
