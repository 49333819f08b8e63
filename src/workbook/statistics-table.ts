import type { StoredRecord } from "../inspection/record.js";
import { createStatistics, type StatisticsAccumulator } from "../inspection/statistics.js";
import { compareDecimals, type Decimal, decimalToText } from "../language/decimal.js";
import { type Cell, countCell, decimalCell, estimateCell, textCell } from "./report-rows.js";

/** The figures of each characteristic, collected record by record. */
export interface StatisticsTable {
  /** A record that counts, in the order of the ids. */
  add(record: StoredRecord): void;
  /** One row a characteristic, in the order in which they first came. */
  rows(): readonly (readonly Cell[])[];
}

/** Decimals of an index of capability, as quality departments write them. */
const indexDecimals = 2;
/** A mean is worth one more decimal than the values, a deviation two. */
const meanDecimals = 1;
const deviationDecimals = 2;

interface Figures {
  readonly name: string | undefined;
  readonly unit: string | undefined;
  readonly lower: Decimal | undefined;
  readonly upper: Decimal | undefined;
  readonly accumulator: StatisticsAccumulator;
  min: Decimal;
  max: Decimal;
  decimals: number;
}

/** A characteristic is a name with its unit and its limits: values judged by different limits are not mixed. */
export function createStatisticsTable(): StatisticsTable {
  const table = new Map<string, Figures>();
  return {
    add(record) {
      const { name, unit, value, lowerLimit, upperLimit, judgement } = record;
      const key = `${name ?? ""}\n${unit ?? ""}\n${limitKey(lowerLimit)}\n${limitKey(upperLimit)}`;
      let figures = table.get(key);
      if (figures === undefined) {
        figures = {
          name,
          unit,
          lower: lowerLimit,
          upper: upperLimit,
          accumulator: createStatistics(),
          min: value,
          max: value,
          decimals: 0,
        };
        table.set(key, figures);
      }
      figures.accumulator.add(numberOf(value), judgement !== undefined && judgement.kind !== "within");
      if (compareDecimals(value, figures.min) < 0) figures.min = value;
      if (compareDecimals(value, figures.max) > 0) figures.max = value;
      figures.decimals = Math.max(figures.decimals, value.scale);
    },
    rows: () => [...table.values()].map(rowOf),
  };
}

function rowOf({ name, unit, lower, upper, accumulator, min, max, decimals }: Figures): readonly Cell[] {
  const result = accumulator.result({
    ...(lower === undefined ? {} : { lower: numberOf(lower) }),
    ...(upper === undefined ? {} : { upper: numberOf(upper) }),
  });
  return [
    textCell(name),
    textCell(unit),
    decimalCell(lower),
    decimalCell(upper),
    countCell(result?.count),
    estimateCell(result?.mean, decimals + meanDecimals),
    decimalCell(min),
    decimalCell(max),
    estimateCell(result?.deviation, decimals + deviationDecimals),
    estimateCell(result?.cp, indexDecimals),
    estimateCell(result?.cpk, indexDecimals),
    estimateCell(result?.pp, indexDecimals),
    estimateCell(result?.ppk, indexDecimals),
    countCell(result?.outOfTolerance),
  ];
}

function numberOf(value: Decimal): number {
  return Number(decimalToText(value));
}

function limitKey(limit: Decimal | undefined): string {
  return limit === undefined ? "" : `${limit.unscaled}e${limit.scale}`;
}
