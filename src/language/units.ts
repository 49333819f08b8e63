import { type Decimal, multiplyDecimals, scaleByPowerOfTen } from "./decimal.js";

/** Every unit that the device knows, by the symbol that stands in a cell. */
export const unitSymbols = [
  "mm",
  "cm",
  "m",
  "µm",
  "丝",
  "°",
  "°C",
  "g",
  "kg",
  "N",
  "kN",
  "N·m",
  "Pa",
  "kPa",
  "MPa",
  "bar",
  "V",
  "mV",
  "A",
  "mA",
  "Ω",
  "kΩ",
  "Hz",
  "kHz",
  "W",
  "kW",
  "%",
  "s",
  "min",
  "HRC",
  "dB",
  "L",
  "mL",
  "r/min",
] as const;

export type UnitSymbol = (typeof unitSymbols)[number];

/**
 * Quantity of each unit and its size as `factor × 10^power` of the quantity's base unit. Units of one quantity convert
 * into each other; all factors but the minute's 60 are powers of ten, so that conversion is exact.
 */
const sizes: Readonly<Record<UnitSymbol, readonly [quantity: string, power: number, factor?: bigint]>> = {
  mm: ["length", -3],
  cm: ["length", -2],
  m: ["length", 0],
  µm: ["length", -6],
  // The Chinese workshop's 丝 is a hundredth of a millimetre.
  丝: ["length", -5],
  "°": ["angle", 0],
  "°C": ["temperature", 0],
  g: ["mass", 0],
  kg: ["mass", 3],
  N: ["force", 0],
  kN: ["force", 3],
  N·m: ["torque", 0],
  Pa: ["pressure", 0],
  kPa: ["pressure", 3],
  MPa: ["pressure", 6],
  bar: ["pressure", 5],
  V: ["voltage", 0],
  mV: ["voltage", -3],
  A: ["current", 0],
  mA: ["current", -3],
  Ω: ["resistance", 0],
  kΩ: ["resistance", 3],
  Hz: ["frequency", 0],
  kHz: ["frequency", 3],
  W: ["power", 0],
  kW: ["power", 3],
  "%": ["ratio", -2],
  s: ["time", 0],
  min: ["time", 0, 60n],
  HRC: ["hardness", 0],
  dB: ["level", 0],
  L: ["volume", 0],
  mL: ["volume", -3],
  "r/min": ["rotation", 0],
};

/** True for the symbol of a known unit. */
export function isUnitSymbol(text: string): text is UnitSymbol {
  return (unitSymbols as readonly string[]).includes(text);
}

/** Do both measure the same quantity? */
export function sameQuantity(left: UnitSymbol, right: UnitSymbol): boolean {
  return sizes[left][0] === sizes[right][0];
}

/**
 * The same quantity in another unit, exactly; undefined when the units measure different things or the result has no
 * finite decimals (a number of seconds that is no whole tenth of a minute, say). Decimals follow the shift of the
 * point: 1.25 cm is 12.5 mm.
 */
export function convertDecimal(value: Decimal, from: UnitSymbol, to: UnitSymbol): Decimal | undefined {
  if (from === to) return value;
  if (!sameQuantity(from, to)) return undefined;
  const [, fromPower, fromFactor = 1n] = sizes[from];
  const [, toPower, toFactor = 1n] = sizes[to];
  const multiplied = fromFactor === 1n ? value : multiplyDecimals(value, { unscaled: fromFactor, scale: 0 });
  const divided = divideExactly(multiplied, toFactor);
  return divided === undefined ? undefined : scaleByPowerOfTen(divided, fromPower - toPower);
}

/** Decimals that a division by 60 may add before it counts as endless. */
const addedDecimals = 6;

function divideExactly(value: Decimal, divisor: bigint): Decimal | undefined {
  if (divisor === 1n) return value;
  for (let added = 0; added <= addedDecimals; added += 1) {
    const raised = value.unscaled * 10n ** BigInt(added);
    if (raised % divisor === 0n) return { unscaled: raised / divisor, scale: value.scale + added };
  }
  return undefined;
}
