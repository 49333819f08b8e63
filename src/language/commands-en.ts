import { digitValueEn } from "./integers-en.js";
import { readNumber } from "./read-number.js";
import type { Command } from "./utterance.js";

type PlainCommand = Exclude<Command["name"], "correct" | "undo" | "part" | "batch" | "inspector">;

const plain: ReadonlyMap<string, PlainCommand> = new Map(
  (
    [
      ["repeat", "repeat|repeat that|say again|say it again|repeat the last"],
      ["spell", "spell|spell it|digit by digit|digits"],
      ["yes", "yes|yeah|yep|right|that's right|correct|that's correct|confirm|okay|ok"],
      ["no", "no|nope"],
      ["next_part", "next part|next piece"],
      ["status", "status"],
      ["help", "help"],
      ["cancel", "cancel"],
      ["enrol", "enrol|enroll|learn my voice"],
    ] as const
  ).flatMap(([name, words]) => words.split("|").map((word) => [word, name] as const)),
);

const corrections =
  /^(?:correction|correct to|correct|change to|change it to|make it|wrong|that's wrong|no)(?![a-z])/i;
const undo = /^(?:undo|withdraw|delete)(?: that| it| last| the last| the last one| last record)?$/;
const undoNumbered = /^(?:undo|withdraw|delete)(?: record)?(?: number)? (.+)$/;
const fields: readonly (readonly ["part" | "batch" | "inspector", RegExp])[] = [
  ["part", /^part(?: number)? (.+)$/],
  ["batch", /^batch(?: number)? (.+)$/],
  ["inspector", /^inspector(?: number)? (.+)$/],
];

/** Reads a whole sentence as a command without a measurement; undefined when it is none. */
export function readCommandEn(text: string): Command | undefined {
  const bare = text
    .toLowerCase()
    .replaceAll("’", "'")
    .replace(/^please /, "");
  const name = plain.get(bare);
  if (name !== undefined) return { name };
  if (/^(?:correction|wrong|that's wrong|not right|that's not right)$/.test(bare)) return { name: "correct" };
  if (undo.test(bare)) return { name: "undo" };
  const numbered = undoNumbered.exec(bare)?.[1];
  if (numbered !== undefined) {
    const read = readNumber(numbered, "en")?.reading;
    const number = read?.kind === "clear" && read.value.scale === 0 ? read.value.unscaled : 0n;
    return number > 0n && number < 1_000_000_000n
      ? { name: "undo", recordNumber: Number(number) }
      : undefined;
  }
  for (const [field, pattern] of fields) {
    const argument = codeOf(pattern.exec(bare)?.[1]);
    if (argument !== undefined) return { name: field, argument };
  }
  return undefined;
}

/** Does the sentence open a part, batch or inspector number, or a withdrawal? Then it is no measurement. */
export function opensCommandEn(text: string): boolean {
  const lower = text.toLowerCase();
  return fields.some(([, pattern]) => pattern.test(lower)) || undoNumbered.test(lower);
}

/** What follows “correction”, “no,” and the like; undefined when the sentence does not begin so. */
export function correctedEn(text: string): string | undefined {
  const rest = text.replace(corrections, "");
  return rest === text ? undefined : rest.replace(/^(?:[\s,.:]|(?:it's|it is|to)(?![a-z]))+/i, "");
}

/** “seven double three dash A” → 733-A. */
function codeOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  let code = "";
  let times = 1;
  for (const word of text.replace(/^(?:is|equals|letter) /, "").split(/[\s,]+/)) {
    if (word === "letter" || word === "") continue;
    if (word === "double" || word === "triple") {
      times = word === "double" ? 2 : 3;
      continue;
    }
    const one = word === "dash" || word === "hyphen" ? "-" : (digitValueEn(word)?.toString() ?? word);
    if (!/^(?:[a-z]|[a-z0-9_-]*\d[a-z0-9_-]*|-)$/.test(one)) return whole(text);
    code += one.repeat(times);
    times = 1;
  }
  return times === 1 && /^[a-z0-9_-]{1,32}$/.test(code) ? code.toUpperCase() : undefined;
}

function whole(text: string): string | undefined {
  const read = readNumber(text, "en")?.reading;
  return read?.kind === "clear" && read.value.scale === 0 && read.value.unscaled >= 0n
    ? read.value.unscaled.toString()
    : undefined;
}
