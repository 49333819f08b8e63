import { describe, expect, test } from "vitest";
import { decimalToText } from "../../src/language/decimal.js";
import type { Store } from "../../src/store/store.js";
import { createDialogueBench } from "../doubles/dialogue-bench.js";
import { temporaryStore } from "../doubles/temporary-store.js";

function values(store: Store): readonly string[] {
  return [...store.records()].map(({ name, value, unit, status }) =>
    `${name ?? ""} ${decimalToText(value)} ${unit ?? ""} ${status}`.trim(),
  );
}

function bench(options: { readonly plan?: boolean } = {}) {
  const store = temporaryStore();
  if (options.plan === true) {
    store.adoptPlan("plan.csv", [
      {
        number: 1,
        name: "长度",
        aliases: ["总长"],
        nominal: { unscaled: 120n, scale: 0 },
        lowerLimit: { unscaled: 1198n, scale: 1 },
        upperLimit: { unscaled: 1205n, scale: 1 },
        unit: "mm",
      },
      { number: 2, name: "宽度", aliases: [], unit: "mm" },
    ]);
  }
  return { store, operator: createDialogueBench({ store }) };
}

describe("measurements", () => {
  test("is stored and read back from the stored row", () => {
    const { store, operator } = bench();
    expect(operator.say("长度一百二十点五毫米")).toBe("长度，一百二十点五毫米");
    expect(values(store)).toEqual(["长度 120.5 mm valid"]);
  });

  test("is judged by the plan: within, above, below", () => {
    const { operator } = bench({ plan: true });
    expect(operator.say("长度一百二十点五毫米")).toBe("长度，一百二十点五毫米，合格");
    expect(operator.say("长度一百二十一毫米")).toBe("长度，一百二十一毫米，超上限零点五");
    expect(operator.say("长度一百一十九点七八")).toBe("长度，一百一十九点七八毫米，超下限零点零二");
  });

  test("just the number is what the plan names next, and an alias is its characteristic", () => {
    const { store, operator } = bench({ plan: true });
    expect(operator.say("一百二十")).toBe("长度，一百二十毫米，合格");
    expect(operator.say("五十")).toBe("宽度，五十毫米");
    expect(operator.say("总长一百二十")).toBe("长度，一百二十毫米，合格");
    expect(values(store)).toHaveLength(3);
  });

  test("another unit of the same quantity is converted, what was said is kept", () => {
    const { store, operator } = bench({ plan: true });
    expect(operator.say("长度十二厘米")).toBe("长度，一百二十毫米，合格");
    expect(store.record(1)).toMatchObject({ said: { unit: "cm" }, value: { unscaled: 120n, scale: 0 } });
  });
});

describe("what is not sure is asked", () => {
  test("an unsure transcript: yes by voice stores it", () => {
    const { store, operator } = bench();
    expect(operator.say("长度一百二十点五毫米", { band: "unsure" })).toBe("长度，一百二十点五毫米，是吗");
    expect(values(store)).toEqual([]);
    expect(operator.answer("是")).toBe("长度，一百二十点五毫米");
    expect(store.record(1)?.confirmedByQuestion).toBe(true);
  });

  test("a tap is yes, and an unsure yes is none", () => {
    const { store, operator } = bench();
    operator.say("外径五十毫米", { band: "unsure" });
    expect(operator.answer("是", { band: "unsure" })).toBe("外径，五十毫米，是吗");
    expect(values(store)).toEqual([]);
    expect(operator.tap()).toBe("外径，五十毫米");
    expect(values(store)).toEqual(["外径 50 mm valid"]);
  });

  test("an elided unit: the grammatical reading first, then the other", () => {
    const { store, operator } = bench();
    expect(operator.say("二百五")).toBe("可能少了零。二百五十，是吗");
    expect(operator.answer("不是")).toBe("可能少了零。二百零五，是吗");
    expect(operator.answer("是")).toBe("二百零五");
    expect(values(store)).toEqual(["205  valid"]);
  });

  test("a value that was heard as another: a no leads to the next likely one, then to none", () => {
    const { store, operator } = bench();
    const others = ["长度二十四毫米", "长度二十是毫米", "二十□"];
    expect(operator.say("长度二十丝", { band: "unsure", others })).toBe("长度，二十丝，是吗");
    expect(operator.answer("不是")).toBe("长度，二十四毫米，是吗");
    expect(operator.answer("是")).toBe("长度，二十四毫米");
    expect(values(store)).toEqual(["长度 24 mm valid"]);
    expect(store.record(1)).toMatchObject({ transcript: "长度二十四毫米", confirmedByQuestion: true });
    operator.say("长度二十丝", { band: "unsure", others });
    operator.answer("不是");
    expect(operator.answer("不是")).toBe("没有记录，请再说一遍");
    expect(values(store)).toHaveLength(1);
  });

  test("what is heard twice alike is asked once", () => {
    const { operator } = bench();
    operator.say("长度二百毫米", { band: "unsure", others: ["长度两百毫米"] });
    expect(operator.answer("不是")).toBe("没有记录，请再说一遍");
  });

  test("far from nominal", () => {
    const { store, operator } = bench({ plan: true });
    expect(operator.say("长度一千二百零五毫米")).toBe("长度，一千二百零五毫米，偏差很大，是吗");
    expect(operator.answer("不是")).toBe("没有记录，请再说一遍");
    expect(values(store)).toEqual([]);
  });

  test("a unit that the plan does not know for the name", () => {
    const { operator } = bench({ plan: true });
    expect(operator.say("长度五牛")).toBe("长度，五牛，单位和计划不同，是吗");
  });

  test("nobody answers: nothing is recorded and the device is ready", () => {
    const { store, operator } = bench();
    operator.say("外径五十毫米", { band: "unsure" });
    operator.answer("");
    expect(operator.fire("ask_limit")).toBe("没有记录");
    expect(values(store)).toEqual([]);
    expect(operator.state().talk.kind).toBe("ready");
  });

  test("a poor transcript, the own voice and ordinary speech are refused", () => {
    const { store, operator } = bench();
    expect(operator.say("一百二十", { band: "poor" })).toBe("没听清，请再说一遍");
    operator.say("长度一百二十毫米");
    expect(operator.say("长度一百二十毫米", { sinceOwnSoundMs: 400 })).toBe("没听清，请再说一遍");
    expect(values(store)).toEqual(["长度 120 mm valid"]);
  });

  test("after two failed turns it spells what it heard and offers digits", () => {
    const { operator } = bench();
    operator.say("星期五");
    expect(operator.say("星期五")).toBe("听到的是，星，期，五。请按住按钮逐位说");
    operator.say("长度五毫米");
    expect(operator.say("星期五")).not.toContain("逐位说");
  });
});

