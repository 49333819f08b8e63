import type { Decimal } from "./decimal.js";
import { clear, doubtful, type Reading } from "./reading.js";

const small =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const tens = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
const scales: readonly (readonly [name: string, size: bigint])[] = [
  ["quadrillion", 10n ** 15n],
  ["trillion", 10n ** 12n],
  ["billion", 10n ** 9n],
  ["million", 10n ** 6n],
  ["thousand", 1000n],
];

const values: ReadonlyMap<string, bigint> = new Map<string, bigint>([
  ...small.map((word, at) => [word, BigInt(at)] as const),
  ...tens.map((word, at) => [word, BigInt(at * 10 + 20)] as const),
  ["oh", 0n],
  ["o", 0n],
  ["nought", 0n],
  ["naught", 0n],
  ["fourty", 40n],
]);

/** Size of thousand, million and so on; undefined for anything else. */
export function scaleValueEn(word: string): bigint | undefined {
  return scales.find(([name]) => name === word)?.[1];
}

/** Value of a digit word, oh included; undefined for anything else. */
export function digitValueEn(word: string): number | undefined {
  const value = values.get(word);
  return value !== undefined && value < 10n ? Number(value) : undefined;
}

/** Does the word belong to a whole number? */
export function isNumberWordEn(word: string): boolean {
  return (
    values.has(word) ||
    word === "hundred" ||
    word === "and" ||
    word === "a" ||
    scaleValueEn(word) !== undefined
  );
}

/** How a whole number is spoken: “one thousand two hundred thirty four”. */
export function integerToEn(value: bigint): string {
  if (value === 0n) return "zero";
  const words: string[] = [];
  let rest = value;
  for (const [name, size] of scales) {
    if (rest < size) continue;
    words.push(integerToEn(rest / size), name);
    rest %= size;
  }
  if (rest > 0n) words.push(belowThousand(Number(rest)));
  return words.join(" ");
}

/**
 * Reads the whole part of a number, words only. A form is clear when it is a form that the number is spoken in (with or
 * without “and”, “a hundred”, “twelve hundred”, or digit by digit); pairs (“one twenty”) are asked.
 */
export function readIntegerEn(words: readonly string[], beforePoint = false): Reading {
  const spoken = words.map((word) => (word === "fourty" ? "forty" : word));
  if (spoken.length > 1 && spoken.every((word) => digitValueEn(word) !== undefined))
    return digitString(spoken, beforePoint);
  const plain = withoutAnd(spoken.map((word, at) => (word === "a" && at === 0 ? "one" : word)));
  const value = plain === undefined ? undefined : looseValue(plain);
  if (plain === undefined || value === undefined) return readPairs(spoken);
  const number: Decimal = { unscaled: value, scale: 0 };
  const text = plain.join(" ").replace(/^(oh|o|nought|naught)$/, "zero");
  // Alone it is what people say when something falls.
  if (!beforePoint && /^oh?$/.test(spoken.join(" "))) return doubtful("incomplete_number", number);
  const startsWithA = spoken[0] === "a" && !["hundred", "thousand", "million"].includes(spoken[1] ?? "");
  if (startsWithA) return doubtful("malformed_number");
  if (text === integerToEn(value) || text === inHundreds(value)) return clear(number);
  return doubtful("malformed_number", number);
}

function digitString(words: readonly string[], beforePoint: boolean): Reading {
  const digits = words.map((word) => digitValueEn(word) ?? 0);
  const value: Decimal = { unscaled: BigInt(digits.join("")), scale: 0 };
  const [first = 0, second = 0] = digits;
  if (first === 0) return doubtful("incomplete_number", value);
  if (digits.length === 2 && second === first + 1 && !beforePoint) return doubtful("range", value);
  return clear(value);
}

/** “and” stands after hundred or a scale, before what is left below a hundred; undefined where it stands elsewhere. */
function withoutAnd(words: readonly string[]): readonly string[] | undefined {
  const fits = words.every((word, at) => {
    if (word !== "and") return true;
    const before = words[at - 1] ?? "";
    const after = words[at + 1] ?? "";
    const tail = words[at + 2] ?? "";
    if (before !== "hundred" && scaleValueEn(before) === undefined) return false;
    return (values.get(after) ?? 0n) > 0n && tail !== "hundred";
  });
  return fits ? words.filter((word) => word !== "and") : undefined;
}

function belowThousand(value: number): string {
  const hundreds = Math.floor(value / 100);
  const rest = value % 100;
  const words = hundreds === 0 ? [] : [small[hundreds] ?? "", "hundred"];
  if (rest > 0) words.push(belowHundred(rest));
  return words.join(" ");
}

function belowHundred(value: number): string {
  if (value < 20) return small[value] ?? "";
  const ten = tens[Math.floor(value / 10) - 2] ?? "";
  return value % 10 === 0 ? ten : `${ten} ${small[value % 10] ?? ""}`;
}

/** “twelve hundred thirty four”; undefined where nobody says so. */
function inHundreds(value: bigint): string | undefined {
  const hundreds = value / 100n;
  if (hundreds < 11n || hundreds > 99n || hundreds % 10n === 0n) return undefined;
  const rest = Number(value % 100n);
  return `${belowHundred(Number(hundreds))} hundred${rest === 0 ? "" : ` ${belowHundred(rest)}`}`;
}

/** The sum that the words make; undefined where they make none. */
function looseValue(words: readonly string[]): bigint | undefined {
  for (const [name, size] of scales) {
    const at = words.indexOf(name);
    if (at === -1) continue;
    const head = at === 0 ? 1n : looseValue(words.slice(0, at));
    const tail = at === words.length - 1 ? 0n : looseValue(words.slice(at + 1));
    if (head === undefined || tail === undefined || tail >= size) return undefined;
    return head * size + tail;
  }
  const hundred = words.indexOf("hundred");
  if (hundred !== -1) {
    const head = hundred === 0 ? 1n : looseValue(words.slice(0, hundred));
    const tail = hundred === words.length - 1 ? 0n : looseValue(words.slice(hundred + 1));
    return head === undefined || tail === undefined || tail >= 100n ? undefined : head * 100n + tail;
  }
  const [first, second] = words.map((word) => values.get(word));
  if (first === undefined || words.length > 2) return undefined;
  if (words.length === 1) return first;
  return second !== undefined && first >= 20n && second > 0n && second < 10n ? first + second : undefined;
}

/** “one twenty”, “two fifty five”: 120 or 1.20. */
function readPairs(words: readonly string[]): Reading {
  const [first = "", ...others] = words;
  const head = values.get(first);
  const tail = others.length > 0 && others.length < 3 ? looseValue(others) : undefined;
  if (head === undefined || head === 0n || tail === undefined || tail < 10n || tail > 99n) {
    return doubtful("malformed_number");
  }
  const joined = head * 100n + tail;
  return doubtful("spoken_pairs", { unscaled: joined, scale: 0 }, { unscaled: joined, scale: 2 });
}
