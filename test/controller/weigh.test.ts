import { describe, expect, test } from "vitest";
import { type LikelySentence, type WeighingThresholds, weigh } from "../../src/controller/weigh.js";

const thresholds: WeighingThresholds = {
  sure: 0.75,
  unsure: 0.2,
  framed: 0.55,
  alike: { words: ["四", "丝"], sure: 0.82 },
};

function weighed(shares: Readonly<Record<string, number>>, others: Partial<WeighingThresholds> = {}) {
  const sentences = Object.entries(shares).map(([text, share]): LikelySentence => ({ text, share }));
  const spoken = { text: "", confidence: 0, band: "poor", sentences } as const;
  return weigh(spoken, { ...thresholds, ...others }, { context: {} });
}

describe("what is stored", () => {
  test.each([
    ["one sentence, heard well", { 长度五毫米: 0.9 }, "长度五毫米", "sure"],
    [
      "two ways to say one value strengthen each other",
      { 长度二百毫米: 0.3, 长度两百毫米: 0.3 },
      "长度二百毫米",
      "sure",
    ],
    ["two values weaken each other", { 长度五毫米: 0.5, 长度九毫米: 0.4 }, "长度五毫米", "unsure"],
    ["12.50 is not 12.5", { 长度十二点五毫米: 0.5, 长度十二点五零毫米: 0.4 }, "长度十二点五毫米", "unsure"],
    ["another name is another value", { 厚度五十九: 0.5, 高度五十九: 0.4 }, "厚度五十九", "unsure"],
    [
      "words outside the vocabulary are no sentence",
      { 长度五毫米: 0.54, "长度五毫米□": 0.46 },
      "长度五毫米",
      "unsure",
    ],
    ["a bare number must be heard better", { 五点一: 0.74 }, "五点一", "unsure"],
    ["and then is sure", { 五点一: 0.76 }, "五点一", "sure"],
    ["so must a yes", { 对: 0.74, 二: 0.2 }, "对", "unsure"],
    ["a command of two syllables need not", { 撤销: 0.6 }, "撤销", "sure"],
    ["a unit is a second witness", { 五点一毫米: 0.6 }, "五点一毫米", "sure"],
    [
      "a last digit that may be a unit must be heard best",
      { 压力五点四: 0.8, 压力五丝: 0.1 },
      "压力五点四",
      "unsure",
    ],
    ["a last unit that may be a digit, too", { 五点一丝: 0.8 }, "五点一丝", "unsure"],
    ["in the middle it may stand", { 长度四点一毫米: 0.6 }, "长度四点一毫米", "sure"],
    [
      "长度是五 may be 长度十五, and is no witness for 5",
      { 长度五毫米: 0.5, 长度是五毫米: 0.3 },
      "长度五毫米",
      "unsure",
    ],
  ] as const)("%s", (_name, shares, text, band) => {
    expect(weighed(shares)).toMatchObject({ text, band });
  });
});

describe("what is asked to be said again", () => {
  test.each([
    ["silence", { "": 0.9, 一: 0.1 }, ""],
    ["other talk", { "□□": 0.7, "□五": 0.2 }, "□□"],
    ["hardly heard", { "□": 0.5, 长度五毫米: 0.19 }, "□"],
    ["three values, none as likely as the others", { 五: 0.3, 九: 0.25, 四: 0.25 }, "五"],
  ] as const)("%s", (_name, shares, text) => {
    const { confidence, ...words } = weighed(shares);
    expect(words).toEqual({ text, band: "poor" });
    expect(confidence).toBeLessThan(0.91);
  });
});

test("the confidence is the share of the meaning", () => {
  expect(weighed({ 长度二百毫米: 0.4, 长度两百毫米: 0.2 }).confidence).toBeCloseTo(0.6, 9);
});

test("what else it may have been is told, the likelier first, at most two", () => {
  const { others } = weighed({ 五: 0.4, 九: 0.1, 四: 0.11, 二: 0.05, 一: 0.07 });
  expect(others).toEqual(["四", "九"]);
  expect(weighed({ 五: 0.9, 九: 0.05 }).others).toBeUndefined();
});

test("who names a confidence names it for every sentence", () => {
  expect(
    weigh(
      { text: "", confidence: 0, band: "poor", sentences: [{ text: "长度五毫米", share: 0.6 }] },
      { sure: 0.9, unsure: 0.2 },
      { context: {} },
    ).band,
  ).toBe("unsure");
});

test("a voice that was learnt from a few sentences must be heard better", () => {
  const learnt = {
    ...thresholds,
    learnt: { sure: 0.9, unsure: 0.4, framed: 0.7, alike: { words: ["四"], sure: 0.95 } },
  };
  const bandOf = (text: string, share: number, isVoiceLearnt: boolean): string =>
    weigh({ text: "", confidence: 0, band: "poor", sentences: [{ text, share }], isVoiceLearnt }, learnt, {
      context: {},
    }).band;
  expect(bandOf("长度五毫米", 0.6, false)).toBe("sure");
  expect(bandOf("长度五毫米", 0.6, true)).toBe("unsure");
  expect(bandOf("长度五毫米", 0.71, true)).toBe("sure");
  expect(bandOf("五", 0.89, true)).toBe("unsure");
  expect(bandOf("四", 0.94, true)).toBe("unsure");
  expect(bandOf("长度五毫米", 0.3, false)).toBe("unsure");
  expect(bandOf("长度五毫米", 0.3, true)).toBe("poor");
});

test("without sentences the recogniser's own judgement stands", () => {
  const spoken = { text: "长度五", confidence: 0.4, band: "unsure" } as const;
  expect(weigh(spoken, thresholds, { context: {} })).toEqual(spoken);
});

test("a name of the plan is a name", () => {
  const plan = {
    version: 1,
    source: "plan.csv",
    characteristics: [{ number: 1, name: "总长", aliases: ["全长"], unit: "mm" }],
  } as const;
  const sentences = [{ text: "全长五", share: 0.6 }];
  const spoken = { text: "", confidence: 0, band: "poor", sentences } as const;
  expect(weigh(spoken, thresholds, { context: {}, plan }).band).toBe("sure");
  expect(weigh(spoken, thresholds, { context: {} }).band).toBe("poor");
});
