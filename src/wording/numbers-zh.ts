import { absDecimal, type Decimal, decimalToText } from "../language/decimal.js";
import { integerToZh } from "../language/integers-zh.js";
import type { UnitSymbol } from "../language/units.js";
import { unitWordsZh } from "./units-zh.js";

const digits = "零一二三四五六七八九";

/** From here on whole parts are said digit by digit. */
const composedMax = 10n ** 16n;

/** A whole number as it is counted: 四十二. */
export function integerToSpokenZh(value: bigint): string {
  return value < 0n ? `负${integerToZh(-value)}` : integerToZh(value);
}

/** 负零点零三, 十二点五零: the form that the grammar reads back to the same value, decimals included. */
export function decimalToSpokenZh(value: Decimal): string {
  const [whole = "", fraction = ""] = decimalToText(absDecimal(value)).split(".");
  const size = BigInt(whole);
  const head = size < composedMax ? integerToZh(size) : byDigits(whole);
  return `${value.unscaled < 0n ? "负" : ""}${head}${fraction === "" ? "" : `点${byDigits(fraction)}`}`;
}

/** 一，二，零，点，五: one digit after the other, with pauses. */
export function digitsToSpokenZh(value: Decimal): string {
  return [...decimalToText(value)]
    .map((one) => (one === "-" ? "负" : one === "." ? "点" : digitName(one)))
    .join("，");
}

/** A value with its unit: 一百二十点五毫米, 百分之三点五, 负二十摄氏度. Without a unit only the number. */
export function measurementToSpokenZh(value: Decimal, unit: UnitSymbol | undefined): string {
  if (unit === undefined) return decimalToSpokenZh(value);
  const number = soundsLikeAnotherUnit(value, unit) ? spelledWhole(value) : decimalToSpokenZh(value);
  const word = unitWordsZh[unit];
  if (unit === "HRC") return word + number;
  if (unit === "%") return number.startsWith("负") ? `负${word}${number.slice(1)}` : word + number;
  return number.replace(/^(负?)二$/, "$1两") + word;
}

const baseUnits: readonly UnitSymbol[] = ["g", "N", "Pa", "Ω", "Hz", "W"];
const kiloUnits: readonly UnitSymbol[] = ["kN", "kPa", "kΩ", "kHz", "kW"];

/** 五千牛 is 5 kN, so 5000 N is spelled: 五零零零牛. 十万零五千牛 could be 100,005 kN or 105,000 N, so both are. */
function soundsLikeAnotherUnit(value: Decimal, unit: UnitSymbol): boolean {
  if (value.scale > 0) return false;
  const size = absDecimal(value).unscaled;
  if (baseUnits.includes(unit)) return size % 1000n === 0n && (size / 1000n) % 10n !== 0n;
  return kiloUnits.includes(unit) && size >= 10_000n && size % 10_000n < 10n && size % 10n !== 0n;
}

function spelledWhole(value: Decimal): string {
  return (value.unscaled < 0n ? "负" : "") + byDigits(absDecimal(value).unscaled.toString());
}

function byDigits(text: string): string {
  return [...text].map(digitName).join("");
}

function digitName(digit: string): string {
  return digits.charAt(Number(digit));
}
