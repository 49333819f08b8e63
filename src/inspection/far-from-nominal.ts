import {
  absDecimal,
  compareDecimals,
  type Decimal,
  multiplyDecimals,
  subtractDecimals,
} from "../language/decimal.js";
import type { Characteristic } from "./plan.js";

/** So many tolerance bands from nominal are more likely a misheard number than a bad part. */
const bands: Decimal = { unscaled: 10n, scale: 0 };

/**
 * True when the value lies more than ten times the tolerance band away from nominal (the middle of the limits where the
 * plan names none). Without two limits there is no band to measure by.
 */
export function farFromNominal(value: Decimal, characteristic: Characteristic): boolean {
  const { lowerLimit, upperLimit, nominal } = characteristic;
  if (lowerLimit === undefined || upperLimit === undefined) return false;
  const band = subtractDecimals(upperLimit, lowerLimit);
  const distance =
    nominal === undefined
      ? beyondLimits(value, lowerLimit, upperLimit)
      : absDecimal(subtractDecimals(value, nominal));
  return compareDecimals(distance, multiplyDecimals(band, bands)) > 0;
}

function beyondLimits(value: Decimal, lower: Decimal, upper: Decimal): Decimal {
  if (compareDecimals(value, upper) > 0) return subtractDecimals(value, upper);
  if (compareDecimals(value, lower) < 0) return subtractDecimals(lower, value);
  return { unscaled: 0n, scale: 0 };
}
