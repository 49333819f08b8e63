import type { NameEntry } from "./names.js";
import { charactersBySyllable } from "./sound-alikes.js";

/** Every Mandarin character of numbers, signs and units that a general recogniser may print as another of its sound. */
const spokenCharacters = Array.from(
  "零一二两三四五六七八九幺十百千万点负半毫厘微米丝度克公斤牛帕兆巴伏安欧姆赫兹瓦秒分升百之转每",
);

/** More ways than this to read a text are no help. */
const waysMax = 48;

let syllables: ReadonlyMap<string, readonly string[]> | undefined;

/** The syllables of a character without tone; made at the first question, since most devices never ask. */
function syllablesOf(character: string): readonly string[] {
  if (syllables === undefined) {
    const made = new Map<string, string[]>();
    for (const [syllable, characters] of Object.entries(charactersBySyllable)) {
      for (const one of characters) made.set(one, [...(made.get(one) ?? []), syllable]);
    }
    syllables = made;
  }
  return syllables.get(character) ?? [];
}

/** Whether two characters can be the same sound. */
function soundsSame(left: string, right: string): boolean {
  return left === right || syllablesOf(left).some((syllable) => syllablesOf(right).includes(syllable));
}

/** Those that a character may be written for, by that character; there are some thousands of them. */
const spokenFor = new Map<string, readonly string[]>();

function spokenInstead(character: string): readonly string[] {
  const known = spokenFor.get(character);
  if (known !== undefined) return known;
  const made = isWritten(character)
    ? [character]
    : spokenCharacters.filter((spoken) => soundsSame(character, spoken));
  if (syllablesOf(character).length > 0) spokenFor.set(character, made);
  return made;
}

/** It stands for itself. */
function isWritten(character: string): boolean {
  return spokenCharacters.includes(character) || !/\p{Script=Han}/u.test(character);
}

/**
 * The texts that a text may have been before a recogniser wrote its sounds with other characters: a name of the plan at
 * its beginning where exactly one sounds so, and characters of numbers and units in the rest. Only where most of the
 * characters were right: a sentence that is all other words is another sentence.
 */
export function soundAlikes(text: string, names: readonly NameEntry[]): readonly string[] {
  const name = nameSoundingLike(text, names);
  const characters = [...text.slice(name?.length ?? 0)];
  const options = characters.map(spokenInstead);
  const replaced = characters.filter((one, at) => !options[at]?.includes(one)).length;
  if (options.some((one) => one.length === 0) || replaced * 2 > characters.length) return [];
  let ways: readonly string[] = [name ?? ""];
  for (const option of options) {
    if (ways.length * option.length > waysMax) return [];
    ways = ways.flatMap((way) => option.map((one) => way + one));
  }
  return ways.filter((way) => way !== text);
}

/** The one name, as it is written, that the text begins with by its sound. */
function nameSoundingLike(text: string, names: readonly NameEntry[]): string | undefined {
  const characters = [...text];
  const [opening = ""] = characters;
  const found = names.flatMap(({ name, aliases }) =>
    [name, ...aliases].filter((spoken) => {
      const [first = ""] = spoken;
      if (!soundsSame(first, opening)) return false;
      const wanted = [...spoken];
      return (
        wanted.length >= 2 &&
        wanted.length <= characters.length &&
        wanted.every((one, at) => soundsSame(one, characters[at] ?? ""))
      );
    }),
  );
  return found.length === 1 ? found[0] : undefined;
}
