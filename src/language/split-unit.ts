import { leadingUnits, printedUnits, type UnitWord, unitWords } from "./unit-words.js";
import type { UnitSymbol } from "./units.js";

/** One way to take a text apart into a number and its unit. */
export interface UnitSplit {
  readonly number: string;
  readonly unit?: UnitSymbol;
  /** 度 and “degrees” may be an angle or a temperature. */
  readonly degrees?: true;
}

/** By their last character, each still the longest first: most sentences end in none of them. */
const wordsByEnd = byEnd(unitWords);
const symbolsByEnd = byEnd(printedUnits);

/** Every way to take the unit off a text, the longest unit first, the text without a unit last. */
export function splitUnit(text: string): readonly UnitSplit[] {
  const splits: UnitSplit[] = [];
  const prefix = leadingUnits.find(({ word }) => text.startsWith(word));
  if (prefix !== undefined)
    splits.push({ number: trimmed(text.slice(prefix.word.length)), unit: prefix.symbol });
  const celsius = /^摄氏(.+)度$/.exec(text)?.[1];
  if (celsius !== undefined) splits.push({ number: celsius, unit: "°C" });
  const lower = text.toLowerCase();
  for (const { word, symbol } of wordsByEnd.get(lower.slice(-1)) ?? []) {
    if (!lower.endsWith(word)) continue;
    const number = text.slice(0, text.length - word.length);
    if (isLatin(word) && /[a-z]$/i.test(number)) continue;
    splits.push(split(number, symbol));
  }
  for (const { word, symbol } of symbolsByEnd.get(text.slice(-1)) ?? []) {
    if (!text.endsWith(word)) continue;
    const number = text.slice(0, text.length - word.length);
    if (standsAtNumber(number, word)) splits.push(split(number, symbol));
  }
  splits.push({ number: text });
  return splits;
}

function split(number: string, unit: UnitSymbol): UnitSplit {
  return unit === "°" ? { number: trimmed(number), unit, degrees: true } : { number: trimmed(number), unit };
}

/** A symbol stands at a digit or a Chinese number word; “five m” may be half a word, and “5 um” a hesitation. */
function standsAtNumber(before: string, symbol: string): boolean {
  if (symbol === "um") return /\d$/.test(before);
  if (symbol.length === 1 && isLatin(symbol)) return /[\d一-鿿] ?$/.test(before);
  return !/[a-z]$/i.test(before);
}

function isLatin(word: string): boolean {
  return /^[a-z]/i.test(word);
}

function trimmed(text: string): string {
  return text.replace(/[\s,、]+$/, "").trimStart();
}

function byEnd(units: readonly UnitWord[]): ReadonlyMap<string, readonly UnitWord[]> {
  const grouped = new Map<string, UnitWord[]>();
  for (const unit of units) {
    const end = unit.word.slice(-1);
    const group = grouped.get(end);
    if (group === undefined) grouped.set(end, [unit]);
    else group.push(unit);
  }
  return grouped;
}
