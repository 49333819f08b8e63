import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { decimalToText } from "../../src/language/decimal.js";
import { builtInNames, parse } from "../../src/language/parse.js";
import { packageRoot } from "../../src/runtime/compiled-module.js";

const names = [...builtInNames, { name: "键槽宽", aliases: [] }, { name: "倒角", aliases: ["到角"] }];

function heard(text: string, soundAlikes = true): string {
  const utterance = parse(text, { names, language: "auto", soundAlikes });
  if (utterance.kind !== "ambiguous" && utterance.kind !== "measurement") return utterance.kind;
  const values = utterance.kind === "ambiguous" ? utterance.readings : [utterance.value];
  const reason = utterance.kind === "ambiguous" ? utterance.reason : "clear";
  return [utterance.name, values.map(decimalToText).join("/"), utterance.unit, reason]
    .filter((part) => part !== undefined)
    .join(" ");
}

describe("what a recogniser writes with other characters", () => {
  test.each([
    ["厂度一百二十点五毫米", "长度 120.5 mm sounds_alike"],
    ["长度一百二时点五毫米", "长度 120.5 mm sounds_alike"],
    ["长度一百二十店五毫米", "长度 120.5 mm sounds_alike"],
    ["内径三时二点零五", "内径 32.05 sounds_alike"],
    ["建曹宽五点五毫米", "键槽宽 5.5 mm sounds_alike"],
    ["富三毫米", "-3 mm sounds_alike"],
    // Two names sound so: neither is chosen.
    ["到脚一点五", "none"],
    ["长度五毫米", "长度 5 mm clear"],
    // 十 and 是 are one sound but for the tone.
    ["长度是五毫米", "长度 5/15 mm sounds_alike"],
    ["长度是五十毫米", "长度 50 mm clear"],
    ["外径五是毫米", "外径 50 mm sounds_alike"],
  ])("%s is asked", (text, understood) => {
    expect(heard(text)).toBe(understood);
  });

  test.each(
    "一起 万一 十分 三心二意 星期五 一点也不 麒麟 起舞 我们是一起的 十分满意 今天天气不错 长度不错 宽度有事 试试毫米".split(
      " ",
    ),
  )("%s stays ordinary speech", (text) => {
    expect(heard(text)).toBe("none");
  });

  test("nothing of it happens with a text that comes from no recogniser", () => {
    expect(heard("厂度一百二十点五毫米", false)).toBe("none");
    expect(heard("长度是五毫米", false)).toBe("长度 5 mm clear");
  });

  test("a long text does no harm", () => {
    expect(heard("时".repeat(290))).toBe("none");
    expect(heard(`长度${"一时".repeat(140)}毫米`)).toBe("none");
  });
});

test("the table is what its script makes", { timeout: 60_000 }, () => {
  const script = join(packageRoot(), "scripts", "make-sound-alikes.mjs");
  const made = execFileSync(process.execPath, [script, "--print"], { encoding: "utf8" });
  expect(made).toBe(readFileSync(join(packageRoot(), "src", "language", "sound-alikes.ts"), "utf8"));
});
