import { meaningOf } from "../language/meaning.js";
import type { Utterance } from "../language/utterance.js";
import type { Heard, StoreView } from "./events.js";
import { understand } from "./understand.js";

/** The words of a transcript and how sure they are. */
export type Words = Pick<Heard, "text" | "confidence" | "band" | "others">;

/** A sentence that may have been said, and its share of all that may have been. */
export interface LikelySentence {
  readonly text: string;
  readonly share: number;
}

/** Shares of all that may have been said. */
export interface WeighingLimits {
  /** From here a meaning is sure. */
  readonly sure: number;
  /** Below this it is not even asked. */
  readonly unsure: number;
  /** Of a sentence with a name, a unit or a command in it, which a misheard one seldom has by accident; `sure` if left out. */
  readonly framed?: number;
  /** Last words that are easily taken for each other, the digit for the unit (四 and 丝), and what is sure of them. */
  readonly alike?: { readonly words: readonly string[]; readonly sure: number };
}

export interface WeighingThresholds extends WeighingLimits {
  /** For a network that has learnt one voice: it is surer of itself than it should be. */
  readonly learnt?: WeighingLimits;
}

/** A transcript, and its likely sentences where the recogniser weighs whole ones. */
export interface Spoken extends Omit<Words, "others"> {
  readonly sentences?: readonly LikelySentence[];
  readonly isVoiceLearnt?: boolean;
}

/** The model's word for everything outside its vocabulary. */
const outsideWord = "□";

/** A meaning that has less than this of all that makes sense is no other to go on to. */
const leastOfOthers = 0.1;
const mostOthers = 2;

/** A meaning is asked only when all other meanings together are no likelier. */
const askedFrom = 0.5;

/**
 * Chooses what was said by weighing the likely sentences: those that mean the same are added up, and a meaning is as
 * sure as its share of all that may have been said. So two ways to write one value strengthen each other, and two values
 * weaken each other. Without sentences the words stand as the recogniser judged them.
 */
export function weigh(spoken: Spoken, thresholds: WeighingThresholds, view: StoreView): Words {
  const { sentences = [], text, confidence, band, isVoiceLearnt } = spoken;
  const limits = (isVoiceLearnt === true ? thresholds.learnt : undefined) ?? thresholds;
  const [first] = sentences;
  if (first === undefined) return { text, confidence, band };
  const [best, ...rest] = meaningsOf(sentences, view);
  const understood = rest.reduce((sum, { share }) => sum + share, best?.share ?? 0);
  if (best === undefined || best.share < limits.unsure || best.share < askedFrom * understood)
    return { text: first.text, confidence: first.share, band: "poor" };
  const others = rest.filter(({ share }) => share >= leastOfOthers * understood).slice(0, mostOthers);
  return {
    text: best.text,
    confidence: best.share,
    band: best.share >= sureFrom(best, limits) ? "sure" : "unsure",
    ...(others.length === 0 ? {} : { others: others.map((one) => one.text) }),
  };
}

interface Meaning extends LikelySentence {
  readonly utterance: Utterance;
}

/** What the sentences mean, each with its likeliest sentence and the sum of its shares, the greatest first. */
function meaningsOf(sentences: readonly LikelySentence[], view: StoreView): readonly Meaning[] {
  const meanings = new Map<string, Meaning>();
  for (const { text, share } of sentences) {
    if (text === "" || text.includes(outsideWord)) continue;
    const utterance = understand(text, view);
    const meaning = meaningOf(utterance);
    if (meaning === undefined) continue;
    const known = meanings.get(meaning);
    meanings.set(
      meaning,
      known === undefined ? { utterance, text, share } : { ...known, share: known.share + share },
    );
  }
  return [...meanings.values()].sort((a, b) => b.share - a.share);
}

function sureFrom({ text, utterance }: Meaning, { sure, framed, alike }: WeighingLimits): number {
  if (alike?.words.some((word) => text.endsWith(word)) === true) return alike.sure;
  return framed !== undefined && isFramed(utterance) ? framed : sure;
}

/** A bare number, a yes or a no is soon said by a noise; a name, a unit or a command beside it is a second witness. */
function isFramed(utterance: Utterance): boolean {
  switch (utterance.kind) {
    case "measurement":
    case "ambiguous":
      return utterance.name !== undefined || utterance.unit !== undefined;
    case "command":
      return utterance.command.name !== "yes" && utterance.command.name !== "no";
    case "none":
      return false;
  }
}
