import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { StoredRecord } from "../../src/inspection/record.js";
import { decimalToText } from "../../src/language/decimal.js";
import type { ReportOutput } from "../../src/workbook/workbook.js";
import { createStickBench, decimal, type StickBench } from "../doubles/stick-bench.js";
import { readCsv } from "./read-csv.js";
import { type ReadCell, readXlsx } from "./read-xlsx.js";

let bench: StickBench;
let xlsxPath: string;
let csvPath: string;
let outputs: readonly ReportOutput[];
const never = new AbortController().signal;

beforeEach(async () => {
  bench = await createStickBench();
  xlsxPath = join(bench.folder, "out.xlsx");
  csvPath = join(bench.folder, "out.csv");
  outputs = [
    { kind: "xlsx", path: xlsxPath },
    { kind: "csv", path: csvPath },
  ];
});
afterEach(() => bench.close());

async function write(change: Partial<Parameters<typeof bench.workbook.write>[0]> = {}) {
  const written = await bench.workbook.write({ ...bench.request(outputs), ...change }, never);
  if (!written.ok) throw new Error(JSON.stringify(written.error));
  return written.value;
}

/** A shift with everything that a sheet must get right. */
function workAShift(): void {
  const { store } = bench;
  const plan = {
    number: 7,
    name: "长度",
    aliases: [],
    nominal: decimal("120.50"),
    lowerLimit: decimal("120.30"),
    upperLimit: decimal("120.70"),
    unit: "mm",
  } as const;
  expect(store.adoptPlan("plan.csv", [plan])).toMatchObject({ ok: true });
  store.setWorkContext({ part: "0773", batch: "B&L", inspector: "08" });
  const planned = { characteristicNumber: 7 };
  bench.measure("长度", "120.50", { ...planned, judgement: { kind: "within" } });
  bench.measure("长度", "121.20", { ...planned, judgement: { kind: "above", by: decimal("0.50") } });
  const wrong = bench.measure("长度", "12.05", {
    ...planned,
    judgement: { kind: "below", by: decimal("108.25") },
  });
  store.correct(wrong.id, {
    ...planned,
    name: "长度",
    value: decimal("120.5"),
    unit: "mm",
    judgement: { kind: "within" },
    transcript: "更正一百二十点五",
    confidence: 0.913,
    confirmedByQuestion: true,
  });
  store.withdraw(bench.measure("内径", "-0.03").id);
  bench.measure("外径", "1234567890123456.789");
  bench.measure('=HYPERLINK("x")', "0.000001", { transcript: 'say "<&>", _x0041_\u0001\n第二行' });
}

/** The sheet row of a record by the database alone. */
function expectedRow(record: StoredRecord): readonly string[] {
  const judgements = { within: "合格", above: "超上限", below: "超下限" };
  const states = { valid: "有效", withdrawn: "已撤销", superseded: "已更正" };
  const decimalText = (value: StoredRecord["nominal"]) => (value === undefined ? "" : decimalToText(value));
  const deviation =
    record.nominal === undefined
      ? ""
      : (Number(decimalToText(record.value)) - Number(decimalToText(record.nominal))).toFixed(2);
  return [
    String(record.id),
    record.characteristicNumber === undefined ? "" : String(record.characteristicNumber),
    record.name ?? "",
    decimalText(record.nominal),
    decimalText(record.lowerLimit),
    decimalText(record.upperLimit),
    decimalText(record.value),
    record.unit ?? "",
    deviation,
    record.judgement === undefined ? "" : judgements[record.judgement.kind],
    record.part ?? "",
    record.batch ?? "",
    record.inspector ?? "",
    "2026-11-25 08:30:05",
    "是",
    states[record.status],
    record.supersededBy === undefined ? "" : String(record.supersededBy),
    record.transcript,
    record.confidence.toFixed(2),
    "",
  ];
}

