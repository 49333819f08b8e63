import fc from "fast-check";
import { expect, test } from "vitest";
import { histogram } from "../../src/inspection/histogram.js";

test("each reading stands in one bin, whose edges are half a step away from it", () => {
  const bins = histogram([1.1, 1.1, 1.2, 1.3], 0.1);
  expect(bins.map(({ count }) => count)).toEqual([2, 1, 1]);
  expect(bins[0]?.from).toBeCloseTo(1.05, 10);
  expect(bins[0]?.to).toBeCloseTo(1.15, 10);
  expect(bins[2]?.to).toBeCloseTo(1.35, 10);
});

test("a wide spread is drawn in a few bins of a whole number of steps", () => {
  const bins = histogram(
    Array.from({ length: 64 }, (_, index) => index / 100),
    0.01,
  );
  expect(bins).toHaveLength(7);
  const widths = bins.map(({ from, to }) => Math.round((to - from) / 0.01));
  expect(new Set(widths)).toEqual(new Set([10]));
});

test("one reading again and again is one bin, and nothing is none", () => {
  expect(histogram([5, 5, 5], 0.001)).toEqual([{ from: 4.9995, to: 5.0005, count: 3 }]);
  expect(histogram([], 1)).toEqual([]);
});

test("no reading is lost, whatever they are, and there are never more than 30 bins", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), { minLength: 1, maxLength: 300 }),
      fc.integer({ min: 0, max: 4 }),
      (units, decimals) => {
        const resolution = 10 ** -decimals;
        const values = units.map((unit) => unit * resolution);
        const bins = histogram(values, resolution);
        expect(bins.length).toBeLessThanOrEqual(30);
        expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
        for (const value of values) {
          expect(bins.some(({ from, to, count }) => count > 0 && value > from && value < to)).toBe(true);
        }
      },
    ),
  );
});
