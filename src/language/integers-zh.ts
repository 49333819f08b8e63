import type { Decimal } from "./decimal.js";
import { clear, doubtful, type Reading } from "./reading.js";

/** Digits as they are spoken; 两 and 幺 only stand where the grammar lets them. */
const digitValues: Readonly<Record<string, number>> = {
  零: 0,
  〇: 0,
  一: 1,
  幺: 1,
  二: 2,
  两: 2,
  三: 3,
  四: 4,
  五: 5,
  六: 6,
  七: 7,
  八: 8,
  九: 9,
};

const digitNames = "零一二三四五六七八九";
const multipliers: Readonly<Record<string, number>> = { 十: 1, 百: 2, 千: 3, 万: 4, 亿: 8 };

/** Value of one spoken digit; undefined for anything else. */
export function digitValueZh(character: string): number | undefined {
  return Object.hasOwn(digitValues, character) ? digitValues[character] : undefined;
}

/** Is it one of 十百千万亿? */
export function isMultiplierZh(character: string): boolean {
  return Object.hasOwn(multipliers, character);
}

/**
 * Reads the whole part of a number, made of digits and 十百千万亿 only. A form is clear when it is the very form that
 * the number is spoken in; whatever a lost or doubled syllable can produce is doubtful. Before a 点 two neighbouring
 * digits are no range: 七八点五 is digit by digit.
 */
export function readIntegerZh(text: string, beforePoint = false): Reading {
  const characters = [...text];
  return characters.some(isMultiplierZh) ? readComposed(text) : readDigitString(characters, beforePoint);
}

/** How a whole number is spoken: 一千零五十. Source of the 零 rule: GB/T 15835-2011 and every primer. */
export function integerToZh(value: bigint): string {
  if (value === 0n) return "零";
  const sections: string[] = [];
  let rest = value;
  let gap = false;
  for (let place = 0; rest > 0n; place += 1) {
    const section = Number(rest % 10_000n);
    rest /= 10_000n;
    const big = bigUnit(place);
    if (section === 0) {
      gap = sections.length > 0;
      continue;
    }
    const zero = (gap || section < 1000) && rest > 0n ? "零" : "";
    const inner = sectionToZh(section) + big;
    const needsZero = gap && sections.length > 0 && !(sections[0] ?? "").startsWith("零");
    if (needsZero) sections[0] = `零${sections[0] ?? ""}`;
    sections.unshift(zero + inner);
    gap = false;
  }
  const whole = sections.join("");
  return whole.startsWith("一十") ? whole.slice(1) : whole;
}

/** 10,000 is 万, 10^8 亿, 10^12 万亿. */
function bigUnit(place: number): string {
  return ["", "万", "亿", "万亿", "亿亿"][place] ?? "";
}

/** 1 to 9999, with 零 between but never at an end. */
function sectionToZh(section: number): string {
  let text = "";
  let pendingZero = false;
  for (const [unit, name] of [
    [1000, "千"],
    [100, "百"],
    [10, "十"],
    [1, ""],
  ] as const) {
    const digit = Math.floor(section / unit) % 10;
    if (digit === 0) {
      pendingZero = text !== "";
      continue;
    }
    text += (pendingZero ? "零" : "") + (digitNames[digit] ?? "") + name;
    pendingZero = false;
  }
  return text;
}

function readDigitString(characters: readonly string[], beforePoint: boolean): Reading {
  const values = characters.map((one) => digitValueZh(one) ?? 0);
  const value: Decimal = { unscaled: BigInt(values.join("") || "0"), scale: 0 };
  if (characters.length === 1) return clear(value);
  // 两 is never a digit among digits: 两三 is a range.
  if (characters.includes("两"))
    return doubtful("range", ...(characters.length === 2 ? characters.map(single) : []));
  // 零五: a 点 has been lost, or a digit before it.
  if (values[0] === 0) return doubtful("incomplete_number", value);
  const [first = 0, second = 0] = values;
  const neighbours = second === first + 1 || (first === 3 && second === 5);
  if (values.length === 2 && neighbours && !beforePoint) return doubtful("range", value);
  return clear(value);
}

