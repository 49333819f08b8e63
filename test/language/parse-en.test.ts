import { describe, expect, test } from "vitest";
import { parse } from "../../src/language/parse.js";
import { utteranceToJson } from "../../src/language/to-json.js";

type Example = readonly [text: string, value: string, unit?: string | undefined, name?: string];

const measurements: readonly Example[] = [
  ["length one hundred and twenty point five millimetres", "120.5", "mm", "length"],
  ["minus zero point zero three", "-0.03"],
  ["a hundred and five", "105"],
  ["twelve hundred", "1200"],
  ["double five point five", "55.5"],
  ["thirty two point oh five", "32.05"],
  ["three point five percent", "3.5", "%"],
  ["twelve point five zero", "12.50"],
];

describe("clear measurements", () => {
  for (const [text, value, unit, name] of measurements) {
    test(text, () => {
      const expected = { text, kind: "measurement", value, ...(unit && { unit }), ...(name && { name }) };
      expect(utteranceToJson(parse(text))).toEqual(expected);
    });
  }
});

test("“one twenty” can be read in two ways", () => {
  expect(utteranceToJson(parse("one twenty"))).toMatchObject({
    kind: "ambiguous",
    readings: ["120", "1.20"],
  });
});

test.each(["for one thing", "the one and only", "hello", "length", "someone"])(
  "ordinary speech is never a number: %s",
  (text) => {
    expect(parse(text).kind).toBe("none");
  },
);
