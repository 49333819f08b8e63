import { digitsMax } from "./arabic.js";
import { compareDecimals, type Decimal, scaleByPowerOfTen } from "./decimal.js";
import { explain } from "./explain.js";
import { findNames } from "./find-names.js";
import { digitValueEn } from "./integers-en.js";
import type { MeasureContext, Measured } from "./measured.js";
import type { NameEntry } from "./names.js";
import type { NumberZh } from "./numbers-zh.js";
import { readNumber } from "./read-number.js";
import { doubtful, mapReading, type Reading } from "./reading.js";
import { splitUnit, type UnitSplit } from "./split-unit.js";
import { stripCopula, stripEnds, withoutApproximation } from "./strip.js";
import { convertDecimal, type UnitSymbol } from "./units.js";
import type { AmbiguityReason } from "./utterance.js";

type Numbered = Exclude<Measured, { kind: "refused" }>;

/**
 * A measurement is `[name [是]] number [unit]` and nothing else. Every way to take the text apart is tried; one that is
 * left clear is the meaning, several that differ are asked, none is explained.
 */
export function measure(text: string, context: MeasureContext): Measured {
  const body = stripEnds(text.replace(/^(?:the|a)(?= [a-z])(?! (?:hundred|thousand|million))/i, "").trim());
  const found = findNames(body, context.names);
  const named = found.flatMap(
    ({ entry, length }) => measureAfterCopula(body.slice(length), context, entry) ?? [],
  );
  const bare = found.length > 0 ? undefined : measureAfterCopula(body, context, undefined);
  const ways = bare === undefined ? named : [bare];
  const chosen = choose(ways);
  if (chosen === undefined) return explain(body, context);
  return isLongCode(body) ? { kind: "refused", reason: "not_a_measurement" } : chosen;
}

/** A long bare string of digits is a telephone number, a date or a code, whatever it looks like. */
function isLongCode(body: string): boolean {
  if (body.length <= digitsMax) return false;
  const text = body.toLowerCase();
  const digits = /^[负+-]?([零一二三四五六七八九幺\d]+)$/.exec(text)?.[1] ?? "";
  const words = text.split(" ");
  return (
    digits.length > digitsMax ||
    (words.length > digitsMax && words.every((one) => digitValueEn(one) !== undefined))
  );
}

/**
 * 是五毫米 may have been 十五毫米: the two sound alike. After a name 是 is how people speak, so there it is asked only
 * where the recogniser is known to confuse them.
 */
function measureAfterCopula(
  body: string,
  context: MeasureContext,
  entry: NameEntry | undefined,
): Numbered | undefined {
  const rest = stripCopula(body);
  const way = measureRest(rest, context, entry);
  const isDoubted = entry === undefined || context.soundAlikes === true;
  if (!isDoubted || !/^[\s,]*是/.test(body) || way?.kind !== "clear") return way;
  const other = measureRest(`十${rest}`, context, entry);
  if (other?.kind !== "clear") return way;
  return {
    ...withoutKind(way),
    kind: "doubtful",
    readings: [way.value, other.value],
    reason: "sounds_alike",
  };
}

function withoutKind(way: Extract<Numbered, { kind: "clear" }>): {
  readonly name?: string;
  readonly unit?: UnitSymbol;
} {
  return {
    ...(way.name === undefined ? {} : { name: way.name }),
    ...(way.unit === undefined ? {} : { unit: way.unit }),
  };
}

function measureRest(
  text: string,
  context: MeasureContext,
  entry: NameEntry | undefined,
): Numbered | undefined {
  const sure = withoutApproximation(text);
  const ways = splitUnit(sure ?? text).flatMap((split) => measureSplit(split, context, entry) ?? []);
  const chosen = choose(ways);
  if (chosen?.kind !== "clear" || sure === undefined) return chosen;
  return { ...withoutKind(chosen), kind: "doubtful", readings: [chosen.value], reason: "approximate" };
}

function measureSplit(
  split: UnitSplit,
  context: MeasureContext,
  entry: NameEntry | undefined,
): Numbered | undefined {
  const read = readNumber(split.number, context.language);
  if (read === undefined) return undefined;
  const named = entry === undefined ? {} : { name: entry.name };
  const said = unitOf(split, entry ?? context.expected, read.unit);
  const reading = said === "conflict" ? conflicting(read) : read.reading;
  const unit = said === "conflict" ? split.unit : said;
  const base = { ...named, ...(unit === undefined ? {} : { unit }) };
  // 两 alone may be the beginning of 两百.
  const halved = unit === undefined && split.number.endsWith("两");
  const checked = halved ? again(reading, "incomplete_number") : reading;
  return checked.kind === "clear"
    ? { kind: "clear", ...base, value: checked.value }
    : { kind: "doubtful", ...base, readings: checked.readings, reason: checked.reason };
}

/** The unit that counts: said, brought by the number (百分之, 零下), or understood from the name (度). */
function unitOf(
  split: UnitSplit,
  entry: NameEntry | undefined,
  own: "%" | "below_zero" | undefined,
): UnitSymbol | undefined | "conflict" {
  if (own === "%") return split.unit === undefined || split.unit === "%" ? "%" : "conflict";
  if (own === "below_zero") {
    return split.unit === undefined || split.unit === "°" || split.unit === "°C" ? "°C" : "conflict";
  }
  const temperature = entry?.quantity === "temperature" || entry?.unit === "°C";
  return split.degrees === true && temperature ? "°C" : split.unit;
}

/** 百分之五毫米 may be meant as 0.05 mm; 零下五毫米 as minus five. */
function conflicting({ reading, unit }: NumberZh): Reading {
  if (unit !== "%") return again(reading, "malformed_number");
  return again(
    mapReading(reading, (value) => scaleByPowerOfTen(value, -2)),
    "several_units",
  );
}

function again(reading: Reading, reason: AmbiguityReason): Reading {
  return reading.kind === "clear" ? doubtful(reason, reading.value) : reading;
}

/** The one clear way; several clear ones that differ are asked; else the first doubtful one that has a reading. */
function choose(ways: readonly Numbered[]): Numbered | undefined {
  const sure = ways.filter((way) => way.kind === "clear");
  const [first] = sure;
  if (first === undefined) {
    return ways.find((way) => way.kind === "doubtful" && way.readings.length > 0) ?? ways[0];
  }
  const others = sure.filter((way) => !sameMeaning(way, first));
  if (others.length === 0) return first;
  const readings = [first, ...others].flatMap((way) =>
    way.unit === first.unit ? [way.value] : inUnit(way.value, way.unit, first.unit),
  );
  return { ...withoutKind(first), kind: "doubtful", readings, reason: "malformed_number" };
}

function inUnit(
  value: Decimal,
  from: UnitSymbol | undefined,
  to: UnitSymbol | undefined,
): readonly Decimal[] {
  const converted = from === undefined || to === undefined ? undefined : convertDecimal(value, from, to);
  return converted === undefined ? [] : [converted];
}

type Clear = Extract<Numbered, { kind: "clear" }>;

function sameMeaning(left: Clear, right: Clear): boolean {
  if (left.name !== right.name) return false;
  if (left.unit === right.unit) return compareDecimals(left.value, right.value) === 0;
  return inUnit(left.value, left.unit, right.unit).some((value) => compareDecimals(value, right.value) === 0);
}
