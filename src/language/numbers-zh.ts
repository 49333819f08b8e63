import { readArabic } from "./arabic.js";
import { type Decimal, scaleByPowerOfTen } from "./decimal.js";
import { exactFraction } from "./fraction.js";
import { digitValueZh, integerToZh, isMultiplierZh, readIntegerZh } from "./integers-zh.js";
import { readRangeZh } from "./ranges-zh.js";
import { clear, doubtful, mapReading, type Reading } from "./reading.js";
import { withSign } from "./sign.js";

/** A number and the unit that it brings along: 百分之五 is 5 %, 零下五度 is a temperature. */
export interface NumberZh {
  readonly reading: Reading;
  readonly unit?: "%" | "below_zero";
}

/** Value in per cent of one part: 千分之五 is 0.5 %. */
const parts: readonly (readonly [prefix: string, power: number])[] = [
  ["百分之", 0],
  ["千分之", -1],
  ["万分之", -2],
];

/**
 * Reads a whole text as one number, said in Mandarin or printed in mixed forms (1百2十, 12点5, 1.5万). Undefined when it
 * holds anything that belongs to no number.
 *
 *     number   = [sign] magnitude | [sign] 百分之 [sign] magnitude | [sign] [integer 又] integer 分之 integer
 *     sign     = 负 | 负的 | 零下 | 正 | - | +
 *     magnitude = integer [点 digits] [万 | 亿]
 */
export function readNumberZh(text: string): NumberZh | undefined {
  const sign = /^(?:负的|负|零下|正|-|\+)/.exec(text)?.[0] ?? "";
  const rest = text.slice(sign.length);
  const part = parts.find(([prefix]) => rest.startsWith(prefix));
  if (part !== undefined) return readPart(sign, rest.slice(part[0].length), part[1]);
  const reading = readFraction(rest) ?? readMagnitude(rest);
  if (reading === undefined) return undefined;
  const signed = withSign(reading, sign);
  return sign === "零下" ? { reading: signed, unit: "below_zero" } : { reading: signed };
}

function readPart(sign: string, rest: string, power: number): NumberZh | undefined {
  const inner = /^[负-]/.exec(rest)?.[0] ?? "";
  if (sign === "零下" || (sign !== "" && inner !== "")) return undefined;
  const body = rest.slice(inner.length);
  // 百分之百 is said without 一.
  const reading =
    body === "百"
      ? clear({ unscaled: 100n, scale: 0 })
      : body === ""
        ? doubtful("incomplete_number")
        : readMagnitude(body);
  if (reading === undefined) return undefined;
  return {
    reading: mapReading(withSign(reading, sign + inner), (value) => scaleByPowerOfTen(value, power)),
    unit: "%",
  };
}

function readFraction(text: string): Reading | undefined {
  const match = /^(?:([^又]+)又)?([^又分]+)分之([^又分]+)$/.exec(text);
  if (match === null) return undefined;
  const [, whole, below = "", above = ""] = match;
  const read = [whole ?? "零", below, above].map(readMagnitude);
  const [wholes, denominator, numerator] = read;
  if (wholes === undefined || denominator === undefined || numerator === undefined) return undefined;
  if (wholes.kind !== "clear" || denominator.kind !== "clear" || numerator.kind !== "clear") {
    return doubtful("fraction");
  }
  return exactFraction(wholes.value, numerator.value, denominator.value);
}

function readMagnitude(text: string): Reading | undefined {
  const arabic = readArabic(text);
  if (arabic !== undefined) return arabic;
  if (!/^[零一二两三四五六七八九幺十百千万亿点几多来余\d.]+$/.test(text)) return undefined;
  if (/^[万亿]|^千万/.test(text)) return undefined;
  const range = readRangeZh(text);
  if (range !== undefined) return range;
  const scaled = /^(.*[点.].*)([万亿])$/.exec(text);
  if (scaled !== null) {
    const [, body = "", unit = ""] = scaled;
    const reading = readPoint(body);
    return reading === undefined
      ? undefined
      : mapReading(reading, (value) => scaleByPowerOfTen(value, unit === "万" ? 4 : 8));
  }
  return readPoint(text);
}

function readPoint(text: string): Reading | undefined {
  const at = text.search(/[点.]/);
  if (at === -1) return readWhole(text);
  const whole = text.slice(0, at);
  const decimals = text.slice(at + 1);
  if (/[点.]/.test(decimals)) return doubtful("malformed_number");
  const fraction = decimalDigits(decimals);
  if (whole === "")
    return fraction === undefined ? doubtful("incomplete_number") : doubtful("incomplete_number", fraction);
  if (decimals === "") return doubtful("incomplete_number");
  if (fraction === undefined) return doubtful("malformed_number");
  const integer = readWhole(whole, true);
  if (integer === undefined) return undefined;
  // 12点30 may be half past twelve.
  const joined = mapReading(integer, (value) => append(value, fraction));
  return /^\d+点\d\d$/.test(text) && joined.kind === "clear"
    ? doubtful("malformed_number", joined.value)
    : joined;
}

function append(whole: Decimal, fraction: Decimal): Decimal {
  return {
    unscaled: whole.unscaled * 10n ** BigInt(fraction.scale) + fraction.unscaled,
    scale: fraction.scale,
  };
}

function decimalDigits(text: string): Decimal | undefined {
  let digits = "";
  for (const character of text) {
    const value = /\d/.test(character)
      ? Number(character)
      : character === "两"
        ? undefined
        : digitValueZh(character);
    if (value === undefined) return undefined;
    digits += String(value);
  }
  return digits === "" ? undefined : { unscaled: BigInt(digits), scale: digits.length };
}

function readWhole(text: string, beforePoint = false): Reading | undefined {
  const plain = withoutArabic(text);
  if (plain === undefined) return doubtful("malformed_number");
  return readIntegerZh(plain, beforePoint);
}

/** 1百20 → 一百二十; undefined where a printed number stands beside a spoken digit. */
function withoutArabic(text: string): string | undefined {
  if (!/\d/.test(text)) return text;
  let plain = "";
  for (const piece of text.match(/\d+|\D/g) ?? []) {
    if (!/\d/.test(piece)) {
      if (
        plain !== "" &&
        !isMultiplierZh(piece) &&
        piece !== "零" &&
        /\d$/.test(text.slice(0, text.indexOf(piece)))
      ) {
        return undefined;
      }
      plain += piece;
    } else if (
      piece.length > 1 &&
      (piece.startsWith("0") || (/[零一二两三四五六七八九幺]$/.test(plain) && !plain.endsWith("零")))
    ) {
      return undefined;
    } else {
      plain += integerToZh(BigInt(piece));
    }
  }
  return plain;
}