function single(character: string): Decimal {
  return { unscaled: BigInt(digitValueZh(character) ?? 0), scale: 0 };
}

function readComposed(text: string): Reading {
  const plain = withPlainDigits(text);
  if (plain === undefined) return doubtful("malformed_number");
  const value = looseValue(plain);
  if (value === undefined) return doubtful("malformed_number");
  const whole: Decimal = { unscaled: value, scale: 0 };
  if (isCanonical(plain, value)) return clear(whole);
  const elided = readElided(plain);
  if (elided !== undefined) return elided;
  return doubtful("malformed_number", whole);
}

/** 二 for 两 where 两 may stand: before 百千万亿. Elsewhere it is no digit of a composed number. */
function withPlainDigits(text: string): string | undefined {
  const plain = text.replaceAll("〇", "零").replace(/两(?=[百千万亿])/g, "二");
  return /[两幺]/.test(plain) ? undefined : plain;
}

function isCanonical(plain: string, value: bigint): boolean {
  const spoken = integerToZh(value);
  if (plain === spoken) return true;
  // A 零 after 十万, 百亿 and the like is said by some where none is needed: 一百九十万零三千.
  const bare = plain.replace(/(?<=[十百千]万|[十百千]亿)零(?=[一二三四五六七八九]千)/g, "");
  if (bare !== plain && bare === spoken) return true;
  // 一十五 and 十五 are the same number, at the very beginning only: 一百十五 may have lost a 二.
  return spoken.startsWith("十") && plain === `一${spoken}`;
}

/** 二百五, 一千二百五, 三万二: the unit after the last digit is left out, or a 零 before it was lost. */
function readElided(plain: string): Reading | undefined {
  const match = /^(.*([百千万]))([一二三四五六七八九])$/.exec(plain);
  if (match === null) return undefined;
  const [, head = "", unit = "", last = ""] = match;
  const base = looseValue(head);
  if (base === undefined || !isCanonical(head, base)) return undefined;
  const digit = BigInt(digitValueZh(last) ?? 0);
  const step = 10n ** BigInt((multipliers[unit] ?? 1) - 1);
  return doubtful(
    "elided_unit",
    { unscaled: base + digit * step, scale: 0 },
    { unscaled: base + digit, scale: 0 },
  );
}

/**
 * The sum that the words make, in the order of falling units; undefined when units rise where they cannot (一十百) or
 * two digits stand side by side.
 */
function looseValue(text: string): bigint | undefined {
  for (const [name, power] of [
    ["亿", 8],
    ["万", 4],
  ] as const) {
    const at = text.lastIndexOf(name);
    if (at === -1) continue;
    const head = at === 0 ? 1n : looseValue(text.slice(0, at));
    const tail = at === text.length - 1 ? 0n : looseValue(text.slice(at + 1));
    if (head === undefined || tail === undefined || tail >= 10n ** BigInt(power)) return undefined;
    return head * 10n ** BigInt(power) + tail;
  }
  return looseSection(text);
}

function looseSection(text: string): bigint | undefined {
  let sum = 0n;
  let lowest = 4;
  let digit: number | undefined;
  for (const character of text) {
    const power = multipliers[character];
    const value = digitValueZh(character);
    if (power !== undefined) {
      if (power >= lowest) return undefined;
      // 零十 stands for 零一十, and a bare 百 for 一百, as far as a reading can be offered.
      sum += BigInt(digit === undefined || digit === 0 ? 1 : digit) * 10n ** BigInt(power);
      lowest = power;
      digit = undefined;
    } else if (value !== undefined) {
      if (digit !== undefined && digit !== 0) return undefined;
      digit = value;
    }
  }
  return sum + BigInt(digit ?? 0);
}
