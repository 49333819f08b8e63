import type { Decimal } from "./decimal.js";
import { clear, doubtful, type Reading } from "./reading.js";

/** Decimals that a fraction may need; a 64th of an inch has six. */
const decimalsMax = 6;

/** `whole + numerator / denominator` where it has finite decimals; a third has none and is asked without a reading. */
export function exactFraction(whole: Decimal, numerator: Decimal, denominator: Decimal): Reading {
  if (whole.scale + numerator.scale + denominator.scale > 0 || denominator.unscaled === 0n)
    return doubtful("fraction");
  for (let scale = 0; scale <= decimalsMax; scale += 1) {
    const raised = numerator.unscaled * 10n ** BigInt(scale);
    if (raised % denominator.unscaled === 0n) {
      return clear({
        unscaled: whole.unscaled * 10n ** BigInt(scale) + raised / denominator.unscaled,
        scale,
      });
    }
  }
  return doubtful("fraction");
}
