import { type Decimal, multiplyDecimals } from "./decimal.js";
import { findNames } from "./find-names.js";
import { isNumberWordEn } from "./integers-en.js";
import type { MeasureContext, Measured } from "./measured.js";
import { readNumber } from "./read-number.js";
import type { Reading } from "./reading.js";
import { splitUnit } from "./split-unit.js";
import { stripCopula } from "./strip.js";
import { printedUnits, unitWords } from "./unit-words.js";
import type { UnitSymbol } from "./units.js";
import type { AmbiguityReason } from "./utterance.js";

interface Pieces {
  readonly names: readonly string[];
  readonly units: readonly UnitSymbol[];
  readonly numbers: readonly Reading[];
  readonly joints: readonly string[];
  /** False where a word stood that belongs to no measurement. */
  readonly complete: boolean;
}

/**
 * Why a text is no measurement: what was found in it decides whether it is worth a question (two numbers, a range, a
 * wrong order) or nothing at all.
 */
export function explain(text: string, context: MeasureContext): Measured {
  const halved = readHalf(text, context);
  if (halved !== undefined) return halved;
  // 12:30 is a time of day.
  if (/\d:\d/.test(text)) return { kind: "refused", reason: "not_a_measurement" };
  const { names, units, numbers, joints, complete } = takeApart(text, context);
  if (!complete)
    return { kind: "refused", reason: numbers.length > 0 ? "unknown_words" : "not_a_measurement" };
  if (numbers.length === 0) {
    return {
      kind: "refused",
      reason: names.length + units.length > 0 ? "value_missing" : "not_a_measurement",
    };
  }
  const [name, other] = names;
  const [unit, ...otherUnits] = units;
  const reason: AmbiguityReason =
    other !== undefined
      ? "several_names"
      : numbers.length > 1
        ? joints.length > 0
          ? "range"
          : "several_numbers"
        : otherUnits.length > 0
          ? "several_units"
          : doubtOf(numbers);
  // 五个 is a count of things; 两三个 is asked since the number is a range in any case.
  if (joints.includes("个") && numbers.every((one) => one.kind === "clear")) {
    return { kind: "refused", reason: "unknown_words" };
  }
  return {
    kind: "doubtful",
    ...(name === undefined ? {} : { name }),
    ...(unit === undefined ? {} : { unit }),
    readings: numbers.flatMap(valuesOf),
    reason,
  };
}

function doubtOf(numbers: readonly Reading[]): AmbiguityReason {
  const [first] = numbers;
  return first?.kind === "doubtful" ? first.reason : "malformed_number";
}

function valuesOf(reading: Reading): readonly Decimal[] {
  return reading.kind === "clear" ? [reading.value] : reading.readings;
}

const joint = /^(?:到|至|~|或者|或|还是|-|个|(?:to|or|and|between|from)(?![a-z]))/i;
const numeral = /^[+-]?(?:零下|分之|[零一二两三四五六七八九幺十百千万亿点几多负又\d.]|,(?=\d{3}))+/;
const ignored = /^[\s,、。;:=是为]+/;

function takeApart(text: string, context: MeasureContext): Pieces {
  const names: string[] = [];
  const units: UnitSymbol[] = [];
  const numbers: Reading[] = [];
  const joints: string[] = [];
  let rest = text;
  while (rest !== "") {
    const name = findNames(rest, context.names)[0];
    const unit = name === undefined ? unitAt(rest) : undefined;
    // A dash behind a number is “to”, not minus.
    const dash = numbers.length > 0 && rest.startsWith("-");
    const spoken = name !== undefined || unit !== undefined || dash ? undefined : numberAt(rest);
    const length =
      name?.length ??
      unit?.length ??
      spoken?.length ??
      joint.exec(rest)?.[0].length ??
      ignored.exec(rest)?.[0].length;
    if (length === undefined) return { names, units, numbers, joints, complete: false };
    if (name !== undefined) names.push(name.entry.name);
    else if (unit !== undefined) units.push(unit.symbol);
    else if (spoken !== undefined) {
      const reading = readNumber(spoken, context.language)?.reading;
      if (reading === undefined) return { names, units, numbers, joints, complete: false };
      numbers.push(reading);
    } else if (joint.test(rest)) joints.push(rest.slice(0, length));
    rest = rest.slice(length);
  }
  return { names, units, numbers, joints, complete: true };
}

