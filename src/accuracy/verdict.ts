import type { Words } from "../controller/weigh.js";
import { type Action, actionIfSure, actionOn } from "./action.js";

/** What became of a clip. */
export const verdicts = [
  "stored_right",
  "stored_wrong",
  "asked_right",
  "asked_wrong",
  "missed",
  "obeyed_right",
  "obeyed_wrong",
  "refused",
] as const;

/**
 * `stored`: the card was changed without a question. `asked`: a yes would have changed it, rightly or wrongly. `missed`:
 * there was something to understand, and it is asked for again. `obeyed`: a command that changes nothing on the card.
 * `refused`: there was nothing to understand, and nothing was done.
 */
export type Verdict = (typeof verdicts)[number];

/** A clip as it was heard and judged. */
export interface Judged {
  readonly verdict: Verdict;
  /** What should have been done, and what was; for a reader of the list. */
  readonly expected: string;
  readonly done: string;
  /**
   * Whether what would have been stored, had the device been sure of its words, is right; undefined where nothing would
   * have been. This is what a confidence ought to tell.
   */
  readonly understoodRight?: boolean;
}

/** Judges what the device did with `words` by what it does when it is sure of what was said. */
export function judgeClip(said: string, words: Words): Judged {
  const expected = actionIfSure(said);
  const done = actionOn(words);
  const understood = actionIfSure(words.text);
  return {
    verdict: verdictOf(expected, done),
    expected: inWords(expected),
    done: inWords(done),
    ...(understood.kind === "stored" ? { understoodRight: isSameChange(expected, understood) } : {}),
  };
}

function verdictOf(expected: Action, done: Action): Verdict {
  switch (done.kind) {
    case "stored":
      // What ought to be asked must not be stored, even if it is what a yes would give.
      return expected.kind === "stored" && expected.key === done.key ? "stored_right" : "stored_wrong";
    case "asked":
      return isSameChange(expected, done) ? "asked_right" : "asked_wrong";
    case "obeyed":
      return expected.kind === "obeyed" && expected.key === done.key ? "obeyed_right" : "obeyed_wrong";
    case "refused":
      return expected.kind === "refused" ? "refused" : "missed";
  }
}

function isSameChange(expected: Action, done: Action): boolean {
  return (
    (expected.kind === "stored" || expected.kind === "asked") &&
    (done.kind === "stored" || done.kind === "asked") &&
    expected.key === done.key
  );
}

function inWords(action: Action): string {
  return action.kind === "refused" ? "nothing" : `${action.kind}: ${action.key}`;
}
