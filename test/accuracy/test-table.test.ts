import { expect, test } from "vitest";
import { readTestTable } from "../../src/accuracy/test-table.js";

const head = "file\tsaid\tspeaker\tnoise";

test("the columns may stand in any order, with a set, from any editor", () => {
  const text =
    "\uFEFFset\tnoise\tfile\tspeaker\tsaid\r\na\t20\tx/1.wav\t王\t五点零\r\n\r\nb\t\t2.wav\t\t\r\n";
  expect(readTestTable(text)).toEqual({
    ok: true,
    value: [
      { file: "x/1.wav", said: "五点零", speaker: "王", noise: "20", set: "a", line: 2 },
      { file: "2.wav", said: "", speaker: "", noise: "", set: "b", line: 4 },
    ],
  });
});

test("cells at the end may be left out", () => {
  expect(readTestTable(`${head}\n1.wav`)).toMatchObject({ ok: true, value: [{ file: "1.wav", said: "" }] });
});

test.each([
  ["", /^line 1: no column file, said, speaker, noise: .*separated by tabs/],
  ["file said speaker noise\n", /^line 1: no column file, said/],
  ["file\tsaid\tnoise\n1.wav\t五\t\n", /^line 1: no column speaker:/],
  [`${head}\twho\n`, /^line 1: unknown column who/],
  [`${head}\n`, /^no line names a file/],
  [`${head}\n1.wav\t五\t王\tloud\n`, /^line 2: noise is “loud”: write clean/],
  [`${head}\n\t五\t王\t\n`, /^line 2: no file is named/],
  [`${head}\n1.wav\t五\t王\t\tmore\n`, /^line 2: 5 cells for 4 columns/],
])("%j is no table", (text, fault) => {
  const read = readTestTable(text);
  expect(read.ok ? "" : read.error.join("; ")).toMatch(fault);
});

test("of many faults the first are told", () => {
  const read = readTestTable(`${head}\n${"1.wav\t五\t王\tx\n".repeat(9)}`);
  expect(read.ok ? [] : read.error).toHaveLength(6);
  expect(read.ok ? "" : read.error.at(-1)).toBe("and 4 lines more");
});
