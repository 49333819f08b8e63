import { describe, expect, test } from "vitest";
import { decimalToText } from "../../src/language/decimal.js";
import { temporaryStore } from "../doubles/temporary-store.js";
import { createRing, type FaultPlan, misdeeds, type Ring } from "./ring.js";

const sentences = [
  "长度一百二十点五毫米",
  "更正一百二十一毫米",
  "负零点零三毫米",
  "撤销",
  "状态",
  "检验员零八",
  "学习我的声音",
];

/** A short shift with a stick in it. */
async function work(ring: Ring): Promise<void> {
  await ring.untilReady(60_000);
  for (const sentence of sentences) await ring.say(sentence);
  await ring.plugStick();
}

/** What a fault leaves must be a device that is ready within a minute and stores what is said to it. */
async function survives(plan: FaultPlan): Promise<string | undefined> {
  const ring = await createRing(temporaryStore(), [plan]);
  await work(ring);
  // The first call is the recogniser's start, which promises not to throw: that it does is a bug, and ends the process.
  if (ring.died()) return plan.misdeed === "throws" && plan.nth === 1 ? undefined : "it dies at the start";
  ring.repair();
  await ring.pass(60_000);
  const isReady = await ring.untilReady(0);
  // A fault is heard once more at most; after it the device works.
  if (ring.appliance.state().faults.length > 0) await ring.say("状态");
  const before = ring.store.countRecords();
  const heardBefore = ring.heard.length;
  await ring.say("高度十二点五毫米");
  const last = ring.store.latestValid();
  const state = ring.appliance.state();
  await ring.stop();
  if (!isReady) return `it sticks in ${state.talk.kind}`;
  if (ring.broken() !== undefined) return ring.broken();
  const isStored =
    ring.store.countRecords() === before + 1 && last !== undefined && decimalToText(last.value) === "12.5";
  if (!isStored) return `it does not store any more (${state.faults.join(", ")})`;
  const confirmed = ring.heard.slice(heardBefore).some((text) => text.includes("高度，十二点五毫米"));
  return confirmed ? undefined : "it stores without a confirmation";
}

test("without a fault the shift is as the dialogue says, and nothing is left afterwards", async () => {
  const ring = await createRing(temporaryStore());
  await work(ring);
  await ring.stop();
  expect(ring.broken()).toBeUndefined();
  expect(ring.heard).toEqual([
    "声测就绪",
    "长度，一百二十点五毫米",
    "已更正，长度，一百二十一毫米",
    "负零点零三毫米",
    "已撤销，负零点零三毫米",
    expect.stringContaining("今天三条") as string,
    expect.stringMatching(/^检验员，零.?八$/) as string,
    expect.stringContaining("请跟我读") as string,
    "外径四十九点九八毫米",
    expect.stringContaining("正在学习声音") as string,
    "正在写入，请勿拔出",
    expect.stringContaining("一句里原来听懂零句，现在听懂一句") as string,
    "三条记录，可以拔出",
  ]);
  expect([...ring.store.records()].map(({ value, status }) => [decimalToText(value), status])).toEqual([
    ["120.5", "superseded"],
    ["121", "valid"],
    ["-0.03", "withdrawn"],
  ]);
});

test("a sentence of which the sound card lost samples is asked again, however well the rest was understood", async () => {
  const ring = await createRing(temporaryStore());
  await ring.untilReady(60_000);
  const before = ring.heard.length;
  ring.loseSamples();
  await ring.say("长度一百二十点五毫米");
  expect(ring.heard.slice(before)).toEqual(["没听清，声音中断了，请再说一遍"]);
  expect(ring.store.countRecords()).toBe(0);
  await ring.say("长度一百二十点五毫米");
  expect(ring.heard.at(-1)).toBe("长度，一百二十点五毫米");
  // The answer to a question, and a sentence that is read, count no more than a value.
  ring.loseSamples();
  await ring.say("撤销");
  expect(ring.store.latestValid()).toBeDefined();
  await ring.stop();
});

test("a weak supply and heat are said when they begin and when they are over, and measuring goes on", async () => {
  const ring = await createRing(temporaryStore());
  await ring.untilReady(60_000);
  Object.assign(ring.board, { undervoltage: true, overheating: true });
  await ring.pass(60_000);
  expect(ring.heard.slice(1)).toEqual(["供电不足，请换电源", "温度过高"]);
  await ring.say("长度一百二十点五毫米");
  expect(ring.heard.at(-1)).toBe("长度，一百二十点五毫米");
  Object.assign(ring.board, { undervoltage: false, overheating: false });
  await ring.pass(60_000);
  expect(ring.appliance.state().faults).toEqual([]);
  await ring.stop();
  expect(ring.broken()).toBeUndefined();
});

describe("a part that goes wrong at any one of its calls", () => {
  for (const misdeed of misdeeds) {
    for (const forGood of [false, true]) {
      const how = `${misdeed} ${forGood ? "from the N-th call on until it is repaired" : "at the N-th call"}`;
      test(how, { timeout: 300_000 }, async () => {
        const healthy = await createRing(temporaryStore());
        await work(healthy);
        await healthy.stop();
        const failures: string[] = [];
        for (let nth = 1; nth <= healthy.calls.length; nth += 1) {
          const problem = await survives({ nth, misdeed, forGood });
          if (problem !== undefined)
            failures.push(`${healthy.calls[nth - 1] ?? ""} (call ${nth}): ${problem}`);
        }
        expect(failures).toEqual([]);
      });
    }
  }
});

describe("a device that is broken on purpose is caught", () => {
  test("a store that says yes and keeps nothing", async () => {
    const store = temporaryStore();
    const template = store.commitMeasurement({
      value: { unscaled: 1n, scale: 0 },
      transcript: "一",
      confidence: 1,
      confirmedByQuestion: false,
    });
    if (!template.ok) throw new Error("the store works");
    const liar: typeof store = {
      ...store,
      commitMeasurement: (draft) => ({ ok: true, value: { ...template.value, ...draft, id: 99 } }),
    };
    const ring = await createRing(liar);
    await work(ring);
    await ring.stop();
    expect(ring.broken()).toBe("it confirms record 99, which is not in the database so");
  });

  test("an undo that deletes", async () => {
    const store = temporaryStore();
    const withdrawn = new Set<number>();
    const ring = await createRing({
      ...store,
      withdraw: (id) => {
        withdrawn.add(id);
        return store.withdraw(id);
      },
      *records(...range) {
        for (const row of store.records(...range)) if (!withdrawn.has(row.id)) yield row;
      },
    });
    await work(ring);
    await ring.stop();
    expect(ring.broken()).toBe("a record has vanished");
  });

  test("a gate that opens before the room is quiet", async () => {
    const ring = await createRing(temporaryStore(), [], { tailGuardMs: 0 });
    await work(ring);
    await ring.stop();
    expect(ring.broken()).toBe("it hears itself");
  });
});
