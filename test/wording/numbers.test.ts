import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decimalToText } from "../../src/language/decimal.js";
import { parse } from "../../src/language/parse.js";
import { unitSymbols } from "../../src/language/units.js";
import { measurementToSpokenEn } from "../../src/wording/numbers-en.js";
import { measurementToSpokenZh } from "../../src/wording/numbers-zh.js";

const languages = [
  ["Mandarin", measurementToSpokenZh],
  ["English", measurementToSpokenEn],
] as const;

describe.each(languages)("%s: what is spoken is read back as the same value", (_name, speak) => {
  test("every value from 0.00 to 9999.99", { timeout: 120_000 }, () => {
    const wrong: string[] = [];
    for (let unscaled = 0n; unscaled <= 999_999n; unscaled += 1n) {
      const value = { unscaled, scale: 2 };
      const heard = parse(speak(value, undefined));
      const same =
        heard.kind === "measurement" && heard.value.unscaled === unscaled && heard.value.scale === 2;
      if (!same) wrong.push(decimalToText(value));
    }
    expect(wrong).toEqual([]);
  });

  test("any sign, size, number of decimals and unit", () => {
    const values = fc.record({
      unscaled: fc.bigInt({ min: -(10n ** 11n), max: 10n ** 11n }),
      scale: fc.integer({ min: 0, max: 6 }),
    });
    fc.assert(
      fc.property(values, fc.constantFrom(undefined, ...unitSymbols), (value, unit) => {
        const heard = parse(speak(value, unit));
        expect(heard).toMatchObject({ kind: "measurement", value, ...(unit === undefined ? {} : { unit }) });
      }),
      { numRuns: 5_000 },
    );
  });
});