function unitAt(text: string): { readonly symbol: UnitSymbol; readonly length: number } | undefined {
  const lower = text.toLowerCase();
  const spoken = unitWords.find(({ word }) => lower.startsWith(word) && !continues(word, lower));
  const found = spoken ?? printedUnits.find(({ word }) => text.startsWith(word) && !continues(word, lower));
  return found === undefined ? undefined : { symbol: found.symbol, length: found.word.length };
}

function continues(word: string, text: string): boolean {
  return /[a-z]$/i.test(word) && /^[a-z]/.test(text.slice(word.length));
}

function numberAt(text: string): string | undefined {
  const found = numeral.exec(text)?.[0];
  if (found !== undefined) return found;
  const words: string[] = [];
  for (const word of text.split(" ")) {
    if (!isNumberWordEn(word.toLowerCase()) && !/^(?:point|minus|negative|plus|double|triple)$/i.test(word))
      break;
    words.push(word);
  }
  return words.length === 0 ? undefined : words.join(" ");
}

const units = unitWords
  .map(({ word }) => word)
  .filter((word) => /^[一-鿿]/.test(word))
  .join("|");
const afterUnit = new RegExp(`^(.+?)(${units})(半|[零一二三四五六七八九]{1,3})$`);

/** 一米半, 一米二, 半毫米, “two and a half millimetres”, “five thou”: exact, but asked. */
function readHalf(text: string, context: MeasureContext): Measured | undefined {
  const found = findNames(text, context.names)[0];
  const name = found === undefined ? {} : { name: found.entry.name };
  const rest = stripCopula(text.slice(found?.length ?? 0));
  const parts = afterUnit.exec(rest);
  if (parts !== null) {
    const [, whole = "", unit = "", tail = ""] = parts;
    return halfOf(
      name,
      `${whole}点${tail === "半" ? "五" : tail}${unit}`,
      tail === "半" ? "fraction" : "elided_unit",
      context,
    );
  }
  const before = /^半(?:个)?([^径].*)$/.exec(rest)?.[1];
  if (before !== undefined) return halfOf(name, `零点五${before}`, "fraction", context);
  const thou = /^(.+?) thous?$/i.exec(rest)?.[1];
  if (thou !== undefined) return thousandths(name, thou, context);
  const half = /^(.+?) and a half (.+)$/i.exec(rest) ?? /^(half) an? (.+)$/i.exec(rest);
  if (half === null) return undefined;
  const whole = half[1]?.toLowerCase() === "half" ? "zero" : (half[1] ?? "");
  return halfOf(name, `${whole} point five ${half[2] ?? ""}`, "fraction", context);
}

/** “five thou”: thousandths of an inch, 25.4 µm each, exact in millimetres, but slang enough to be asked. */
function thousandths(
  name: { readonly name?: string },
  text: string,
  context: MeasureContext,
): Measured | undefined {
  const reading = readNumber(text, context.language)?.reading;
  if (reading?.kind !== "clear") return undefined;
  const value = multiplyDecimals(reading.value, { unscaled: 254n, scale: 4 });
  return { kind: "doubtful", ...name, readings: [value], unit: "mm", reason: "fraction" };
}

function halfOf(
  name: { readonly name?: string },
  text: string,
  reason: AmbiguityReason,
  context: MeasureContext,
): Measured | undefined {
  for (const split of splitUnit(text)) {
    const reading = readNumber(split.number, context.language)?.reading;
    if (split.unit !== undefined && reading?.kind === "clear") {
      return { kind: "doubtful", ...name, readings: [reading.value], unit: split.unit, reason };
    }
  }
  return undefined;
}
