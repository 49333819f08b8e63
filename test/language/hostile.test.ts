import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "../../src/language/parse.js";

test.each([
  ["a megabyte of digits", "一".repeat(350_000)],
  ["a megabyte of units", "毫米".repeat(175_000)],
  ["a megabyte of noise", "x ".repeat(500_000)],
  ["NUL", "长度\u0000一百"],
  ["a lone surrogate", "长度\ud800一百"],
  ["emoji", "长度👍一百🙂"],
  ["right to left", "\u202e长度一百"],
  ["nothing", ""],
])("%s is no measurement and does no harm", (_name, text) => {
  expect(["none", "ambiguous"]).toContain(parse(text).kind);
});

test("no text of any kind throws", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
      parse(text);
    }),
    { numRuns: 3_000 },
  );
});

const tokens = Array.from("零一二两三四五六七八九幺十百千万点负毫米度长半是不更正撤销第条□");

test("no string of the recogniser's tokens throws, and an unknown token is never a measurement", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...tokens), { maxLength: 14 }), (parts) => {
      const text = parts.join("");
      const { kind } = parse(text);
      if (text.includes("□")) expect(kind).not.toBe("measurement");
    }),
    { numRuns: 20_000 },
  );
});
