import { isZero, negateDecimal } from "./decimal.js";
import { doubtful, mapReading, type Reading } from "./reading.js";

/** The sign of a zero would be lost with the value, so a signed zero is asked. */
export function withSign(reading: Reading, sign: string): Reading {
  if (sign === "" || sign === "正" || sign === "+") return reading;
  if (reading.kind === "clear" && isZero(reading.value)) return doubtful("signed_zero", reading.value);
  return mapReading(reading, negateDecimal);
}
