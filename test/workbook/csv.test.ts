import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvLine } from "../../src/workbook/csv.js";
import type { Cell } from "../../src/workbook/report-rows.js";
import { readCsv } from "./read-csv.js";

const text = (content: string): Cell => ({ kind: "text", text: content });

describe("a line of CSV", () => {
  it("gives every text back to a strict reader, with at most an apostrophe before it", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" }), { minLength: 2, maxLength: 6 }), (texts) => {
        const [row, ...more] = readCsv(csvLine(texts.map(text)));
        expect(more).toEqual([]);
        expect(row?.map((field, index) => (field === texts[index] ? field : field.slice(1)))).toEqual(texts);
        expect(row?.filter((field) => /^[=+\-@\t\r]/.test(field))).toEqual([]);
      }),
    );
  });

  it.each([
    "=1+1",
    "+86",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =cmd|' /C calc'!A0",
    "＝1",
    "＠x",
    "－3",
  ])("turns the formula %j into text", (formula) =>
    expect(readCsv(csvLine([text(formula)]))).toEqual([[`'${formula}`]]),
  );

  it("leaves numbers alone: signs, zeros at the end and digits beyond a float", () => {
    const numbers = ["-0.03", "12.50", "123456789012345678.90"];
    const cells = numbers.map((number): Cell => ({ kind: "number", text: number, decimals: 2 }));
    expect(csvLine(cells)).toBe(`${numbers.join(",")}\r\n`);
  });

  it("quotes commas, quotes and line ends", () => {
    expect(csvLine([text('a "b", c'), text("line\r\nbreak"), { kind: "empty" }])).toBe(
      '"a ""b"", c","line\r\nbreak",\r\n',
    );
  });

  it("writes a local time as the clock on the wall shows it", () => {
    expect(csvLine([{ kind: "time", localMs: Date.UTC(2026, 10, 25, 8, 30, 5) }])).toBe(
      "2026-11-25 08:30:05\r\n",
    );
  });
});
