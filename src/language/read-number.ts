import { readArabic } from "./arabic.js";
import { readNumberEn } from "./numbers-en.js";
import { type NumberZh, readNumberZh } from "./numbers-zh.js";
import { clear, doubtful, type Reading } from "./reading.js";
import { withSign } from "./sign.js";

export type SpokenLanguage = "zh" | "en" | "auto";

/** Reads a whole text as a number of the languages allowed; undefined when it is none. */
export function readNumber(text: string, language: SpokenLanguage): NumberZh | undefined {
  if (text === "") return undefined;
  const dotted = pausedDigits(text);
  if (dotted !== undefined) return readNumber(dotted, language);
  if (/[一-鿿]/.test(text)) return language === "en" ? undefined : readNumberZh(text);
  const plusMinus = /^(?:±|\+\/-|\+-)(.+)$/.exec(text)?.[1];
  if (plusMinus !== undefined) return eitherSign(readArabic(plusMinus));
  const sign = /^[+-]/.exec(text)?.[0] ?? "";
  const printed = readArabic(text.slice(sign.length));
  if (printed !== undefined) return { reading: withSign(printed, sign) };
  if (language === "zh") return undefined;
  const reading = readNumberEn(text);
  return reading === undefined ? undefined : { reading };
}

/** ±0.05 is a tolerance: both values are asked. */
function eitherSign(reading: Reading | undefined): NumberZh | undefined {
  if (reading?.kind !== "clear") return undefined;
  const negative = withSign(clear(reading.value), "-");
  return {
    reading: doubtful("range", reading.value, ...(negative.kind === "clear" ? [negative.value] : [])),
  };
}

/** “一，二，零，点，五”: the device's own way to spell, said back with pauses. Two of them may be two numbers. */
function pausedDigits(text: string): string | undefined {
  return /^[负-]?[,、 ]?[零一二三四五六七八九幺\d](?:[,、][零一二三四五六七八九幺点\d]){2,}$/.test(text)
    ? text.replace(/[,、 ]/g, "")
    : undefined;
}
