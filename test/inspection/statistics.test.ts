import { expect, test } from "vitest";
import { controlLimits, createStatistics } from "../../src/inspection/statistics.js";

function statisticsOf(
  values: readonly number[],
  limits: { readonly lower?: number; readonly upper?: number },
) {
  const collected = createStatistics();
  for (const value of values) collected.add(value, false);
  return collected.result(limits);
}

test("the flow rate of the NIST/SEMATECH e-Handbook (6.3.2.2): its control limits are six short-term sigmas apart", () => {
  const flow = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1];
  const result = statisticsOf(flow, { lower: 45.8159, upper: 55.8041 });
  expect(result?.mean).toBeCloseTo(50.81, 10);
  expect(result?.cp).toBeCloseTo(1, 3);
  expect(result?.cpk).toBeCloseTo(1, 3);
  const limits = result === undefined ? undefined : controlLimits(result);
  expect(limits?.upper).toBeCloseTo(55.8041, 3);
  expect(limits?.lower).toBeCloseTo(45.8159, 3);
  expect(limits?.rangeCentre).toBeCloseTo(1.8778, 4);
  expect(limits?.rangeUpper).toBeCloseTo(6.1347, 3);
});

test("a single value has no moving range and so no control limits", () => {
  const result = statisticsOf([5], {});
  expect(result === undefined ? "nothing" : controlLimits(result)).toBeUndefined();
});

test("the capability example of the same handbook (6.1.6): limits 8 and 20, mean 16, deviation 2", () => {
  const result = statisticsOf([14, 16, 18], { lower: 8, upper: 20 });
  expect(result?.deviation).toBeCloseTo(2, 12);
  expect(result?.pp).toBeCloseTo(1, 12);
  expect(result?.ppk).toBeCloseTo(0.6667, 4);
});

test("a limit on one side gives no Cp, and no spread gives no index at all", () => {
  const oneSided = statisticsOf([14, 16, 18], { upper: 20 });
  expect(oneSided).not.toHaveProperty("pp");
  expect(oneSided?.ppk).toBeCloseTo(0.6667, 4);
  const still = statisticsOf([5, 5, 5], { lower: 4, upper: 6 });
  expect(still?.deviation).toBe(0);
  for (const index of ["cp", "cpk", "pp", "ppk"]) expect(still).not.toHaveProperty(index);
});

test("a billion beside the values does not spoil the deviation", () => {
  const shifted = [1_000_000_014, 1_000_000_016, 1_000_000_018];
  expect(statisticsOf(shifted, {})?.deviation).toBeCloseTo(2, 9);
});
