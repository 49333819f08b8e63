import { expect, test } from "vitest";
import { judgeClip } from "../../src/accuracy/verdict.js";
import type { Words } from "../../src/controller/weigh.js";

const sure = (text: string): Words => ({ text, confidence: 0.9, band: "sure" });
const unsure = (text: string): Words => ({ text, confidence: 0.5, band: "unsure" });
const poor = (text: string): Words => ({ text, confidence: 0.1, band: "poor" });

test.each([
  ["the very words", "长度五点五毫米", sure("长度五点五毫米"), "stored_right"],
  ["other words of the same meaning", "幺二点零", sure("一二点零"), "stored_right"],
  ["another number", "长度五点五毫米", sure("长度五点九毫米"), "stored_wrong"],
  ["a decimal more", "十二点五", sure("十二点五零"), "stored_wrong"],
  ["another name", "内径五点五毫米", sure("外径五点五毫米"), "stored_wrong"],
  ["without its name", "内径五点五毫米", sure("五点五毫米"), "stored_wrong"],
  ["without its unit", "五点五毫米", sure("五点五"), "stored_wrong"],
  ["what must be asked, stored as one of its readings", "二百五", sure("二百五十"), "stored_wrong"],
  ["what must be asked, asked", "二百五", sure("二百五"), "asked_right"],
  ["unsure, and right", "五点五", unsure("五点五"), "asked_right"],
  ["unsure, and wrong", "五点五", unsure("五点九"), "asked_wrong"],
  ["poor", "五点五", poor("五点五"), "missed"],
  ["nothing heard", "五点五", sure(""), "missed"],
  ["words that mean nothing", "五点五", sure("毫米"), "missed"],
  ["a value where a command was said", "重复", sure("五"), "stored_wrong"],
  ["a command", "重复", unsure("重复"), "obeyed_right"],
  ["another command", "重复", sure("帮助"), "obeyed_wrong"],
  ["the status", "状态", sure("状态"), "obeyed_right"],
  ["a withdrawal", "撤销", sure("撤销"), "stored_right"],
  ["a withdrawal of another record", "撤销第四条", sure("撤销第十条"), "stored_wrong"],
  ["an unsure withdrawal", "撤销", unsure("撤销"), "asked_right"],
  ["a correction", "更正一百二十一", sure("更正一百二十一"), "stored_right"],
  ["a correction by another value", "更正一百二十一", sure("更正一百二十七"), "stored_wrong"],
  ["a measurement where a correction was said", "更正长度五毫米", sure("长度五毫米"), "stored_wrong"],
  ["a part", "零件号七七三", sure("零件号七七三"), "stored_right"],
  ["another part", "零件号七七三", sure("零件号七三"), "stored_wrong"],
  ["the next part", "下一件", sure("下一件"), "stored_right"],
  ["nothing said, nothing heard", "", sure(""), "refused"],
  ["nothing said, no value heard", "", unsure("毫米"), "refused"],
  ["nothing said, a value stored", "", sure("五"), "stored_wrong"],
  ["nothing said, a value asked", "", unsure("五"), "asked_wrong"],
  ["nothing said, a command obeyed", "", unsure("帮助"), "obeyed_wrong"],
  ["words without a meaning", "毫米长度", sure("毫米长度"), "refused"],
])("%s", (_name, said, words, verdict) => {
  expect(judgeClip(said, words).verdict).toBe(verdict);
});

test("what would have been stored is judged at any confidence, what is no value never", () => {
  expect(judgeClip("五点五", poor("五点五")).understoodRight).toBe(true);
  expect(judgeClip("五点五", poor("五点九")).understoodRight).toBe(false);
  expect(judgeClip("", poor("五点九")).understoodRight).toBe(false);
  expect(judgeClip("五点五", poor("毫米")).understoodRight).toBeUndefined();
  expect(judgeClip("五点五", sure("五□")).understoodRight).toBeUndefined();
});
