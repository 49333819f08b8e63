import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { decimalToText } from "../../src/language/decimal.js";
import { type ReportKind, reportKinds } from "../../src/workbook/workbook.js";
import { createStickBench, decimal, type StickBench } from "../doubles/stick-bench.js";
import { convertWithLibreOffice, hasLibreOffice } from "./libreoffice.js";
import { readXlsx, zipEntries } from "./read-xlsx.js";

let bench: StickBench;
beforeEach(async () => {
  bench = await createStickBench();
});
afterEach(() => bench.close());

const pathOf = (kind: ReportKind): string => join(bench.folder, `day.${kind}`);

async function write(kinds: readonly ReportKind[] = reportKinds, language: "zh" | "en" = "zh") {
  const outputs = kinds.map((kind) => ({ kind, path: pathOf(kind) }));
  const written = await bench.workbook.write(
    { ...bench.request(outputs), language },
    new AbortController().signal,
  );
  if (!written.ok) throw new Error(JSON.stringify(written.error));
  return written.value;
}

/** A planned characteristic with one value far out, another without limits, a third with too few values for a picture. */
function measureThree(): void {
  const limits = {
    nominal: decimal("120.50"),
    lowerLimit: decimal("120.30"),
    upperLimit: decimal("120.70"),
  };
  bench.store.adoptPlan("plan.csv", [{ number: 3, name: "长度", aliases: [], unit: "mm", ...limits }]);
  bench.store.setWorkContext({ part: "0773", batch: "B&L", inspector: "08" });
  const planned = { characteristicNumber: 3, judgement: { kind: "within" } } as const;
  for (const value of ["120.50", "120.52", "120.49", "120.51", "120.48", "120.50", "120.53"])
    bench.measure("长度", value, planned);
  bench.measure("长度", "121.20", { ...planned, judgement: { kind: "above", by: decimal("0.50") } });
  for (const value of ["-0.03", "-0.02", "-0.03", "-0.05", "-0.01"]) bench.measure("跳动", value);
  for (const value of ["5", "6", "7", "8"]) bench.measure("孔距", value);
  bench.store.withdraw(bench.measure("跳动", "99").id);
}

