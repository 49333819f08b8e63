import type { Decimal } from "../language/decimal.js";
import type { UnitSymbol } from "../language/units.js";
import type { Judgement } from "./judge.js";

/** What the controller asks the store to keep. */
export interface MeasurementDraft {
  /** Name as the plan or the grammar has it; undefined when only a number was said and no plan names it. */
  readonly name?: string;
  /** Number of the plan's characteristic, when there is one. */
  readonly characteristicNumber?: number;
  /** The value in `unit`: converted to the plan's unit on the plan's demand, else as it was said. */
  readonly value: Decimal;
  readonly unit?: UnitSymbol;
  /** As it was said, when the stored value was converted. */
  readonly said?: { readonly value: Decimal; readonly unit: UnitSymbol };
  readonly judgement?: Judgement;
  /** The words as recognised. */
  readonly transcript: string;
  /** 0 to 1. */
  readonly confidence: number;
  /** True when the operator said yes to a question before it was stored. */
  readonly confirmedByQuestion: boolean;
  /** File name of the recording below the audio folder, when one was kept. */
  readonly audioPath?: string;
}

/** A row as it stands in the database. Rows are append-only: a withdrawn or corrected one stays, marked. */
export interface StoredRecord extends MeasurementDraft {
  /** Grows for ever on this device; the operator's “第四十一条”. */
  readonly id: number;
  readonly deviceId: string;
  readonly status: "valid" | "withdrawn" | "superseded";
  /** The record that replaced this one. */
  readonly supersededBy?: number;
  /** The limits it was judged by, as the plan was then. */
  readonly nominal?: Decimal;
  readonly lowerLimit?: Decimal;
  readonly upperLimit?: Decimal;
  readonly part?: string;
  readonly batch?: string;
  readonly inspector?: string;
  /** Wall time in ms since 1970 UTC, the boot it was said in, monotonic ms of that boot, and whether the clock was trusted. */
  readonly wallMs: number;
  readonly bootId: string;
  readonly monotonicMs: number;
  readonly clockTrusted: boolean;
}

/** What the following records belong to; kept over a restart. */
export interface WorkContext {
  readonly part?: string;
  readonly batch?: string;
  readonly inspector?: string;
}
