import type { Decimal } from "./decimal.js";
import type { NameEntry } from "./names.js";
import type { SpokenLanguage } from "./read-number.js";
import type { UnitSymbol } from "./units.js";
import type { AmbiguityReason, RefusalReason } from "./utterance.js";

/** What a sentence says as a measurement. */
export type Measured =
  | { readonly kind: "clear"; readonly name?: string; readonly value: Decimal; readonly unit?: UnitSymbol }
  | {
      readonly kind: "doubtful";
      readonly name?: string;
      readonly readings: readonly Decimal[];
      readonly unit?: UnitSymbol;
      readonly reason: AmbiguityReason;
    }
  | { readonly kind: "refused"; readonly reason: RefusalReason };

export interface MeasureContext {
  readonly names: readonly NameEntry[];
  readonly language: SpokenLanguage;
  /** The characteristic that a value without a name belongs to. */
  readonly expected?: NameEntry;
  /** See `ParseContext`. */
  readonly soundAlikes?: boolean;
}
