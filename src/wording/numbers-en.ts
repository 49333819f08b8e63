import { absDecimal, type Decimal, decimalToText } from "../language/decimal.js";
import { integerToEn } from "../language/integers-en.js";
import type { UnitSymbol } from "../language/units.js";
import { unitWordsEn } from "./units-en.js";

const digits = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/** From here on whole parts are said digit by digit. */
const composedMax = 10n ** 18n;

/** “minus zero point zero three”: the form that the grammar reads back to the same value, decimals included. */
export function decimalToSpokenEn(value: Decimal): string {
  const [whole = "", fraction = ""] = decimalToText(absDecimal(value)).split(".");
  const size = BigInt(whole);
  const head = size < composedMax ? integerToEn(size) : byDigits(whole);
  return `${value.unscaled < 0n ? "minus " : ""}${head}${fraction === "" ? "" : ` point ${byDigits(fraction)}`}`;
}

/** “one, two, zero, point, five”: one digit after the other, with pauses. */
export function digitsToSpokenEn(value: Decimal): string {
  return [...decimalToText(value)]
    .map((one) => (one === "-" ? "minus" : one === "." ? "point" : digitName(one)))
    .join(", ");
}

/** A value with its unit: “one hundred twenty point five millimetres”. Without a unit only the number. */
export function measurementToSpokenEn(value: Decimal, unit: UnitSymbol | undefined): string {
  const number = decimalToSpokenEn(value);
  if (unit === undefined) return number;
  const [one, many] = unitWordsEn[unit];
  return `${number} ${value.scale === 0 && absDecimal(value).unscaled === 1n ? one : many}`;
}

function byDigits(text: string): string {
  return [...text].map(digitName).join(" ");
}

function digitName(digit: string): string {
  return digits[Number(digit)] ?? "";
}
