import type { Decimal } from "./decimal.js";
import type { UnitSymbol } from "./units.js";

/** What a sentence means. */
export type Utterance = MeasurementUtterance | CommandUtterance | AmbiguousUtterance | NoUtterance;

export interface MeasurementUtterance {
  readonly kind: "measurement";
  readonly text: string;
  readonly name?: string;
  readonly value: Decimal;
  readonly unit?: UnitSymbol;
}

export interface CommandUtterance {
  readonly kind: "command";
  readonly text: string;
  readonly command: Command;
}

/** A measurement that can be understood in more than one way, or not for sure: it is asked, never stored at once. */
export interface AmbiguousUtterance {
  readonly kind: "ambiguous";
  readonly text: string;
  readonly name?: string;
  readonly unit?: UnitSymbol;
  /** What it may be, the grammatical reading first; empty when no reading can be offered. */
  readonly readings: readonly Decimal[];
  readonly reason: AmbiguityReason;
  /** The sentence began with 更正 or 不对. */
  readonly command?: "correct";
}

export interface NoUtterance {
  readonly kind: "none";
  readonly text: string;
  readonly reason: RefusalReason;
}

/** Why a measurement is asked. Each has words in the catalogue. */
export type AmbiguityReason =
  /** 二百五: 250, or 205 with a lost 零. */
  | "elided_unit"
  /** 两三个, 七八毫米, 十几, 一百多. */
  | "range"
  /** Two numbers where one belongs. */
  | "several_numbers"
  /** Two units. */
  | "several_units"
  /** 一十百, 百二十: not a number of the grammar. */
  | "malformed_number"
  /** 一百点: something is missing at the end or the beginning. */
  | "incomplete_number"
  /** Two names. */
  | "several_names"
  /** 大概, 左右: the speaker was not sure. */
  | "approximate"
  /** The words sound like a number but are written as others. */
  | "sounds_alike"
  /** 一米半, 三分之一: a fraction whose decimal must be confirmed. */
  | "fraction"
  /** A signed zero: the sign may belong to a lost digit. */
  | "signed_zero"
  /** “one twenty”: 120, 1.20 or 1 and 20. */
  | "spoken_pairs";

/** Why a sentence is neither measurement nor command. */
export type RefusalReason =
  | "empty"
  /** No number and no command in it. */
  | "not_a_measurement"
  /** A name without a value. */
  | "value_missing"
  /** Words that the grammar does not know stand beside the number. */
  | "unknown_words"
  /** Longer than any sentence. */
  | "too_long";

export type Command =
  | { readonly name: "correct"; readonly measurement?: SpokenMeasurement }
  | { readonly name: "undo"; readonly recordNumber?: number }
  | { readonly name: "repeat" }
  | { readonly name: "spell" }
  | { readonly name: "yes" }
  | { readonly name: "no" }
  | { readonly name: "part" | "batch" | "inspector"; readonly argument: string }
  | { readonly name: "next_part" }
  | { readonly name: "status" }
  | { readonly name: "help" }
  | { readonly name: "cancel" }
  | { readonly name: "enrol" };

/** The measurement inside a correction. */
export interface SpokenMeasurement {
  readonly name?: string;
  readonly value: Decimal;
  readonly unit?: UnitSymbol;
}
