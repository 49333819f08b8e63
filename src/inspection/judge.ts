import { compareDecimals, type Decimal, subtractDecimals } from "../language/decimal.js";
import { convertDecimal, type UnitSymbol } from "../language/units.js";
import type { Characteristic } from "./plan.js";

/** The verdict on a value; `by` is the distance beyond the limit, positive, in the plan's unit. */
export type Judgement =
  | { readonly kind: "within" }
  | { readonly kind: "above"; readonly by: Decimal }
  | { readonly kind: "below"; readonly by: Decimal };

/** A value in the plan's unit, and as it was said when that was another one. */
export interface PlanValue {
  readonly value: Decimal;
  readonly unit?: UnitSymbol;
  readonly said?: { readonly value: Decimal; readonly unit: UnitSymbol };
}

export type PlanUnitResult =
  | { readonly ok: true; readonly value: PlanValue }
  | { readonly ok: false; readonly error: { readonly kind: "unit_unexpected" } };

/** Judges a value in the plan's unit; a value on a limit is within. Undefined when the plan sets no limit. */
export function judge(value: Decimal, characteristic: Characteristic): Judgement | undefined {
  const { lowerLimit, upperLimit } = characteristic;
  if (lowerLimit === undefined && upperLimit === undefined) return undefined;
  if (upperLimit !== undefined && compareDecimals(value, upperLimit) > 0) {
    return { kind: "above", by: subtractDecimals(value, upperLimit) };
  }
  if (lowerLimit !== undefined && compareDecimals(value, lowerLimit) < 0) {
    return { kind: "below", by: subtractDecimals(lowerLimit, value) };
  }
  return { kind: "within" };
}

/**
 * Brings a spoken value into the plan's unit, exactly. A value without a unit is in the plan's; a unit of another
 * quantity, or a unit where the plan has none, is not for the device to decide.
 */
export function toPlanUnit(
  value: Decimal,
  unit: UnitSymbol | undefined,
  characteristic: Characteristic,
): PlanUnitResult {
  const planned = characteristic.unit;
  if (unit === undefined)
    return { ok: true, value: planned === undefined ? { value } : { value, unit: planned } };
  if (unit === planned) return { ok: true, value: { value, unit } };
  const converted = planned === undefined ? undefined : convertDecimal(value, unit, planned);
  if (planned === undefined || converted === undefined)
    return { ok: false, error: { kind: "unit_unexpected" } };
  return { ok: true, value: { value: converted, unit: planned, said: { value, unit } } };
}
