import type { Language } from "./labels.js";

/** Headings and cell texts of the workbook. */
export interface SheetText {
  readonly sheets: {
    readonly records: string;
    readonly statistics: string;
    readonly corrections: string;
    readonly device: string;
  };
  readonly recordColumns: readonly string[];
  readonly statisticsColumns: readonly string[];
  readonly correctionColumns: readonly string[];
  readonly deviceRows: {
    readonly device: string;
    readonly version: string;
    readonly model: string;
    readonly records: string;
    readonly made: string;
    readonly event: string;
  };
  readonly within: string;
  readonly above: string;
  readonly below: string;
  readonly valid: string;
  readonly withdrawn: string;
  readonly superseded: string;
  readonly yes: string;
  readonly no: string;
}

export const sheetTexts: Readonly<Record<Language, SheetText>> = {
  zh: {
    sheets: { records: "记录", statistics: "统计", corrections: "更正", device: "设备" },
    recordColumns: [
      "序号",
      "标准序号",
      "名称",
      "标称",
      "下限",
      "上限",
      "测量值",
      "单位",
      "偏差",
      "判断结果",
      "零件号",
      "批次",
      "检验员",
      "时间",
      "时钟可信",
      "状态",
      "被替代者",
      "原话",
      "置信度",
      "录音",
    ],
    statisticsColumns: [
      "名称",
      "单位",
      "数量",
      "平均值",
      "最小值",
      "最大值",
      "标准差",
      "Cp",
      "Cpk",
      "Pp",
      "Ppk",
      "超差数",
    ],
    correctionColumns: ["序号", "名称", "原值", "单位", "状态", "新序号", "新值", "时间"],
    deviceRows: {
      device: "设备编号",
      version: "版本",
      model: "识别模型",
      records: "记录数",
      made: "生成时间",
      event: "事件",
    },
    within: "合格",
    above: "超上限",
    below: "超下限",
    valid: "有效",
    withdrawn: "已撤销",
    superseded: "已更正",
    yes: "是",
    no: "否",
  },
  en: {
    sheets: { records: "Records", statistics: "Statistics", corrections: "Corrections", device: "Device" },
    recordColumns: [
      "No.",
      "Item",
      "Name",
      "Nominal",
      "Lower limit",
      "Upper limit",
      "Value",
      "Unit",
      "Deviation",
      "Result",
      "Part",
      "Batch",
      "Inspector",
      "Time",
      "Clock trusted",
      "Status",
      "Replaced by",
      "Words",
      "Confidence",
      "Audio",
    ],
    statisticsColumns: [
      "Name",
      "Unit",
      "n",
      "Mean",
      "Min",
      "Max",
      "s",
      "Cp",
      "Cpk",
      "Pp",
      "Ppk",
      "Out of tolerance",
    ],
    correctionColumns: ["No.", "Name", "Old value", "Unit", "Status", "New no.", "New value", "Time"],
    deviceRows: {
      device: "Device",
      version: "Version",
      model: "Recogniser",
      records: "Records",
      made: "Made at",
      event: "Event",
    },
    within: "OK",
    above: "above",
    below: "below",
    valid: "valid",
    withdrawn: "withdrawn",
    superseded: "corrected",
    yes: "yes",
    no: "no",
  },
};
