import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import exceljs from "exceljs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decimalToText } from "../../src/language/decimal.js";
import { createSystemClock } from "../../src/runtime/clock.js";
import { createPlanReader, type PlanReading } from "../../src/stick/plan-file.js";
import { makeZip, workbookParts } from "./make-zip.js";

let folder: string;
const clock = createSystemClock();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "voicegauge-plan-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  expect(clock.activeTimers()).toEqual([]);
});

const read = (): Promise<PlanReading> => createPlanReader(clock).read(folder, new AbortController().signal);
const put = (name: string, content: string | Uint8Array): void => writeFileSync(join(folder, name), content);

const heading = ["序号", "名称", "标称", "上偏差", "下偏差", "单位"];

/** What matters of a plan, as text. */
function summary(reading: PlanReading): readonly string[] {
  if (reading.kind !== "plan") throw new Error(JSON.stringify(reading));
  return reading.characteristics.map(({ number, name, nominal, lowerLimit, upperLimit, unit }) =>
    [
      number,
      name,
      ...[nominal, lowerLimit, upperLimit].map((one) => (one === undefined ? "" : decimalToText(one))),
      unit,
    ].join(" "),
  );
}

async function problems(): Promise<string> {
  const reading = await read();
  if (reading.kind !== "refused") throw new Error(`expected a refusal, not ${reading.kind}`);
  return reading.problems.join("\n");
}

async function putWorkbook(fill: (sheet: exceljs.Worksheet) => void): Promise<void> {
  const book = new exceljs.Workbook();
  fill(book.addWorksheet("检验计划"));
  await book.xlsx.writeFile(join(folder, "plan.xlsx"));
}

describe("a plan as CSV", () => {
  const text = `${heading.join(",")}\r\n1,长度,120.50,0.2,-0.2,mm\r\n2,"内径, 左",32.00,0,-0.05,mm\r\n`;
  const expected = ["1 长度 120.50 120.30 120.70 mm", "2 内径, 左 32.00 31.95 32.00 mm"];

  it.each<[string, () => string | Uint8Array]>([
    ["UTF-8", () => text],
    ["UTF-8 with its mark", () => `\uFEFF${text}`],
    ["UTF-16", () => Buffer.from(`\uFEFF${text}`, "utf16le")],
    ["line feeds only", () => text.replaceAll("\r\n", "\n")],
    ["no line end at the end", () => text.trimEnd()],
    ["semicolons", () => text.replace("内径, 左", "内径@左").replaceAll(",", ";").replace("@", ", ")],
    ["tabs", () => text.replace("内径, 左", "内径@左").replaceAll(",", "\t").replace("@", ", ")],
  ])("is read in %s", async (_, content) => {
    put("plan.csv", content());
    expect(summary(await read())).toEqual(expected);
  });

  it("is read as a Chinese Excel writes it, in GBK", async () => {
    // 序号,名称 / 1,长度: by the table of GB 2312.
    put("plan.csv", Buffer.from("d0f2bac52cc3fbb3c60a312cb3a4b6c80a", "hex"));
    expect(summary(await read())).toEqual(["1 长度    "]);
  });

  it("is refused with every bad cell by name", async () => {
    put("plan.csv", `${heading.join(",")}\n1,,12,0.1,-0.1,mm\n1,宽,zwölf,0.1,-0.1,furlong\n`);
    expect(await problems()).toMatch(/plan\.csv B2: [^]*plan\.csv C3: [^]*plan\.csv F3: /);
  });

  it.each([
    ["an open quote", `序号,名称\n1,"长度\n`, "has no end"],
    ["no sense at all", "\u0000\u0001\u0002", "序号"],
    ["nothing", "", "序号"],
  ])("with %s is refused", async (_, content, reason) => {
    put("plan.csv", content);
    expect(await problems()).toContain(reason);
  });
});

describe("a plan as a workbook", () => {
  it("is read with the decimals that its cells show, formulas by their results", async () => {
    await putWorkbook((sheet) => {
      sheet.addRow(heading);
      sheet.addRow([1, "长度", 120.5, 0.2, { formula: "-D2", result: -0.2 }, "mm"]);
      sheet.getCell("C2").numFmt = "0.00";
      sheet.addRow([]);
      sheet.addRow([2, { richText: [{ text: "内" }, { text: "径" }] }, 0.1 + 0.2, "0.10", -0.1, "mm"]);
    });
    expect(summary(await read())).toEqual(["1 长度 120.50 120.30 120.70 mm", "2 内径 0.3 0.2 0.40 mm"]);
  });

  it("is refused with sheet and cell", async () => {
    await putWorkbook((sheet) => {
      sheet.addRow(heading);
      sheet.addRow([1, "长度", "12O", 0.2, -0.2, "mm"]);
      sheet.addRow([2, "长度", { error: "#REF!" }, 0.2, -0.2, "mm"]);
    });
    expect(await problems()).toMatch(/plan\.xlsx 检验计划! ?C2: [^]*plan\.xlsx 检验计划! ?C3: /);
  });

  it("is read when another program wrote it", async () => {
    const rows = [heading, ["1", "长度", "12.5", "0.1", "-0.1", "mm"]]
      .map(
        (cells) =>
          `<row>${cells.map((cell) => `<c t="inlineStr"><is><t>${cell}</t></is></c>`).join("")}</row>`,
      )
      .join("");
    put("plan.xlsx", makeZip(workbookParts(`<sheetData>${numbered(rows)}</sheetData>`)));
    expect(summary(await read())).toEqual(["1 长度 12.5 12.4 12.6 mm"]);
  });
});

