import type { Decimal } from "./decimal.js";
import type { AmbiguityReason } from "./utterance.js";

/** What a number at a place of the text may be. */
export type Reading =
  | { readonly kind: "clear"; readonly value: Decimal }
  | { readonly kind: "doubtful"; readonly readings: readonly Decimal[]; readonly reason: AmbiguityReason };

export function clear(value: Decimal): Reading {
  return { kind: "clear", value };
}

export function doubtful(reason: AmbiguityReason, ...readings: readonly Decimal[]): Reading {
  return { kind: "doubtful", readings, reason };
}

/** Applies an exact step (a sign, a power of ten) to every reading. */
export function mapReading(reading: Reading, change: (value: Decimal) => Decimal): Reading {
  return reading.kind === "clear"
    ? clear(change(reading.value))
    : { ...reading, readings: reading.readings.map(change) };
}