/** What a person sees in a cell: the number in its format. */
function shown(cell: ReadCell | undefined): string {
  if (cell === undefined) return "";
  if (cell.type === "text") return cell.raw;
  if (cell.format.startsWith("yyyy"))
    return new Date(Math.round((Number(cell.raw) - 25_569) * 86_400) * 1_000)
      .toISOString()
      .slice(0, 19)
      .replace("T", " ");
  const decimals = /^0(?:\.(0+))?$/.exec(cell.format);
  if (decimals === null) throw new Error(`a number in the format ${cell.format}`);
  return Number(cell.raw).toFixed(decimals[1]?.length ?? 0);
}

const letters = "ABCDEFGHIJKLMNOPQRST".split("");
const rowOf = (cells: ReadonlyMap<string, ReadCell>, row: number) =>
  letters.map((letter) => shown(cells.get(`${letter}${row}`)));

describe("the workbook and the CSV of a shift", () => {
  it("hold the database row by row, values with every decimal that was spoken", async () => {
    workAShift();
    const report = await write();
    const records = [...bench.store.records()];
    expect(report.rows).toBe(7);
    const cells = readXlsx(xlsxPath).sheet("记录");
    const csv = readCsv(readFileSync(csvPath, "utf8"));
    expect(csv).toHaveLength(records.length + 1);
    records.forEach((record, index) => {
      const expected = expectedRow(record);
      expect(rowOf(cells, index + 2)).toEqual(expected);
      expect(csv[index + 1]?.map((field) => field.replace(/^'(?==)/, ""))).toEqual(expected);
    });
    expect(cells.has(`A${records.length + 2}`)).toBe(false);
  });

  it("keep values as numbers with their format, and as text where a float would lose digits", async () => {
    workAShift();
    await write();
    const cells = readXlsx(xlsxPath).sheet("记录");
    expect(cells.get("G2")).toMatchObject({ type: "number", raw: "120.5", format: "0.00" });
    expect(cells.get("G7")).toMatchObject({ type: "text", raw: "1234567890123456.789" });
    expect(cells.get("K2")).toMatchObject({ type: "text", raw: "0773" });
    expect(cells.get("C8")).toMatchObject({ type: "text", raw: '=HYPERLINK("x")' });
    expect(readXlsx(xlsxPath).part("xl/worksheets/sheet1.xml")).not.toContain("<f>");
  });

  it("colour the judgement and strike out what no longer counts", async () => {
    workAShift();
    await write();
    const cells = readXlsx(xlsxPath).sheet("记录");
    expect(cells.get("J2")).toMatchObject({ raw: "合格", fill: "FFC6EFCE", isStruck: false });
    expect(cells.get("J3")).toMatchObject({ raw: "超上限", fill: "FFFFC7CE" });
    expect(cells.get("G3")?.fill).toBe("FFFFC7CE");
    expect(cells.get("G2")?.fill).toBeUndefined();
    expect(cells.get("G4")).toMatchObject({ raw: "12.05", isStruck: true, fill: undefined });
  });

  it("tell on the sheet of corrections what was withdrawn or corrected, and by what", async () => {
    workAShift();
    await write();
    const cells = readXlsx(xlsxPath).sheet("更正");
    const row = (number: number) =>
      "ABCDEFGH".split("").map((letter) => shown(cells.get(`${letter}${number}`)));
    expect(row(2)).toEqual(["3", "长度", "12.05", "mm", "已更正", "4", "120.5", "2026-11-25 08:30:05"]);
    expect(row(3)).toEqual(["5", "内径", "-0.03", "mm", "已撤销", "", "", "2026-11-25 08:30:05"]);
    expect(cells.has("A4")).toBe(false);
    // Wide enough for the time, which a spreadsheet would show as ### else.
    const sheet = readXlsx(xlsxPath).part("xl/worksheets/sheet3.xml");
    expect(Number(/<col min="8" max="8" width="(\d+)"/.exec(sheet)?.[1])).toBeGreaterThan(19);
  });

  it("have figures of the valid records only, by characteristic, unit and limits", async () => {
    for (const value of ["10.1", "10.3", "9.9", "10.1"]) bench.measure("宽", value);
    bench.store.withdraw(bench.measure("宽", "99.9").id);
    bench.measure("宽", "5", { unit: "cm" });
    await write();
    const cells = readXlsx(xlsxPath).sheet("统计");
    const row = (number: number) =>
      "BCGHIJKP".split("").map((letter) => shown(cells.get(`${letter}${number}`)));
    // s = sqrt(((0)² + 0.2² + 0.2² + 0²) / 3) by hand.
    // Nothing is out of a tolerance that nobody has given.
    expect(row(2)).toEqual(["宽", "mm", "4", "10.10", "9.9", "10.3", "0.163", ""]);
    expect(row(3)).toEqual(["宽", "cm", "1", "5.0", "5", "5", "", ""]);
    expect(cells.has("A4")).toBe(false);
  });

  it("give an index of capability only where enough values bear it, and say why there is none", async () => {
    const limits = { lowerLimit: decimal("9"), upperLimit: decimal("11") };
    bench.store.adoptPlan("plan.csv", [
      { number: 1, name: "宽", aliases: [], ...limits },
      { number: 2, name: "高", aliases: [], ...limits },
    ]);
    const within = { judgement: { kind: "within" } } as const;
    for (let n = 0; n < 25; n += 1) {
      bench.measure("宽", `10.${n % 2}`, { characteristicNumber: 1, ...within });
      if (n < 24) bench.measure("高", `10.${n % 2}`, { characteristicNumber: 2, ...within });
    }
    bench.measure("深", "1.0");
    bench.measure("深", "1.1");
    await write();
    const cells = readXlsx(xlsxPath).sheet("统计");
    const row = (number: number) =>
      "BGLMNO".split("").map((letter) => shown(cells.get(`${letter}${number}`)));
    // The mean moving range is 0.1, so that sigma is 0.1 / 1.128: 2 / (6 sigma) by hand.
    expect(row(2).slice(0, 3)).toEqual(["宽", "25", "3.76"]);
    expect(row(2)).not.toContain("");
    expect(row(3)).toEqual(["高", "24", "n < 25", "n < 25", "n < 25", "n < 25"]);
    expect(row(4)).toEqual(["深", "2", "", "", "", ""]);
  });

  it("are set up for paper: A4 across, head rows on each page, part and batch in the head", async () => {
    workAShift();
    await write();
    const book = readXlsx(xlsxPath);
    const sheet = book.part("xl/worksheets/sheet1.xml");
    expect(sheet).toMatch(/<pageSetup [^>]*paperSize="9"[^>]*orientation="landscape"/);
    expect(sheet).toContain('<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>');
    expect(sheet).toContain('<autoFilter ref="A1:T8"/>');
    expect(sheet).toContain(
      "<oddHeader>&amp;L零件号 0773    批次 B&amp;&amp;L&amp;RVoiceGauge 5f0c</oddHeader>",
    );
    expect(book.part("xl/workbook.xml")).toContain(
      '<definedName name="_xlnm.Print_Titles" localSheetId="0">&apos;记录&apos;!$1:$1</definedName>',
    );
    expect(sheet).toContain('<printOptions gridLines="1"/><pageMargins ');
    // Up to the status: with the words nobody could read the rest.
    expect(book.part("xl/workbook.xml")).toContain("&apos;记录&apos;!$A$1:$P$8</definedName>");
    // “外径1234567890123456.789毫米” is as wide as 28 digits.
    expect(sheet).toMatch(/<col min="18" max="18" width="31"/);
  });

  it("show a name whole that is wider than its column can be", async () => {
    bench.measure("perpendicular distance from the upper face of the left mounting flange", "1.5");
    bench.measure("宽", "1.5");
    await write();
    const sheet = readXlsx(xlsxPath).part("xl/worksheets/sheet1.xml");
    const [wide, plain] = [2, 3].map((row) => new RegExp(`<c r="C${row}" s="(\\d+)"`).exec(sheet)?.[1]);
    expect(wide).not.toBe(plain);
    const styles = readXlsx(xlsxPath).part("xl/styles.xml");
    const formats = styles.slice(styles.indexOf("<cellXfs")).match(/<xf .*?(?:<\/xf>|\/>)/gs) ?? [];
    expect(formats[Number(wide)]).toContain('shrinkToFit="1"');
    expect(formats[Number(plain)]).not.toContain("shrinkToFit");
  });

  it("speak English when asked to", async () => {
    workAShift();
    await write({ language: "en" });
    const book = readXlsx(xlsxPath);
    expect(book.sheetNames).toEqual(["Records", "Statistics", "Corrections", "Device"]);
    expect(rowOf(book.sheet("Records"), 1).slice(0, 3)).toEqual(["No.", "Item", "Name"]);
    expect(book.sheet("Records").get("J3")?.raw).toBe("above");
  });

  it("name the device, the model, the counts and the events", async () => {
    workAShift();
    const event = {
      kind: "fault",
      code: "microphone_lost",
      detail: "unplugged",
      wallMs: Date.UTC(2026, 10, 25, 1),
    };
    await write({ events: [event] });
    const cells = readXlsx(xlsxPath).sheet("设备");
    const rows = Array.from({ length: 20 }, (_, index) =>
      "ABCDE".split("").map((letter) => shown(cells.get(`${letter}${index + 1}`))),
    );
    expect(rows).toContainEqual(["识别模型", "vg-zh-compact", "", "", ""]);
    expect(rows).toContainEqual(["记录数", "7", "", "", ""]);
    expect(rows).toContainEqual(["撤销与更正", "2", "", "", ""]);
    expect(rows).toContainEqual(["事件", "故障", "microphone_lost", "unplugged", "2026-11-25 09:00:00"]);
  });

  it("take only the records of the ids and the times that were asked for", async () => {
    bench.measure("a", "1");
    bench.setWallMs(Date.UTC(2020, 0, 1));
    bench.measure("b", "2");
    bench.setWallMs(Date.UTC(2026, 10, 25, 5));
    bench.measure("c", "3");
    const day = Date.UTC(2026, 10, 25);
    expect((await write({ fromWallMs: day, untilWallMs: day + 86_400_000 })).rows).toBe(2);
    expect(readCsv(readFileSync(csvPath, "utf8")).map((row) => row[2])).toEqual(["名称", "a", "c"]);
    expect((await write({ fromId: 3, toId: 3 })).rows).toBe(1);
  });

  it("report the hash of what is on the disk, and leave nothing beside it", async () => {
    workAShift();
    const report = await write();
    const hash = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");
    expect(report.files).toEqual(outputs.map((output) => ({ ...output, sha256: hash(output.path) })));
    expect(readdirSync(bench.folder).filter((name) => name.includes("unfinished"))).toEqual([]);
  });

  it("are whole without a record", async () => {
    expect((await write()).rows).toBe(0);
    expect(readXlsx(xlsxPath).sheetNames).toEqual(["记录", "统计", "更正", "设备"]);
    expect(readCsv(readFileSync(csvPath, "utf8"))).toHaveLength(1);
  });
});

describe("a workbook that cannot be written", () => {
  it("says so at once when the folder is missing, where the library alone would wait for ever", async () => {
    const missing = join(bench.folder, "gone");
    const book = { kind: "xlsx", path: join(missing, "a.xlsx") } as const;
    const request = bench.request([book, { kind: "csv", path: join(missing, "a.csv") }]);
    expect(await bench.workbook.write(request, never)).toMatchObject({
      ok: false,
      error: { kind: "not_writable" },
    });
    const onlyBook = bench.request([book, { kind: "csv", path: csvPath }]);
    expect(await bench.workbook.write(onlyBook, never)).toMatchObject({
      ok: false,
      error: { kind: "not_writable" },
    });
  });

  it("fails, with a reason, without a database or with a damaged one", async () => {
    const request = bench.request(outputs);
    const lost = await bench.workbook.write({ ...request, databasePath: join(bench.folder, "no.db") }, never);
    expect(lost).toMatchObject({
      ok: false,
      error: { kind: "failed", detail: expect.stringContaining("no.db") as string },
    });
    const damaged = join(bench.folder, "damaged.db");
    writeFileSync(damaged, "no database at all, but long enough to be read as a page of one".repeat(200));
    expect(await bench.workbook.write({ ...request, databasePath: damaged }, never)).toMatchObject({
      ok: false,
    });
    expect(existsSync(xlsxPath)).toBe(false);
  });

  it("leaves the former file in place and nothing half-written when it is given up", async () => {
    bench.fill(3_000);
    writeFileSync(xlsxPath, "the former file");
    const abort = new AbortController();
    const outcome = await bench.workbook.write(bench.request(outputs), abort.signal, () => abort.abort());
    expect(outcome).toEqual({ ok: false, error: { kind: "aborted" } });
    expect(readFileSync(xlsxPath, "utf8")).toBe("the former file");
    expect(readdirSync(bench.folder).filter((name) => name.includes("unfinished"))).toEqual([]);
  });

  it("is not begun when it was given up before", async () => {
    const abort = new AbortController();
    abort.abort();
    expect(await bench.workbook.write(bench.request(outputs), abort.signal)).toEqual({
      ok: false,
      error: { kind: "aborted" },
    });
    expect(existsSync(csvPath)).toBe(false);
  });

  it("ends its thread when it is closed", async () => {
    bench.fill(2_000);
    const writing = bench.workbook.write(bench.request(outputs), never);
    await bench.workbook.close();
    expect(await writing).toMatchObject({ ok: false });
  });

  it("replaces what an interrupted try left under the temporary name", async () => {
    await mkdir(join(bench.folder, "other"));
    writeFileSync(`${xlsxPath}.unfinished`, "half of a file");
    bench.measure("长度", "1.5");
    expect((await write()).rows).toBe(1);
    expect(existsSync(`${xlsxPath}.unfinished`)).toBe(false);
  });
});

describe("the days of the records", () => {
  it("follow the local calendar and keep apart days that a wrong clock interleaved", async () => {
    bench.setWallMs(Date.UTC(2026, 10, 24, 15, 59));
    bench.measure("a", "1");
    bench.setWallMs(Date.UTC(2026, 10, 24, 16, 0));
    bench.measure("b", "1");
    bench.setWallMs(Date.UTC(2020, 0, 1));
    bench.measure("c", "1");
    bench.setWallMs(Date.UTC(2026, 10, 25, 15, 59));
    bench.measure("d", "1");
    const days = await bench.workbook.days(
      { databasePath: bench.databasePath, utcOffsetMinutes: 480 },
      never,
    );
    expect(days.ok && days.value).toMatchObject([
      { date: "2020-01-01", firstId: 3, lastId: 3, recordCount: 1 },
      { date: "2026-11-24", firstId: 1, lastId: 1, recordCount: 1 },
      { date: "2026-11-25", firstId: 2, lastId: 4, recordCount: 2, fromWallMs: Date.UTC(2026, 10, 24, 16) },
    ]);
  });

  it("have another digest after each change of their records, and the same without one", async () => {
    const digest = async (): Promise<string> => {
      const days = await bench.workbook.days(
        { databasePath: bench.databasePath, utcOffsetMinutes: 480 },
        never,
      );
      if (!days.ok) throw new Error("no days");
      return days.value.map((day) => day.digest).join();
    };
    const record = bench.measure("a", "1");
    const seen = [await digest()];
    expect(await digest()).toBe(seen[0]);
    const second = bench.measure("a", "1");
    seen.push(await digest());
    bench.store.withdraw(record.id);
    seen.push(await digest());
    bench.store.correct(second.id, {
      value: decimal("2"),
      transcript: "",
      confidence: 1,
      confirmedByQuestion: false,
    });
    seen.push(await digest());
    expect(new Set(seen).size).toBe(4);
  });
});
