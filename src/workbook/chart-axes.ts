import type { ControlLimits } from "../inspection/statistics.js";
import { type Characteristic, numberOf } from "./characteristics.js";

/** What a picture is drawn of. */
export interface Plot {
  readonly characteristic: Characteristic;
  readonly limits: ControlLimits;
  readonly shown: readonly number[];
  /** Number of the first value shown, counted from 1. */
  readonly first: number;
}

/** The face of the texts. They are Latin only, since a Pi need not have a Chinese font: names stand beside the picture. */
export const chartFont = "DejaVu Sans";

/** Of all axes. */
const quiet = {
  // The ends of an axis are where the range ends, no round number.
  axisLabel: {
    fontFamily: chartFont,
    fontSize: 10,
    hideOverlap: true,
    showMinLabel: false,
    showMaxLabel: false,
  },
  splitLine: { lineStyle: { color: "#ececec" } },
};

/** Of an axis that counts. */
export const fromZero = {
  ...quiet,
  axisLabel: { ...quiet.axisLabel, showMinLabel: true, showMaxLabel: true },
};

/** The limits of a tolerance as numbers. */
export function tolerance({ lower, upper, nominal }: Characteristic) {
  const number = (value: Characteristic["lower"]) => (value === undefined ? undefined : numberOf(value));
  return { lower: number(lower), upper: number(upper), nominal: number(nominal) };
}

/** An axis of values, from the lowest to the highest of values, limits and tolerance, with a little room. */
export function valueAxis({ characteristic, limits }: Plot) {
  const { lower, upper } = tolerance(characteristic);
  const marks = [numberOf(characteristic.min), numberOf(characteristic.max), limits.lower, limits.upper];
  if (lower !== undefined) marks.push(lower);
  if (upper !== undefined) marks.push(upper);
  const [min, max] = [Math.min(...marks), Math.max(...marks)];
  const room = (max - min) * 0.06 || 10 ** -characteristic.decimals;
  // Rounded, so that the first and last labels of the axis have no long tails.
  const places = Math.min(15, characteristic.decimals + 1);
  return {
    ...quiet,
    axisLabel: { ...quiet.axisLabel, formatter: digits(characteristic) },
    type: "value" as const,
    scale: true,
    min: Number((min - room).toFixed(places)),
    max: Number((max + room).toFixed(places)),
  };
}

/** An axis of moving ranges: from zero to the highest of them and their limit. */
export function rangeAxis({ characteristic, limits, shown }: Plot) {
  const ranges = rangesOf(shown);
  const max = Math.max(limits.rangeUpper, ...ranges) * 1.06 || 10 ** -characteristic.decimals;
  return {
    ...quiet,
    type: "value" as const,
    min: 0,
    max,
    axisLabel: { ...quiet.axisLabel, showMinLabel: true, formatter: digits(characteristic) },
  };
}

/** The distances of neighbours. */
export function rangesOf(values: readonly number[]): readonly number[] {
  return values.slice(1).map((value, index) => Math.abs(value - (values[index] ?? value)));
}

/** The axis on which values are numbered. */
export function numberAxis({ shown, first }: Plot, gridIndex: number) {
  return {
    type: "value" as const,
    gridIndex,
    min: first - 1,
    max: first + shown.length,
    minInterval: 1,
    ...quiet,
    splitLine: { show: false },
  };
}

/** Values on an axis have the decimals of the readings, unless its steps are finer. */
function digits({ decimals }: Characteristic): (value: number) => string {
  return (value) => {
    const text = value.toFixed(decimals);
    const isWhole = Math.abs(Number(text) - value) < 10 ** -(decimals + 3);
    return isWhole ? text : String(Number(value.toPrecision(12)));
  };
}