describe("corrections and withdrawals", () => {
  test("更正 replaces the last value and keeps name and unit", () => {
    const { store, operator } = bench();
    operator.say("长度一百二十点五毫米");
    expect(operator.say("更正一百二十一")).toBe("已更正，长度，一百二十一毫米");
    expect(values(store)).toEqual(["长度 120.5 mm superseded", "长度 121 mm valid"]);
  });

  test("a bare 不对 takes the next value as the correction, for a while", () => {
    const { store, operator } = bench();
    operator.say("长度一百二十点五毫米");
    expect(operator.say("不对")).toBe("请说正确的数值");
    expect(operator.say("一百二十一")).toBe("已更正，长度，一百二十一毫米");
    operator.say("不对");
    operator.fire("correction_limit");
    operator.say("五");
    expect(values(store).at(-1)).toBe("5  valid");
    expect(store.record(2)?.status).toBe("valid");
  });

  test("a correction that names another characteristic is asked", () => {
    const { operator } = bench();
    operator.say("长度一百二十毫米");
    expect(operator.say("更正宽度一百二十毫米")).toContain("名称不同，是吗");
  });

  test("撤销 marks the last, 撤销第一条 an older one, and nothing is erased", () => {
    const { store, operator } = bench();
    operator.say("长度一百二十毫米");
    operator.say("长度一百二十一毫米");
    expect(operator.say("撤销")).toBe("已撤销，长度一百二十一毫米");
    expect(operator.say("撤销第二条")).toBe("第二条已经撤销或更正");
    expect(operator.say("撤销第九条")).toBe("没有第九条记录");
    expect(operator.say("撤销")).toBe("已撤销，长度一百二十毫米");
    expect(operator.say("撤销")).toBe("还没有记录");
    expect(values(store)).toEqual(["长度 120 mm withdrawn", "长度 121 mm withdrawn"]);
  });
});

describe("everything else that can be said", () => {
  test("repeat, digit by digit, double tap", () => {
    const { operator } = bench();
    operator.say("长度一百二十点五毫米");
    expect(operator.say("重复")).toBe("长度，一百二十点五毫米");
    expect(operator.say("逐位")).toBe("长度，一，二，零，点，五");
    operator.gesture("press", "tap", "double_tap");
    expect(operator.heard.at(-1)).toBe("长度，一，二，零，点，五");
  });

  test("part, batch, inspector, next part", () => {
    const { store, operator } = bench();
    expect(operator.say("零件号七七三")).toBe("零件号，七，七，三");
    expect(operator.say("批次二零二六一一二四")).toBe("批次，二，零，二，六，一，一，二，四");
    expect(operator.say("检验员零八")).toBe("检验员，零，八");
    operator.say("长度五毫米");
    expect(store.record(1)).toMatchObject({ part: "773", batch: "20261124", inspector: "08" });
    expect(operator.say("下一件")).toBe("下一件");
    expect(store.workContext()).toEqual({ batch: "20261124", inspector: "08" });
    expect(operator.say("零件号七七四", { band: "unsure" })).toBe("零件号，七，七，四，是吗");
    expect(operator.answer("是")).toBe("零件号，七，七，四");
    expect(operator.say("下一件", { band: "unsure" })).toBe("下一件，是吗");
    expect(operator.answer("不是")).toBe("没有记录，请再说一遍");
    expect(store.workContext()).toMatchObject({ part: "774" });
    expect(operator.say("下一件", { band: "unsure" })).toBe("下一件，是吗");
    expect(operator.answer("是")).toBe("下一件");
    expect(store.workContext()).toEqual({ batch: "20261124", inspector: "08" });
  });

  test("status, help, cancel, yes without a question", () => {
    const { operator } = bench();
    operator.say("长度五毫米");
    expect(operator.say("状态")).toBe("今天一条，存储充足，时钟可信");
    expect(operator.say("帮助")).toContain("按一下按钮");
    expect(operator.say("取消")).toBe("已取消");
    expect(operator.say("是")).toBe("现在没有问题要回答");
  });
});
