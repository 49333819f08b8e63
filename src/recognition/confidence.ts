import type { RawTranscript } from "./messages.js";
import type { Transcript } from "./recognizer.js";

/** From which confidence a transcript is sure, and below which it is poor. */
export interface BandThresholds {
  readonly sure: number;
  readonly unsure: number;
}

/** The model's word for everything outside its vocabulary. */
const outsideToken = "□";

/**
 * Judges a transcript by its weakest token: one doubtful digit spoils a number. A token outside the vocabulary makes it
 * poor, since something was said that the model has no word for. A model without probabilities is never sure.
 */
export function transcriptOf(raw: RawTranscript, thresholds: BandThresholds): Transcript {
  const tokens = raw.tokens.map((token, index) => {
    const logarithm = raw.logProbabilities[index];
    return {
      text: token,
      startMs: Math.round((raw.timestamps[index] ?? 0) * 1000),
      ...(logarithm === undefined ? {} : { probability: Math.min(1, Math.exp(logarithm)) }),
    };
  });
  const confidence = Math.min(1, ...tokens.map(({ probability = thresholds.unsure }) => probability));
  const isPoor = raw.tokens.includes(outsideToken) || confidence < thresholds.unsure;
  return {
    text: textOfTokens(raw.tokens),
    tokens,
    confidence,
    band: isPoor ? "poor" : confidence >= thresholds.sure ? "sure" : "unsure",
    audioMs: raw.audioMs,
    decodeMs: raw.decodeMs,
    ...(raw.sentences === undefined
      ? {}
      : {
          sentences: raw.sentences.map((one) => ({ text: textOfTokens(one.tokens), share: one.share })),
        }),
  };
}

/** Characters side by side; the word pieces of the official models carry their spaces as ▁. */
export function textOfTokens(tokens: readonly string[]): string {
  return tokens.join("").replaceAll("▁", " ").trim();
}
