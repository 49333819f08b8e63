import type { StoredRecord } from "../inspection/record.js";
import { createStatistics, type Statistics, type StatisticsAccumulator } from "../inspection/statistics.js";
import { compareDecimals, type Decimal, decimalToText } from "../language/decimal.js";

/** What was measured under one name: values judged by different limits or in different units are not mixed. */
export interface Characteristic {
  readonly name: string | undefined;
  readonly unit: string | undefined;
  /** Number in the plan. */
  readonly number: number | undefined;
  readonly nominal: Decimal | undefined;
  readonly lower: Decimal | undefined;
  readonly upper: Decimal | undefined;
  readonly min: Decimal;
  readonly max: Decimal;
  /** Most decimals that a value was spoken with. */
  readonly decimals: number;
  readonly statistics: Statistics | undefined;
  /** The newest values, oldest first; never more than `keptValues`. */
  readonly newest: readonly number[];
}

/** All characteristics of a report, collected record by record. */
export interface Characteristics {
  /** A record that counts, in the order of the ids. */
  add(record: StoredRecord): void;
  /** In the order in which they first came. */
  all(): readonly Characteristic[];
  /** Place in `all()`, or -1. */
  indexOf(record: StoredRecord): number;
}

/** Values of one characteristic that are kept for its pictures: 16 kB. The figures are of all values. */
export const keptValues = 2_000;

interface Collected extends Omit<Characteristic, "statistics" | "newest"> {
  readonly accumulator: StatisticsAccumulator;
  readonly values: number[];
  min: Decimal;
  max: Decimal;
  decimals: number;
  count: number;
}

/** Without any record yet. */
export function createCharacteristics(): Characteristics {
  const collected = new Map<string, Collected>();
  const places = new Map<string, number>();
  return {
    add(record) {
      const key = keyOf(record);
      let into = collected.get(key);
      if (into === undefined) {
        into = begin(record);
        places.set(key, collected.size);
        collected.set(key, into);
      }
      const { value, judgement } = record;
      const number = numberOf(value);
      into.accumulator.add(number, judgement !== undefined && judgement.kind !== "within");
      into.values[into.count % keptValues] = number;
      into.count += 1;
      if (compareDecimals(value, into.min) < 0) into.min = value;
      if (compareDecimals(value, into.max) > 0) into.max = value;
      into.decimals = Math.max(into.decimals, value.scale);
    },
    all: () => [...collected.values()].map(finished),
    indexOf: (record) => places.get(keyOf(record)) ?? -1,
  };
}

/** A decimal for figures and pictures, which are estimates. */
export function numberOf(value: Decimal): number {
  return Number(decimalToText(value));
}

function keyOf({ name, unit, lowerLimit, upperLimit }: StoredRecord): string {
  return `${name ?? ""}\n${unit ?? ""}\n${limitKey(lowerLimit)}\n${limitKey(upperLimit)}`;
}

function limitKey(limit: Decimal | undefined): string {
  return limit === undefined ? "" : `${limit.unscaled}e${limit.scale}`;
}

function begin(record: StoredRecord): Collected {
  return {
    name: record.name,
    unit: record.unit,
    number: record.characteristicNumber,
    nominal: record.nominal,
    lower: record.lowerLimit,
    upper: record.upperLimit,
    accumulator: createStatistics(),
    values: [],
    min: record.value,
    max: record.value,
    decimals: 0,
    count: 0,
  };
}

function finished({ accumulator, values, count, ...rest }: Collected): Characteristic {
  const { lower, upper } = rest;
  const oldest = count > keptValues ? count % keptValues : 0;
  return {
    ...rest,
    statistics: accumulator.result({
      ...(lower === undefined ? {} : { lower: numberOf(lower) }),
      ...(upper === undefined ? {} : { upper: numberOf(upper) }),
    }),
    newest: [...values.slice(oldest), ...values.slice(0, oldest)],
  };
}