describe("the pictures in the workbook", () => {
  it("are one a characteristic of five values or more, on a sheet of their own with its figures", async () => {
    measureThree();
    await write(["xlsx"]);
    const book = readXlsx(pathOf("xlsx"));
    expect(book.sheetNames).toEqual(["记录", "统计", "图表", "更正", "设备"]);
    const texts = [...book.sheet("图表").values()].map(({ raw }) => raw);
    expect(texts[1]).toBe("长度  mm");
    expect(texts[2]).toContain("超差数 1");
    expect(texts[3]).toBe("跳动  mm");
    expect(texts).toHaveLength(5);
    const drawing = book.part("xl/drawings/drawing1.xml");
    expect(drawing.match(/<xdr:pic>/g)).toHaveLength(2);
    expect(book.part("[Content_Types].xml")).toContain('PartName="/xl/drawings/drawing1.xml"');
    const sheet = book.part("xl/worksheets/sheet3.xml");
    // The order of the schema: page head, breaks, drawing, end.
    expect(sheet).toMatch(/<\/headerFooter>.*<\/rowBreaks><drawing r:id="rId1"\/><\/worksheet>$/s);
    const png = zipEntries(pathOf("xlsx")).get("xl/media/image0.png");
    expect(png?.subarray(1, 4).toString()).toBe("PNG");
    expect([png?.readUInt32BE(16), png?.readUInt32BE(20)]).toEqual([1350, 465]);
  });

  it("draw each limit where it is, also one of many decimals and one beyond all values", async () => {
    const limits = { lowerLimit: decimal("24.980"), upperLimit: decimal("25.020") };
    bench.store.adoptPlan("plan.csv", [{ number: 1, name: "外径", aliases: [], unit: "mm", ...limits }]);
    for (const value of ["25.001", "25.003", "25.002", "25.004", "25.002"])
      bench.measure("外径", value, { characteristicNumber: 1, judgement: { kind: "within" } });
    await write(["html"]);
    const page = readFileSync(pathOf("html"), "utf8");
    const heightOf = (label: string): number =>
      Number(new RegExp(`translate\\(\\S+ ([\\d.]+)\\)"[^>]*>${label}<`).exec(page)?.[1]);
    // The label of a tolerance stands 5 above its line, those of the other limits at theirs.
    const top = heightOf("USL 25.020") + 5;
    // On the chart of the values a thousandth is as high between any two lines.
    const thousandth = (heightOf("LSL 24.980") - heightOf("USL 25.020")) / 40;
    expect(thousandth).toBeGreaterThan(2);
    // x̄ = 25.0024 and MR̄ = 0.00175 by hand.
    for (const [label, value] of [
      ["UCL 25.0071", 25.007_054],
      ["CL 25.0024", 25.0024],
      ["LCL 24.9977", 24.997_746],
    ] as const)
      expect(heightOf(label) - top).toBeCloseTo((25.02 - value) * 1000 * thousandth, 1);
    // On that of the ranges, from y 208 down to 280, the limit is above all of them and the zero line below.
    const [upper, centre] = [heightOf("UCL 0.0057"), heightOf("CL 0.0018")];
    expect(upper).toBeGreaterThan(208);
    expect((280 - centre) / (280 - upper)).toBeCloseTo(1 / 3.267, 2);
  });

  it("are left out, with their sheet, where nothing can be drawn", async () => {
    bench.measure("长度", "1");
    await write(["xlsx"]);
    expect(readXlsx(pathOf("xlsx")).sheetNames).toEqual(["记录", "统计", "更正", "设备"]);
  });

  it("are drawn when all values are the same, or tiny, or huge", async () => {
    for (let n = 0; n < 6; n += 1) {
      bench.measure("一样", "5.00");
      bench.measure("小", `0.00000${n}`);
      bench.measure("大", `${n}00000000000`);
    }
    await write(["xlsx", "html"]);
    expect(
      readXlsx(pathOf("xlsx"))
        .part("xl/drawings/drawing1.xml")
        .match(/<xdr:pic>/g),
    ).toHaveLength(3);
    expect(readFileSync(pathOf("html"), "utf8")).not.toMatch(/NaN|Infinity/);
  });

  it.skipIf(!hasLibreOffice)("are found by LibreOffice", { timeout: 120_000 }, async () => {
    measureThree();
    await write(["xlsx"]);
    convertWithLibreOffice(bench.folder, pathOf("xlsx"), "ods");
    const entries = [...zipEntries(join(bench.folder, "day.ods")).keys()];
    expect(entries.filter((name) => /^Pictures\/.*\.png$/.test(name))).toHaveLength(2);
  });
});

