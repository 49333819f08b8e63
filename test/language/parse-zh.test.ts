import { describe, expect, test } from "vitest";
import { parse } from "../../src/language/parse.js";
import { utteranceToJson } from "../../src/language/to-json.js";

type Example = readonly [text: string, value: string, unit?: string | undefined, name?: string];

const measurements: readonly Example[] = [
  ["长度一百二十点五毫米", "120.5", "mm", "长度"],
  ["内径三十二点零五", "32.05", undefined, "内径"],
  ["负零点零三", "-0.03"],
  ["五五点五五", "55.55"],
  ["一百零二", "102"],
  ["一百二十", "120"],
  ["一千零五十", "1050"],
  ["一千零五", "1005"],
  ["一万零五百", "10500"],
  ["十二丝", "12", "丝"],
  ["百分之三点五", "3.5", "%"],
  ["二十度", "20", "°"],
  ["温度二十度", "20", "°C", "温度"],
  ["零下五度", "-5", "°C"],
  ["两百", "200"],
  ["两点五", "2.5"],
  ["两毫米", "2", "mm"],
  ["十五", "15"],
  ["幺二零", "120"],
  ["二〇五", "205"],
  ["十二点五零", "12.50"],
  ["五千克", "5", "kg"],
  ["五千牛", "5", "kN"],
  ["直径是二十五毫米", "25", "mm", "直径"],
  ["120.5毫米", "120.5", "mm"],
  ["１２０", "120"],
  ["1百2十", "120"],
  ["百分之5", "5", "%"],
];

describe("clear measurements", () => {
  for (const [text, value, unit, name] of measurements) {
    test(text, () => {
      const expected = { text, kind: "measurement", value, ...(unit && { unit }), ...(name && { name }) };
      expect(utteranceToJson(parse(text))).toEqual(expected);
    });
  }
});

const doubts: readonly (readonly [text: string, reason: string, readings: readonly string[]])[] = [
  ["二百五", "elided_unit", ["250", "205"]],
  ["一百二", "elided_unit", ["120", "102"]],
  ["一千五", "elided_unit", ["1500", "1005"]],
  ["三万二", "elided_unit", ["32000", "30002"]],
  ["两三个", "range", ["2", "3"]],
  ["一百点", "incomplete_number", []],
  ["百二十", "malformed_number", ["120"]],
  ["一米半", "fraction", ["1.5"]],
];

describe("what can be read in two ways is asked", () => {
  test.each(doubts)("%s", (text, reason, readings) => {
    expect(utteranceToJson(parse(text))).toMatchObject({ kind: "ambiguous", reason, readings });
  });
  test.each(["七八毫米", "十几", "一百多", "一十百", "十二毫米厘米", "长度宽度十二", "五毫米六毫米"])(
    "%s is not stored",
    (text) => {
      expect(parse(text).kind).not.toBe("measurement");
    },
  );
});

test.each([
  "一起",
  "万一",
  "十分",
  "三心二意",
  "星期五",
  "一点也不",
  "麒麟",
  "起舞",
  "长度",
  "今天天气不错",
  "□五",
  "一百□二十",
])("ordinary speech is never a number: %s", (text) => {
  expect(parse(text).kind).toBe("none");
});

const commands: readonly (readonly [text: string, json: object])[] = [
  ["更正一百二十一", { command: "correct", value: "121" }],
  ["不对，一百二十一", { command: "correct", value: "121" }],
  ["不对", { command: "correct" }],
  ["撤销", { command: "undo" }],
  ["撤销第四十一条", { command: "undo", argument: "41" }],
  ["重复", { command: "repeat" }],
  ["逐位", { command: "spell" }],
  ["是", { command: "yes" }],
  ["不是", { command: "no" }],
  ["零件号七七三", { command: "part", argument: "773" }],
  ["批次二零二六一一二四", { command: "batch", argument: "20261124" }],
  ["检验员零八", { command: "inspector", argument: "08" }],
  ["状态", { command: "status" }],
  ["帮助", { command: "help" }],
  ["取消", { command: "cancel" }],
];

describe("commands", () => {
  test.each(commands)("%s", (text, json) => {
    expect(utteranceToJson(parse(text))).toMatchObject({ kind: "command", ...json });
  });
});
