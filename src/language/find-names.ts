import { fold } from "./fold.js";
import type { NameEntry } from "./names.js";

/** A name at the beginning of a text. */
export interface FoundName {
  readonly entry: NameEntry;
  /** Length of what was said, in characters of the folded text. */
  readonly length: number;
}

interface SpokenName {
  readonly spoken: string;
  readonly entry: NameEntry;
}

const spokenNames = new WeakMap<readonly NameEntry[], readonly SpokenName[]>();

/** Every name that the text begins with, the longest first. */
export function findNames(text: string, names: readonly NameEntry[]): readonly FoundName[] {
  const lower = text.toLowerCase();
  return namesBySpeech(names)
    .filter(({ spoken }) => lower.startsWith(spoken) && endsWord(spoken, lower))
    .map(({ spoken, entry }) => ({ entry, length: spoken.length }));
}

function endsWord(spoken: string, text: string): boolean {
  return !/[a-z]$/.test(spoken) || !/^[a-z]/.test(text.slice(spoken.length));
}

function namesBySpeech(names: readonly NameEntry[]): readonly SpokenName[] {
  const known = spokenNames.get(names);
  if (known !== undefined) return known;
  const made = names
    .flatMap((entry) =>
      [entry.name, ...entry.aliases].map((one) => ({ spoken: fold(one).toLowerCase(), entry })),
    )
    .filter(({ spoken }) => spoken !== "")
    .sort((left, right) => right.spoken.length - left.spoken.length);
  spokenNames.set(names, made);
  return made;
}
