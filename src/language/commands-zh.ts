import { readIntegerZh } from "./integers-zh.js";
import { readNumberZh } from "./numbers-zh.js";
import type { Command } from "./utterance.js";

type PlainCommand = Exclude<Command["name"], "correct" | "undo" | "part" | "batch" | "inspector">;

/** Words that are a command only where nothing else was said. */
const plain: ReadonlyMap<string, PlainCommand> = new Map(
  (
    [
      ["repeat", "重复|重复一遍|再说一遍|再读一遍|再念一遍"],
      ["spell", "逐位|逐位读|逐位说|逐位读出|逐位重复"],
      ["yes", "是|是的|对|对的|正确|确认|确定|没错|好|好的"],
      ["no", "不是|不|否|不要|不是的|错"],
      ["next_part", "下一件|下一个零件|下一个工件"],
      ["status", "状态|查询状态"],
      ["help", "帮助"],
      ["cancel", "取消"],
      ["enrol", "学习我的声音|登记声音|录入声音"],
    ] as const
  ).flatMap(([name, words]) => words.split("|").map((word) => [word, name] as const)),
);

const corrections = /^(?:更正为|更正成|更正|改为|改成|修正为|修正|不对|不是|错了|说错了)/;
const undo = /^(?:撤销|撤消|撤回|删除)(?:上一条|最后一条|这一条|记录)?$/;
const undoNumbered = /^(?:撤销|撤消|撤回|删除)(?:记录)?第?(.+?)(?:条记录|条|号记录|号|个记录)?$/;
const fields: readonly (readonly ["part" | "batch" | "inspector", RegExp])[] = [
  ["part", /^(?:零件号码|零件编号|零件号|零件|工件号)(.+)$/],
  ["batch", /^(?:批次号|批次|批号)(.+)$/],
  ["inspector", /^(?:检验员号|检验员|检验员编号)(.+)$/],
];

/** Reads a whole sentence as a command without a measurement; undefined when it is none. */
export function readCommandZh(text: string): Command | undefined {
  const bare = text.replace(/^请/, "").replace(/(?:一下|吧)$/, "");
  const name = plain.get(bare);
  if (name !== undefined) return { name };
  if (/^(?:不对|更正|错了|说错了|修正|改一下)$/.test(bare)) return { name: "correct" };
  if (undo.test(bare)) return { name: "undo" };
  const numbered = undoNumbered.exec(bare)?.[1];
  if (numbered !== undefined) {
    const recordNumber = recordNumberOf(numbered);
    return recordNumber === undefined ? undefined : { name: "undo", recordNumber };
  }
  for (const [field, pattern] of fields) {
    const argument = codeOf(pattern.exec(bare)?.[1]);
    if (argument !== undefined) return { name: field, argument };
  }
  return undefined;
}

/** Does the sentence open a part, batch or inspector number, or a withdrawal? Then it is no measurement. */
export function opensCommandZh(text: string): boolean {
  return fields.some(([, pattern]) => pattern.test(text)) || undoNumbered.test(text);
}

/** What follows 更正, 不对 and the like; undefined when the sentence does not begin so. */
export function correctedZh(text: string): string | undefined {
  const rest = text.replace(corrections, "");
  return rest === text ? undefined : rest.replace(/^(?:[\s,、。:]|应该|是|为)+/, "");
}

function recordNumberOf(text: string): number | undefined {
  const read = readNumberZh(text)?.reading;
  if (read?.kind !== "clear" || read.value.scale > 0) return undefined;
  const { unscaled } = read.value;
  return unscaled > 0n && unscaled < 1_000_000_000n ? Number(unscaled) : undefined;
}

/** 七七三 → 773, 字母A七 → A7; a number said whole is taken when it is clear. */
function codeOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const spoken = text.replace(/^(?:[\s,:、]|是|为)+/, "").replace(/[\s,、]|字母/g, "");
  const code = spoken.replaceAll("横杠", "-").replaceAll("杠", "-").replaceAll("下划线", "_");
  const written = [...code].map((one) => digits.get(one) ?? one).join("");
  if (/^[A-Za-z0-9_-]{1,32}$/.test(written)) return written.toUpperCase();
  const whole = /^[一二两三四五六七八九十百千万零]+$/.test(code) ? readIntegerZh(code) : undefined;
  return whole?.kind === "clear" ? whole.value.unscaled.toString() : undefined;
}

const digits: ReadonlyMap<string, string> = new Map(
  Array.from("零一二三四五六七八九", (one, at) => [one, String(at)] as const).concat([["幺", "1"]]),
);
