import type { Decimal } from "./decimal.js";
import { digitValueZh, readIntegerZh } from "./integers-zh.js";
import { doubtful, type Reading } from "./reading.js";

/**
 * Numbers that name no single value: 十几, 一百多, 五六十, 七百三四十, 十五六, 三五百. Readings are the ends of the range.
 * Undefined when the text is no such form.
 */
export function readRangeZh(text: string): Reading | undefined {
  if (/[几多来余]/.test(text)) {
    const ends = [text.replace("几", "一"), text.replace("几", "九")].map((one) =>
      one.replace(/[多来余]/g, ""),
    );
    return doubtful("range", ...distinct(ends.flatMap(valueOf)));
  }
  for (let at = 0; at + 1 < text.length; at += 1) {
    const first = digitValueZh(text.charAt(at));
    const second = digitValueZh(text.charAt(at + 1));
    if (first === undefined || second === undefined || first === 0) continue;
    const neighbours = second === first + 1 || (first === 3 && second === 5);
    if (!neighbours) continue;
    const ends = [at + 1, at].map((dropped) => text.slice(0, dropped) + text.slice(dropped + 1));
    const values = ends.map(valueOf);
    // 五五点五六 is digit by digit: taking one of the pair away must leave a number with a unit of its own.
    const together = text.length === 2 ? valueOf(text) : [];
    if (text.length > 2 && !/[十百千万亿]/.test(text)) return undefined;
    if (values.every((one) => one.length > 0))
      return doubtful("range", ...distinct([...values.flat(), ...together]));
  }
  return undefined;
}

function valueOf(text: string): readonly Decimal[] {
  if (!/^[零一二两三四五六七八九十百千万亿]+$/.test(text)) return [];
  const reading = readIntegerZh(text);
  if (reading.kind === "clear") return [reading.value];
  return reading.reason === "elided_unit" || reading.reason === "range" ? reading.readings.slice(0, 1) : [];
}

function distinct(values: readonly Decimal[]): readonly Decimal[] {
  return values.filter((one, at) => values.findIndex((other) => other.unscaled === one.unscaled) === at);
}
