/** Figures of one characteristic. Floats are at home here: these are estimates, not measurements. */
export interface Statistics {
  readonly count: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  /** Sample standard deviation (n − 1); undefined for fewer than two values. */
  readonly deviation?: number;
  /** Mean of the distances between neighbours, `MR̄`; undefined for fewer than two values. */
  readonly movingRange?: number;
  /** Capability by the short-term sigma of the mean moving range, `MR̄ / d2`, d2 = 1.128 for ranges of two. */
  readonly cp?: number;
  readonly cpk?: number;
  /** Performance by the overall standard deviation. */
  readonly pp?: number;
  readonly ppk?: number;
  readonly outOfTolerance: number;
}

export interface StatisticsAccumulator {
  /** Values in the order of their measurement. */
  add(value: number, outOfTolerance: boolean): void;
  result(limits: { readonly lower?: number; readonly upper?: number }): Statistics | undefined;
}

/** Limits of a chart of single values and of the chart of their moving ranges, whose lower limit is zero. */
export interface ControlLimits {
  readonly lower: number;
  readonly centre: number;
  readonly upper: number;
  readonly rangeCentre: number;
  readonly rangeUpper: number;
}

/** Mean of the range of two normal values in units of sigma (NIST/SEMATECH e-Handbook 6.3.2.2, table of d2). */
const d2 = 1.128;
/** Upper limit of a range of two in units of the mean range (the same, table of D4). */
const d4 = 3.267;

/** `x̄ ± 3 MR̄ / d2` and `D4 MR̄`; undefined for fewer than two values (NIST/SEMATECH e-Handbook 6.3.2.2). */
export function controlLimits({ mean, movingRange }: Statistics): ControlLimits | undefined {
  if (movingRange === undefined) return undefined;
  const distance = (3 * movingRange) / d2;
  return {
    lower: mean - distance,
    centre: mean,
    upper: mean + distance,
    rangeCentre: movingRange,
    rangeUpper: d4 * movingRange,
  };
}

/**
 * Collects values one by one in constant memory. Mean and variance by Welford's recurrence (Knuth, TAOCP 2, 4.2.2);
 * Cp = (USL − LSL) / 6σ, Cpk = min(USL − x̄, x̄ − LSL) / 3σ (NIST/SEMATECH e-Handbook 6.1.6), Pp and Ppk the same
 * with the overall s.
 */
export function createStatistics(): StatisticsAccumulator {
  let count = 0;
  let mean = 0;
  let squares = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let outOfTolerance = 0;
  let rangeSum = 0;
  let previous: number | undefined;

  return {
    add(value, isOut) {
      count += 1;
      const step = value - mean;
      mean += step / count;
      squares += step * (value - mean);
      min = Math.min(min, value);
      max = Math.max(max, value);
      if (isOut) outOfTolerance += 1;
      if (previous !== undefined) rangeSum += Math.abs(value - previous);
      previous = value;
    },
    result(limits) {
      if (count === 0) return undefined;
      const figures = { count, mean, min, max, outOfTolerance };
      if (count < 2) return figures;
      const deviation = Math.sqrt(squares / (count - 1));
      const movingRange = rangeSum / (count - 1);
      const shortTerm = movingRange / d2;
      const [cp, cpk] = capability(mean, shortTerm, limits);
      const [pp, ppk] = capability(mean, deviation, limits);
      return { ...figures, deviation, movingRange, ...defined({ cp, cpk, pp, ppk }) };
    },
  };
}

function capability(
  mean: number,
  sigma: number,
  { lower, upper }: { readonly lower?: number; readonly upper?: number },
): readonly [number | undefined, number | undefined] {
  if (sigma === 0) return [undefined, undefined];
  const spread = lower === undefined || upper === undefined ? undefined : (upper - lower) / (6 * sigma);
  const sides = [
    ...(upper === undefined ? [] : [(upper - mean) / (3 * sigma)]),
    ...(lower === undefined ? [] : [(mean - lower) / (3 * sigma)]),
  ];
  return [spread, sides.length === 0 ? undefined : Math.min(...sides)];
}

type Indices = Pick<Statistics, "cp" | "cpk" | "pp" | "ppk">;

/** Leaves out what could not be computed. */
function defined(indices: { readonly [Key in keyof Indices]-?: number | undefined }): Indices {
  const { cp, cpk, pp, ppk } = indices;
  return {
    ...(cp === undefined ? {} : { cp }),
    ...(cpk === undefined ? {} : { cpk }),
    ...(pp === undefined ? {} : { pp }),
    ...(ppk === undefined ? {} : { ppk }),
  };
}
