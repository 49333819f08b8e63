import type { Heard } from "./events.js";
import type { ControllerState, Reading } from "./state.js";
import { type Step, speak } from "./transitions.js";
import { understand } from "./understand.js";

/** So often a sentence may fail before it is left out. */
const failuresLimit = 3;
/** A reading is believed when so much of the sentence, in order, is in what was understood: the voice is still strange. */
const leastLikeness = 0.35;
const enrolmentWords = "学习我的声音";
const enrolmentLikeness = 0.5;
/** So much of the sentences must have been read well to learn from them. */
const leastKept = 0.75;

/** “学习我的声音”: the sentences are read aloud one after the other. */
export function beginEnrolment(state: ControllerState): Step {
  if (state.settings.readingTexts.length === 0) return speak(state, { kind: "enrolment_unavailable" });
  const { inspector } = state.view.context;
  return readAloud(state, { ...whoIs(inspector), sentence: 0, failed: 0, kept: 0 }, "first");
}

/**
 * Whether a poor transcript is likely to be “学习我的声音”: who needs it most is the one who is hardly understood. A
 * mistake costs a sentence of the device and “取消”; a transcript with a number in it is never taken for it.
 */
export function isLikelyEnrolment(text: string): boolean {
  return (
    !/[零一二两三四五六七八九十百千万点]/u.test(text) && likeness(text, enrolmentWords) >= enrolmentLikeness
  );
}

/** A sentence was read: it is kept, asked again, or left out; after the last one the device learns. */
export function hearReading(state: ControllerState, reading: Reading, heard: Heard): Step {
  const text = state.settings.readingTexts[reading.sentence] ?? "";
  if (isCancel(state, heard)) return speak(state, { kind: "enrolment_stopped" });
  if (likeness(heard.text, text) >= leastLikeness && heard.level === undefined) {
    const next = nextSentence(state, { ...reading, kept: reading.kept + 1 });
    const isFirst = reading.kept === 0;
    return {
      ...next,
      commands: [{ kind: "keep_reading", sentence: reading.sentence, isFirst }, ...next.commands],
    };
  }
  return readAgain(state, reading, heard.text !== "");
}

/** The sentence could not be used, or was not understood in time: it is read again, at last left out. */
export function readAgain(state: ControllerState, reading: Reading, wasHeard = false): Step {
  const failed = reading.failed + 1;
  if (failed < failuresLimit) return readAloud(state, { ...reading, failed }, "again");
  // Nobody is there any more, or the microphone hears nothing of it.
  return wasHeard ? nextSentence(state, reading) : speak(state, { kind: "enrolment_stopped" });
}

function nextSentence(state: ControllerState, reading: Reading): Step {
  const { kept } = reading;
  const who = whoIs(reading.inspector);
  const sentence = reading.sentence + 1;
  const count = state.settings.readingTexts.length;
  if (sentence < count) return readAloud(state, { ...who, sentence, failed: 0, kept }, "next");
  if (kept < leastKept * count)
    return speak(state, { kind: "voice_learnt", ...who, outcome: { kind: "failed" } });
  const told = speak(state, { kind: "voice_being_learnt" });
  return { ...told, commands: [...told.commands, { kind: "learn_voice", ...who }] };
}

function whoIs(inspector: string | undefined): Pick<Reading, "inspector"> {
  return inspector === undefined ? {} : { inspector };
}

function readAloud(state: ControllerState, reading: Reading, how: "first" | "next" | "again"): Step {
  const text = state.settings.readingTexts[reading.sentence] ?? "";
  const of = state.settings.readingTexts.length;
  return speak(state, { kind: "read_aloud", text, how, of }, { then: { kind: "read", reading } });
}

function isCancel({ view }: ControllerState, { text, band }: Heard): boolean {
  if (band === "poor") return false;
  const utterance = understand(text, view);
  return utterance.kind === "command" && utterance.command.name === "cancel";
}

/** Part of the letters of `said` that are in `heard` in the same order, 0 to 1 (longest common subsequence). */
function likeness(heard: string, said: string): number {
  const [left, right] = [lettersOf(heard), lettersOf(said)];
  let row = new Array<number>(right.length + 1).fill(0);
  for (const letter of left) {
    const next = [0];
    for (const [place, other] of right.entries())
      next.push(letter === other ? (row[place] ?? 0) + 1 : Math.max(row[place + 1] ?? 0, next[place] ?? 0));
    row = next;
  }
  return right.length === 0 ? 0 : (row.at(-1) ?? 0) / right.length;
}

function lettersOf(text: string): readonly string[] {
  return [...text.replace(/[\p{P}\s]/gu, "")];
}
