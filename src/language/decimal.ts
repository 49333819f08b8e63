/**
 * An exact decimal: `unscaled / 10^scale`. Trailing zeros are part of the value, since 12.50 says that the hundredths
 * were read. No float stands anywhere between the spoken word and the cell.
 */
export interface Decimal {
  readonly unscaled: bigint;
  /** Number of decimals, never negative. */
  readonly scale: number;
}

/** Reads plain ASCII such as `-12.50`; undefined for anything else. A signed zero has no value of its own: `-0.0` is 0.0. */
export function decimalFromText(text: string): Decimal | undefined {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = ""] = match;
  const magnitude = BigInt(whole + fraction);
  return { unscaled: sign === "-" ? -magnitude : magnitude, scale: fraction.length };
}

/** `-12.50`, with every decimal that the value has. */
export function decimalToText({ unscaled, scale }: Decimal): string {
  const sign = unscaled < 0n ? "-" : "";
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, "0");
  if (scale === 0) return sign + digits;
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Negative, zero or positive as `left` is less than, equal to or greater than `right`; 1.0 equals 1. */
export function compareDecimals(left: Decimal, right: Decimal): number {
  const [a, b] = aligned(left, right);
  return a === b ? 0 : a < b ? -1 : 1;
}

/** The sum, with the greater number of decimals. */
export function addDecimals(left: Decimal, right: Decimal): Decimal {
  const [a, b, scale] = aligned(left, right);
  return { unscaled: a + b, scale };
}

/** The difference, with the greater number of decimals. */
export function subtractDecimals(left: Decimal, right: Decimal): Decimal {
  return addDecimals(left, negateDecimal(right));
}

/** The product; decimals add up. */
export function multiplyDecimals(left: Decimal, right: Decimal): Decimal {
  return { unscaled: left.unscaled * right.unscaled, scale: left.scale + right.scale };
}

export function negateDecimal({ unscaled, scale }: Decimal): Decimal {
  return { unscaled: -unscaled, scale };
}

export function absDecimal(value: Decimal): Decimal {
  return value.unscaled < 0n ? negateDecimal(value) : value;
}

export function isZero({ unscaled }: Decimal): boolean {
  return unscaled === 0n;
}

/** `value × 10^power`, exactly: a positive power eats decimals first, then appends zeros. */
export function scaleByPowerOfTen({ unscaled, scale }: Decimal, power: number): Decimal {
  const shifted = scale - power;
  return shifted >= 0
    ? { unscaled, scale: shifted }
    : { unscaled: unscaled * 10n ** BigInt(-shifted), scale: 0 };
}

/** Both unscaled values at the greater scale. */
function aligned(left: Decimal, right: Decimal): readonly [bigint, bigint, number] {
  const scale = Math.max(left.scale, right.scale);
  return [raise(left, scale), raise(right, scale), scale];
}

function raise({ unscaled, scale }: Decimal, target: number): bigint {
  return unscaled * 10n ** BigInt(target - scale);
}
