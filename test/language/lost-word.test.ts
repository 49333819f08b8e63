import { expect, test } from "vitest";
import type { Decimal } from "../../src/language/decimal.js";
import { parse } from "../../src/language/parse.js";
import type { UnitSymbol } from "../../src/language/units.js";
import type { Utterance } from "../../src/language/utterance.js";
import { measurementToSpokenEn } from "../../src/wording/numbers-en.js";
import { measurementToSpokenZh } from "../../src/wording/numbers-zh.js";

/** How one language says a value, and how its sentences come apart. */
interface Spoken {
  readonly language: string;
  readonly name: string;
  say(value: Decimal, unit: UnitSymbol | undefined): string;
  join(words: readonly string[]): string;
  split(sentence: string): readonly string[];
  /** Other ways of saying a number that are not asked: digit by digit, “twenty one hundred”. */
  readonly otherClearForm: RegExp;
}

const zh: Spoken = {
  language: "zh",
  name: "长度",
  say: measurementToSpokenZh,
  join: (words) => words.join(""),
  split: (sentence) => [...sentence],
  otherClearForm: /^(长度)?负?[零一二三四五六七八九]+(点[零一二三四五六七八九]+)?(毫米|度)?$/,
};

const digit = "(zero|one|two|three|four|five|six|seven|eight|nine)";
const en: Spoken = {
  language: "en",
  name: "length",
  say: measurementToSpokenEn,
  join: (words) => words.filter((word) => word !== "").join(" "),
  split: (sentence) => sentence.split(" "),
  otherClearForm: new RegExp(
    `^(length )?(minus )?(${digit}( ${digit})*|\\w+ty( ${digit})? hundred[a-z ]*?)( point( ${digit})+)?( millimetres?| degrees?)?$`,
  ),
};

const units = [undefined, "mm", "°"] as const;

/** Some 2,500 sentences: one to six digits, up to two decimals, both signs, with and without name and unit. */
function* sentences(spoken: Spoken): Iterable<string> {
  for (let n = 0; n < 2_500; n += 1) {
    const unscaled = BigInt((n * 2503) % 1_000_000) * (n % 7 === 0 ? -1n : 1n);
    const said = spoken.say({ unscaled, scale: n % 3 }, units[n % 5 === 0 ? 0 : 1 + (n % 2)]);
    yield spoken.join(n % 2 === 0 ? [spoken.name, said] : [said]);
  }
}

type Measurement = Extract<Utterance, { kind: "measurement" }>;

function isSame(left: Measurement, right: Measurement): boolean {
  const { value, unit, name } = left;
  return (
    value.unscaled === right.value.unscaled &&
    value.scale === right.value.scale &&
    unit === right.unit &&
    name === right.name
  );
}

/**
 * A recogniser may lose a word. What is left is asked or refused, unless it is itself the clear way of saying another
 * value: 长度五十五点五 without its second 五 is how 五十点五 is said, and only the recogniser's confidence can tell.
 * Counted over these sentences: of the lost words in Mandarin 65 % are asked, 12 % refused and 23 % cannot be noticed;
 * in English 50 % are asked and 50 % cannot be noticed.
 */
test.each([zh, en])(
  "a lost word gives no other value unasked where the grammar can tell ($language)",
  (spoken) => {
    const counts = { lost: 0, asked: 0, refused: 0, unnoticeable: 0 };
    const stored: string[] = [];
    for (const sentence of sentences(spoken)) {
      const whole = parse(sentence);
      if (whole.kind !== "measurement") throw new Error(`not clear: ${sentence}`);
      const words = spoken.split(sentence);
      for (const at of words.keys()) {
        const rest = spoken.join(words.filter((_, index) => index !== at));
        const heard = parse(rest);
        counts.lost += 1;
        if (heard.kind === "ambiguous") counts.asked += 1;
        else if (heard.kind !== "measurement") counts.refused += 1;
        else if (!isSame(heard, whole)) {
          counts.unnoticeable += 1;
          const usual = spoken.join([heard.name ?? "", spoken.say(heard.value, heard.unit)]);
          if (usual !== rest && !spoken.otherClearForm.test(rest)) stored.push(`${sentence} → ${rest}`);
        }
      }
    }
    expect(stored).toEqual([]);
    // A lost word is mostly noticed; a grammar that takes more unasked than today is a worse one.
    expect(counts.unnoticeable / counts.lost).toBeLessThan(spoken === zh ? 0.25 : 0.52);
    expect(counts.asked).toBeGreaterThan(10_000);
  },
);
