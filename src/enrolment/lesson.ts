import { captureRateHz } from "../audio/pcm.js";
import { readEncoder } from "../network/encoder-file.js";
import { fbank } from "../network/fbank.js";
import { bestPath, forward, type Weights } from "../network/network.js";
import { err, ok, type Result } from "../runtime/result.js";
import { type Example, learn } from "./learn.js";

/** A sound with the words in it. */
export interface Reading {
  /** 16 kHz mono. */
  readonly samples: Int16Array;
  readonly text: string;
}

export interface LessonMaterial {
  /** The bytes of the model's encoder and the text of its tokens. */
  readonly encoder: Uint8Array;
  readonly tokens: string;
  /** Sentences of the person to learn from, and to try afterwards. */
  readonly own: readonly Reading[];
  readonly heldBack: readonly Reading[];
  /** Synthetic voices, so that nothing else is forgotten. */
  readonly rehearsal: readonly Reading[];
}

/** How well sentences are understood. */
export interface Score {
  readonly sentences: number;
  /** Without any wrong token. */
  readonly right: number;
  readonly tokens: number;
  readonly errors: number;
}

export interface Lesson {
  /** The encoder of the person. */
  readonly encoder: Uint8Array;
  /** At the sentences that were held back. */
  readonly before: Score;
  readonly after: Score;
  /** Whether it is worth being used: fewer wrong tokens than before. A voice that is understood as it is gains nothing. */
  readonly isBetter: boolean;
}

/** The recogniser gives its last tokens only when sound follows. */
const tailSamples = captureRateHz / 2;

/**
 * Learns a voice: trains the encoder on what a person has read, and compares it with the old one on the sentences that
 * were held back. An error, in English, for a model that cannot learn here or words that it does not know.
 *
 * @param random 0 ≤ x < 1
 */
export function teach(
  material: LessonMaterial,
  random: () => number,
  onProgress?: (part: number) => void,
): Result<Lesson, string> {
  const file = readEncoder(material.encoder);
  if (!file.ok) return file;
  const { weights, withWeights } = file.value;
  const idOf = new Map(material.tokens.split("\n").map((line, index) => [line.split(" ")[0] ?? "", index]));
  const examples = (readings: readonly Reading[]): readonly Example[] =>
    readings.map(({ samples, text }) => ({
      features: fbank(withTail(samples)),
      labels: lettersOf(text).map((letter) => idOf.get(letter) ?? -1),
    }));
  const [own, heldBack, rehearsal] = [
    examples(material.own),
    examples(material.heldBack),
    examples(material.rehearsal),
  ];
  if ([...own, ...heldBack, ...rehearsal].some(({ labels }) => labels.includes(-1)))
    return err("the model does not know all the words that were read");
  const learnt = learn(weights, {
    own,
    rehearsal,
    random,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  const encoder = withWeights(learnt);
  // What is judged is what will be used: the weights after they were made small again.
  const used = readEncoder(encoder);
  if (!used.ok) return used;
  const before = scoreOf(weights, heldBack);
  const after = scoreOf(used.value.weights, heldBack);
  const isBetter = after.errors < before.errors;
  return ok({ encoder, before, after, isBetter });
}

function scoreOf(weights: Weights, examples: readonly Example[]): Score {
  let [right, tokens, errors] = [0, 0, 0];
  for (const { features, labels } of examples) {
    const run = forward(weights, features.values);
    const heard = bestPath(run, weights.tokens).map(({ token }) => token);
    const wrong = distance(heard, labels);
    tokens += labels.length;
    errors += wrong;
    if (wrong === 0) right += 1;
  }
  return { sentences: examples.length, right, tokens, errors };
}

/** Insertions, deletions and substitutions between two rows of tokens (Levenshtein). */
function distance(left: readonly number[], right: readonly number[]): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [index, token] of left.entries()) {
    const next = [index + 1];
    for (const [place, other] of right.entries()) {
      const kept = (row[place] ?? 0) + (token === other ? 0 : 1);
      next.push(Math.min(kept, (row[place + 1] ?? 0) + 1, (next[place] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

function lettersOf(text: string): readonly string[] {
  return [...text.replace(/[\p{P}\s]/gu, "")];
}

function withTail(samples: Int16Array): Int16Array {
  const padded = new Int16Array(samples.length + tailSamples);
  padded.set(samples);
  return padded;
}
