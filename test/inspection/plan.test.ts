import { describe, expect, test } from "vitest";
import { farFromNominal } from "../../src/inspection/far-from-nominal.js";
import { judge, toPlanUnit } from "../../src/inspection/judge.js";
import { readPlanRows } from "../../src/inspection/plan-rows.js";
import { nextInOrder } from "../../src/inspection/running-order.js";
import { createStatistics } from "../../src/inspection/statistics.js";
import { type Decimal, decimalFromText, decimalToText } from "../../src/language/decimal.js";

function decimal(text: string): Decimal {
  const value = decimalFromText(text);
  if (value === undefined) throw new Error(text);
  return value;
}

const length = {
  number: 1,
  name: "长度",
  aliases: [],
  nominal: decimal("120"),
  lowerLimit: decimal("119.8"),
  upperLimit: decimal("120.5"),
  unit: "mm",
} as const;

describe("judging", () => {
  test.each([
    ["120.5", { kind: "within" }],
    ["119.8", { kind: "within" }],
    ["120.51", { kind: "above", by: "0.01" }],
    ["119.79", { kind: "below", by: "0.01" }],
  ])("%s", (value, expected) => {
    const verdict = judge(decimal(value), length);
    const by = verdict !== undefined && "by" in verdict ? { by: decimalToText(verdict.by) } : {};
    expect({ ...verdict, ...by }).toEqual(expected);
  });

  test("another unit is converted exactly, another quantity is not", () => {
    expect(toPlanUnit(decimal("12.05"), "cm", length)).toEqual({
      ok: true,
      value: { value: decimal("120.5"), unit: "mm", said: { value: decimal("12.05"), unit: "cm" } },
    });
    expect(toPlanUnit(decimal("12"), "N", length).ok).toBe(false);
  });

  test("more than ten bands from nominal is far", () => {
    expect(farFromNominal(decimal("127"), length)).toBe(false);
    expect(farFromNominal(decimal("127.01"), length)).toBe(true);
    expect(farFromNominal(decimal("1205"), length)).toBe(true);
  });
});

test("the running order goes on behind the last one and ends with the piece", () => {
  const plan = {
    version: 1,
    source: "",
    characteristics: [1, 2, 3].map((number) => ({ number, name: `N${number}`, aliases: [] })),
  };
  expect(nextInOrder(plan, [])?.number).toBe(1);
  expect(nextInOrder(plan, [1])?.number).toBe(2);
  expect(nextInOrder(plan, [3])?.number).toBe(1);
  expect(nextInOrder(plan, [1, 3])?.number).toBe(2);
  expect(nextInOrder(plan, [1, 2, 3])).toBeUndefined();
});

describe("plan rows", () => {
  const head = ["序号", "名称", "别名", "标称", "上偏差", "下偏差", "单位"];

  test("deviations become limits, full-width digits are read", () => {
    const read = readPlanRows([head, ["1", "长度", "总长、全长", "１２０", "+0.5", "-0.2", "mm"]]);
    expect(read).toEqual({ ok: true, characteristics: [{ ...length, aliases: ["总长", "全长"] }] });
  });

  test("every problem is named with its cell", () => {
    const read = readPlanRows([
      head,
      ["1", "长度", "", "12,5", "", "", "mm"],
      ["x", "", "", "1", "", "", "furlong"],
      ["3", "宽度", "", "1", "-1", "1", "mm"],
      ["4", "高度", "", "1", "", "", ""],
      ["4", "高度", "", "1", "", "", ""],
    ]);
    expect(read.ok ? [] : read.problems.map(({ cell }) => cell)).toEqual([
      "D2",
      "A3",
      "B3",
      "G3",
      "F4",
      "A6",
      "B6",
    ]);
  });

  test("a sheet without headings is refused", () => {
    expect(readPlanRows([["1", "长度"]])).toMatchObject({ ok: false });
  });
});

test("statistics of a series whose figures are known by hand", () => {
  const statistics = createStatistics();
  for (const value of [2, 4, 4, 4, 5, 5, 7, 9]) statistics.add(value, value > 8);
  const result = statistics.result({ lower: 0, upper: 10 });
  expect(result).toMatchObject({ count: 8, mean: 5, min: 2, max: 9, outOfTolerance: 1 });
  expect(result?.deviation).toBeCloseTo(Math.sqrt(32 / 7), 12);
  expect(result?.pp).toBeCloseTo(10 / (6 * Math.sqrt(32 / 7)), 12);
  expect(result?.ppk).toBeCloseTo(5 / (3 * Math.sqrt(32 / 7)), 12);
  // Moving ranges 2 0 0 1 0 2 2, their mean 1, sigma 1 / 1.128.
  expect(result?.cp).toBeCloseTo((10 / 6) * 1.128, 12);
  expect(result?.cpk).toBeCloseTo((5 / 3) * 1.128, 12);
});
