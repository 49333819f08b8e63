import { readArabic } from "./arabic.js";
import { type Decimal, scaleByPowerOfTen } from "./decimal.js";
import { digitValueEn, isNumberWordEn, readIntegerEn, scaleValueEn } from "./integers-en.js";
import { doubtful, mapReading, type Reading } from "./reading.js";
import { withSign } from "./sign.js";

/**
 * Reads a whole text as one number said in English. Undefined when it holds anything that belongs to no number.
 *
 *     number    = [minus | negative | plus] magnitude
 *     magnitude = integer [point digits] [thousand | million …]
 *     digits    = (digit | double digit | triple digit) …
 */
export function readNumberEn(text: string): Reading | undefined {
  const words = text
    .toLowerCase()
    .replaceAll("-", " ")
    .split(" ")
    .filter((word) => word !== "");
  const sign = words[0] ?? "";
  const negative = sign === "minus" || sign === "negative";
  const signed = negative || sign === "plus" || sign === "positive";
  const expanded = expandRepeats(signed ? words.slice(1) : words);
  if (expanded === undefined) return undefined;
  const reading = readMagnitude(expanded);
  if (reading === undefined) return undefined;
  return withSign(reading, negative ? "-" : "");
}

function readMagnitude(words: readonly string[]): Reading | undefined {
  if (words.length === 0) return undefined;
  const [first = "", ...rest] = words;
  const printed = /^[\d.,]+$/.test(first) ? readArabic(first) : undefined;
  if (printed !== undefined) return readScaled(printed, rest);
  const at = words.indexOf("point");
  if (!words.every((word) => word === "point" || isNumberWordEn(word))) return undefined;
  if (words.every((word) => word === "and" || word === "a")) return undefined;
  if (at === -1) {
    return words.at(-1) === "and" ? doubtful("incomplete_number") : readIntegerEn(words);
  }
  return readPoint(words.slice(0, at), words.slice(at + 1));
}

function readPoint(whole: readonly string[], after: readonly string[]): Reading {
  const scaleWords = after.filter((word) => scaleValueEn(word) !== undefined);
  const last = after.at(-1) ?? "";
  const scaled = scaleWords.length === 1 && scaleValueEn(last) !== undefined;
  const decimals = decimalDigits(scaled ? after.slice(0, -1) : after);
  if (after.length === 0) return doubtful("incomplete_number");
  if (decimals === undefined) return doubtful("malformed_number");
  if (whole.length === 0) return doubtful("incomplete_number", decimals);
  const joined = mapReading(readIntegerEn(whole, true), (value) => ({
    unscaled: value.unscaled * 10n ** BigInt(decimals.scale) + decimals.unscaled,
    scale: decimals.scale,
  }));
  return scaled ? (readScaled(joined, [last]) ?? joined) : joined;
}

/** 5.2 million; undefined when other words follow. */
function readScaled(reading: Reading, rest: readonly string[]): Reading | undefined {
  const [word, ...more] = rest;
  if (word === undefined) return reading;
  const size = scaleValueEn(word);
  if (size === undefined || more.length > 0) return undefined;
  return mapReading(reading, (value) => scaleByPowerOfTen(value, size.toString().length - 1));
}

function decimalDigits(words: readonly string[]): Decimal | undefined {
  let digits = "";
  for (const word of words) {
    const value = digitValueEn(word);
    if (value === undefined) return undefined;
    digits += String(value);
  }
  return digits === "" ? undefined : { unscaled: BigInt(digits), scale: digits.length };
}

/** “double five” → “five five”; undefined where no digit follows. */
function expandRepeats(words: readonly string[]): readonly string[] | undefined {
  const expanded: string[] = [];
  let times = 1;
  for (const word of words) {
    if (word === "double" || word === "triple") {
      if (times > 1) return undefined;
      times = word === "double" ? 2 : 3;
      continue;
    }
    if (times > 1 && digitValueEn(word) === undefined) return undefined;
    for (let time = 0; time < times; time += 1) expanded.push(word);
    times = 1;
  }
  return times > 1 ? undefined : expanded;
}
