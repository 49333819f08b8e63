import type { Language } from "./labels.js";

/** What an empty plan says: its sheets, two rows to be overwritten, and remarks for whoever fills it in. */
export interface PlanTemplateText {
  readonly planSheet: string;
  readonly remarksSheet: string;
  readonly examples: readonly (readonly string[])[];
  readonly remarks: readonly string[];
}

export const planTemplateTexts: Readonly<Record<Language, PlanTemplateText>> = {
  zh: {
    planSheet: "检验计划",
    remarksSheet: "说明",
    examples: [
      ["1", "长度", "总长", "120.00", "-0.20", "0.50", "mm", "2"],
      ["2", "外径", "", "50.00", "-0.05", "0.05", "mm", "2"],
    ],
    remarks: [
      "第一张表的两行是例子，请改写。存为 plan.xlsx，放在优盘的最上层。",
      "序号是测量的顺序，不能重复。名称就是要说的话；别名用空格或逗号分开。",
      "偏差写在标称值之外：-0.20 和 0.50。也可以改用“下限”和“上限”两列。没有公差就留空。",
      "单位写符号：mm、°、N、MPa、% 等。没有单位就留空。",
      "用 voicegauge plan check plan.xlsx 检查；每个错误都写明单元格。",
    ],
  },
  en: {
    planSheet: "Plan",
    remarksSheet: "Remarks",
    examples: [
      ["1", "length", "overall", "120.00", "-0.20", "0.50", "mm", "2"],
      ["2", "outer diameter", "", "50.00", "-0.05", "0.05", "mm", "2"],
    ],
    remarks: [
      "The two rows of the first sheet are examples: overwrite them. Save as plan.xlsx at the top of the stick.",
      "The number is the order of measuring, each once. The name is what is said; aliases are parted by commas.",
      "Deviations stand beside the nominal value: -0.20 and 0.50. Columns “lower limit” and “upper limit” do as well.",
      "Units are symbols: mm, °, N, MPa, % and so on. No unit: leave it empty.",
      "voicegauge plan check plan.xlsx names what is wrong in it, by its cell.",
    ],
  },
};
