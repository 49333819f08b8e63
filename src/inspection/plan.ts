import type { Decimal } from "../language/decimal.js";
import type { UnitSymbol } from "../language/units.js";

/** One row of the inspection plan: what is measured, and what it may be. */
export interface Characteristic {
  /** 序号: unique in the plan; its order is the running order. */
  readonly number: number;
  readonly name: string;
  /** Other spoken names. */
  readonly aliases: readonly string[];
  readonly nominal?: Decimal;
  /** Limits in the plan's unit, already computed from nominal and deviations; either may be missing (one-sided). */
  readonly lowerLimit?: Decimal;
  readonly upperLimit?: Decimal;
  readonly unit?: UnitSymbol;
  /** Decimals that the drawing asks for; undefined when any will do. */
  readonly decimals?: number;
}

export interface InspectionPlan {
  /** Grows with each take-over on this device, from 1. */
  readonly version: number;
  /** File name that it came from. */
  readonly source: string;
  readonly characteristics: readonly Characteristic[];
}