describe("the page for a browser", () => {
  it("holds figures, pictures, what is out of tolerance, and all records", async () => {
    measureThree();
    await write(["html"]);
    const page = readFileSync(pathOf("html"), "utf8");
    expect(page.match(/<svg /g)).toHaveLength(2);
    expect(page).toContain('<td class="n bad">121.20</td>');
    expect(page).toContain('<td class="n dead">99</td>');
    expect(page.match(/<td class="n">120\.50<\/td>/g)?.length).toBeGreaterThan(1);
    expect(page).toContain("批次 B&amp;L");
    expect(page).toContain('<html lang="zh-CN">');
    // Two pictures on one page must not share an id, or the one would be clipped like the other.
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("runs nothing and loads nothing, whatever was said", async () => {
    bench.measure('</table><script>alert(1)</script><img src="http://x/y">', "1", {
      transcript: '"><svg onload=alert(1)>',
    });
    await write(["html"]);
    const page = readFileSync(pathOf("html"), "utf8");
    expect(page).not.toMatch(/<script|<img|<svg onload/i);
    expect(page).toContain("default-src 'none'");
    expect(page.replaceAll(/xmlns(:\w+)?="[^"]*"/g, "")).not.toMatch(/(src|href)="/);
  });

  it.skipIf(!hasLibreOffice)("is read by LibreOffice", { timeout: 120_000 }, async () => {
    measureThree();
    await write(["html"], "en");
    convertWithLibreOffice(bench.folder, pathOf("html"), "csv:Text - txt - csv (StarCalc):44,34,76", [
      "--infilter=HTML (StarCalc)",
    ]);
    const text = readFileSync(join(bench.folder, "day.csv"), "utf8");
    expect(text).toContain("Inspection report");
    expect(text).toContain("121.20");
  });
});

describe("the Q-DAS transfer file", () => {
  /** Description fields by key, and the values with the fields that follow each. */
  function readDfq() {
    const description = new Map<string, string>();
    const values: Map<string, string>[] = [];
    const text = readFileSync(pathOf("dfq"), "utf8");
    expect(text.startsWith("\uFEFF")).toBe(true);
    for (const line of text.slice(1).split("\r\n")) {
      const [, key = "", place = "", value = ""] = /^(K\d{4})(?:\/(\d+))? (.*)$/.exec(line) ?? [];
      if (key === "") {
        expect(line).toBe("");
        continue;
      }
      if (key === "K0001") values.push(new Map([["place", place]]));
      if (key < "K0100") values.at(-1)?.set(key, value);
      else description.set(place === "" ? key : `${key}/${place}`, value);
    }
    return { description, values };
  }

  it("names each characteristic and holds every record that counts, with its own digits", async () => {
    measureThree();
    await write(["dfq"]);
    const { description, values } = readDfq();
    expect(description.get("K0100")).toBe("3");
    expect(description.get("K1001/1")).toBe("0773");
    expect(description.get("K2002/1")).toBe("长度");
    expect(description.get("K2101/1")).toBe("120.50");
    expect(description.get("K2110/1")).toBe("120.30");
    expect(description.get("K2111/1")).toBe("120.70");
    expect(description.get("K2142/1")).toBe("mm");
    expect(description.get("K2022/2")).toBe("2");
    expect([1, 2, 3].map((place) => description.get(`K2001/${place}`))).toEqual(["3", "4", "5"]);
    expect(description.has("K2110/2")).toBe(false);
    const valid = [...bench.store.records()].filter(({ status }) => status === "valid");
    expect(
      values.map((value) => [description.get(`K2002/${value.get("place")}`), value.get("K0001")]),
    ).toEqual(valid.map(({ name, value }) => [name, decimalToText(value)]));
    expect(values[0]).toEqual(
      new Map([
        ["place", "1"],
        ["K0001", "120.50"],
        ["K0002", "0"],
        ["K0004", "25.11.2026/08:30:05"],
        ["K0006", "B&L"],
        ["K0008", "08"],
        ["K0014", "0773"],
      ]),
    );
  });

  it("cuts a text to what its field holds, and keeps what is cut in the remark", async () => {
    const part = `${"零".repeat(39)}\u{20000}-7`;
    bench.store.setWorkContext({ part, batch: "2026-11-24-0000017", inspector: "王工" });
    bench.measure("长".repeat(90), "1.5");
    bench.store.setWorkContext({ batch: "12345678901234", inspector: "08" });
    bench.measure("长度", "-123456789012345678901234.5");
    await write(["dfq"]);
    const { description, values } = readDfq();
    expect(description.get("K2002/1")).toBe("长".repeat(80));
    expect(Array.from(description.get("K1001/1") ?? "")).toHaveLength(30);
    expect(values[0]?.get("K0006")).toBe("2026-11-24-000");
    expect(values[0]?.get("K0014")).toBe(`${"零".repeat(39)}\u{20000}`);
    expect(values[0]?.get("K0009")).toBe(`王工; 2026-11-24-0000017; ${part}`);
    expect(values[1]?.get("K0006")).toBe("12345678901234");
    expect(values[1]?.get("K0009")).toBe(part);
    expect(values[1]?.get("K0001")).toBe("-123456789012345678901234.5");
  });

  it("takes a name with line breaks for a name, and an inspector's name for a remark", async () => {
    bench.store.setWorkContext({ inspector: "王工" });
    bench.measure("a\r\nK0001/1 999\u2028b", "1.5");
    await write(["dfq"]);
    const { description, values } = readDfq();
    expect(description.get("K2002/1")).toBe("a K0001/1 999 b");
    expect(values).toHaveLength(1);
    expect(values[0]?.get("K0009")).toBe("王工");
    expect(values[0]?.has("K0008")).toBe(false);
  });
});

it("a day of more than two thousand values says which of them its histogram shows", async () => {
  bench.fill(2_005);
  await write(["xlsx", "html"]);
  const texts = [...readXlsx(pathOf("xlsx")).sheet("图表").values()].map(({ raw }) => raw);
  expect(texts[2]).toContain("数量 2005");
  expect(texts[1]).toContain("直方图为最近 2000 个值");
  expect(readFileSync(pathOf("html"), "utf8")).toContain("直方图为最近 2000 个值");
});