/** Gives rows and cells their addresses. */
function numbered(rows: string): string {
  let row = 0;
  let column = 0;
  return rows.replace(/<row>|<c /g, (tag) => {
    if (tag === "<row>") {
      row += 1;
      column = 0;
      return `<row r="${row}">`;
    }
    column += 1;
    return `<c r="${String.fromCharCode(64 + column)}${row}" `;
  });
}

describe("a stick that nobody vouches for", () => {
  it("without a plan has none, whatever else is on it", async () => {
    put("Plan.xlsx.exe", "MZ");
    put("..plan.csv", "x");
    put("a\nplan.csv", "x");
    expect(await read()).toEqual({ kind: "none" });
    rmSync(folder, { recursive: true });
    expect(await read()).toEqual({ kind: "none" });
  });

  it("with a link, a folder, a pipe or two plans is refused", async () => {
    symlinkSync("/etc/passwd", join(folder, "plan.csv"));
    expect(await problems()).toContain("is a link");
    rmSync(join(folder, "plan.csv"));
    mkdirSync(join(folder, "plan.csv"));
    expect(await problems()).toContain("is no regular file");
    rmSync(join(folder, "plan.csv"), { recursive: true });
    execFileSync("mkfifo", [join(folder, "plan.csv")]);
    expect(await problems()).toContain("is no regular file");
    rmSync(join(folder, "plan.csv"));
    put("plan.csv", "序号,名称\n1,长度\n");
    put("plan.xlsx", makeZip(workbookParts("<sheetData/>")));
    expect(await problems()).toContain("leave one of them");
  });

  it("with a plan of 4 GB is refused without reading it", async () => {
    put("plan.xlsx", "");
    truncateSync(join(folder, "plan.xlsx"), 4 * 1024 ** 3);
    expect(await problems()).toContain("has 4294967296 bytes");
  });

  const zeros = Buffer.alloc(30 * 1024 * 1024);
  const sheet = "xl/worksheets/sheet1.xml";

  it.each<[string, () => Buffer, RegExp]>([
    ["text", () => Buffer.from("not a workbook at all"), /no directory/],
    ["nothing in it", () => Buffer.alloc(0), /no directory/],
    ["a ZIP of other things", () => makeZip([{ name: "a.txt", content: "a" }]), /./],
    [
      "a bomb that is honest about its size",
      () => makeZip([{ name: sheet, content: zeros }]),
      /unpacks to more/,
    ],
    [
      "a bomb that lies about its size",
      () => makeZip([{ name: sheet, content: zeros, claimedSize: 1_000 }]),
      /larger than it claims/,
    ],
    [
      "entries that share their bytes",
      () =>
        makeZip([
          { name: "a", content: "x".repeat(9_000) },
          { name: "b", content: "x".repeat(9_000), sharedWith: 0 },
        ]),
      /overlap/,
    ],
    [
      "a size beyond 4 GB",
      () => makeZip([{ name: sheet, content: "x", claimedSize: 0xffffffff }]),
      /more than 4 GB/,
    ],
    ["a password", () => makeZip([{ name: sheet, content: "x", flags: 1 }]), /password/],
    ["an unknown packing", () => makeZip([{ name: sheet, content: "x", method: 14 }]), /unknown way/],
    [
      "a thousand files",
      () => makeZip(Array.from({ length: 1_000 }, (_, index) => ({ name: `f${index}`, content: "" }))),
      /holds 1000 files/,
    ],
    ["a directory cut off", () => cutDirectory(makeZip(workbookParts("<sheetData/>"))), /damaged/],
    ["XML that is none", () => makeZip(workbookParts("<sheetData><row")), /./],
    [
      "entities that grow",
      () =>
        makeZip(workbookParts("").map((part) => (part.name === sheet ? { ...part, content: laughs } : part))),
      /./,
    ],
    [
      "a cell in the last corner",
      () =>
        makeZip(
          workbookParts('<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'),
        ),
      /reaches to row/,
    ],
    [
      "a merged cell as large as the sheet",
      () =>
        makeZip(
          workbookParts(
            '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>',
          ),
        ),
      /too long|cannot be read/,
    ],
  ])("with a plan.xlsx that is %s is refused in time", { timeout: 60_000 }, async (_, make, reason) => {
    put("plan.xlsx", make());
    expect(await problems()).toMatch(reason);
  });

  it("ends at once when reading is given up", async () => {
    put("plan.xlsx", makeZip(workbookParts("<sheetData/>")));
    const abort = new AbortController();
    abort.abort();
    expect(await createPlanReader(clock).read(folder, abort.signal)).toMatchObject({ kind: "refused" });
  });
});

const laughs = `<!DOCTYPE x [<!ENTITY a "${"ha".repeat(1_000)}"><!ENTITY b "${"&a;".repeat(1_000)}"><!ENTITY c "${"&b;".repeat(1_000)}">]><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&c;</t></is></c></row></sheetData></worksheet>`;

/** Keeps the end record of an archive, which then points at what is not there. */
function cutDirectory(zip: Buffer): Buffer {
  return Buffer.concat([zip.subarray(0, 40), zip.subarray(-22)]);
}
