import type { Language } from "./labels.js";

/** Headings and cell texts of the workbook. */
export interface SheetText {
  readonly sheets: {
    readonly records: string;
    readonly statistics: string;
    readonly charts: string;
    readonly corrections: string;
    readonly device: string;
  };
  readonly recordColumns: readonly string[];
  readonly statisticsColumns: readonly string[];
  readonly correctionColumns: readonly string[];
  readonly deviceColumns: readonly string[];
  readonly deviceRows: {
    readonly device: string;
    readonly version: string;
    readonly model: string;
    readonly records: string;
    readonly valid: string;
    readonly changed: string;
    readonly untrusted: string;
    readonly firstTime: string;
    readonly lastTime: string;
    readonly made: string;
    readonly events: string;
    readonly noEvents: string;
  };
  readonly eventKinds: Readonly<Record<string, string>>;
  /** Heads and feet of the printed pages. */
  readonly print: {
    readonly part: string;
    readonly batch: string;
    /** Stands for a list of parts or batches that is too long for a page head. */
    readonly several: string;
    readonly none: string;
    /** Foot of a page; `&P` and `&N` are the page and the number of pages in the language of spreadsheets. */
    readonly page: string;
  };
  /** The page for a browser, and the lines between the pictures. */
  readonly report: {
    readonly title: string;
    readonly outOfTolerance: string;
    readonly noneOut: string;
    readonly noCharts: string;
    /** “the first 5000 of 7000, all are in …”. */
    readonly firstOf: (shown: number, all: number) => string;
    readonly chartsOf: (shown: number, all: number) => string;
    /** Which values a picture shows, when they are not all. */
    readonly newest: (shown: number) => string;
    /** What the letters in the pictures mean. */
    readonly legend: string;
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

/** Where a device's files lie on a stick; the same in every language, so that a stick has one such folder. */
export const stickFolder = "声测";

/** A part of the day that gives a file its name; it lasts until the next one begins. */
export interface Shift {
  readonly name: string;
  /** Local hour at which it begins, 0 to 23. */
  readonly fromHour: number;
}

export const defaultShifts: Readonly<Record<Language, readonly Shift[]>> = {
  zh: [
    { name: "早", fromHour: 6 },
    { name: "中", fromHour: 14 },
    { name: "晚", fromHour: 22 },
  ],
  en: [
    { name: "A", fromHour: 6 },
    { name: "B", fromHour: 14 },
    { name: "C", fromHour: 22 },
  ],
};

export const sheetTexts: Readonly<Record<Language, SheetText>> = {
  zh: {
    sheets: { records: "记录", statistics: "统计", charts: "图表", corrections: "更正", device: "设备" },
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
      "标准序号",
      "名称",
      "单位",
      "标称",
      "下限",
      "上限",
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
    deviceColumns: ["项目", "内容", "代码", "说明", "时间"],
    deviceRows: {
      device: "设备编号",
      version: "版本",
      model: "识别模型",
      records: "记录数",
      valid: "有效记录",
      changed: "撤销与更正",
      untrusted: "时钟未校准的记录",
      firstTime: "首条时间",
      lastTime: "末条时间",
      made: "生成时间",
      events: "事件",
      noEvents: "无事件",
    },
    eventKinds: { fault: "故障", recovered: "恢复", clock: "时钟", note: "备注" },
    print: { part: "零件号", batch: "批次", several: "等", none: "—", page: "第 &P 页，共 &N 页" },
    report: {
      title: "检验报告",
      outOfTolerance: "超差记录",
      noneOut: "没有超差的记录。",
      noCharts: "没有满五个有效值的项目，所以没有图。",
      firstOf: (shown, all) => `此处为前 ${shown} 条，共 ${all} 条；全部记录见表格文件。`,
      chartsOf: (shown, all) => `此处为前 ${shown} 个项目的图，共 ${all} 个。`,
      newest: (shown) => `直方图为最近 ${shown} 个值`,
      legend:
        "X 单值图，MR 移动极差图，n 直方图；CL 中心线，UCL、LCL 控制限（x̄ ± 3·MR̄/1.128，3.267·MR̄），USL、LSL 公差限；超限的点为红色菱形。",
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
    sheets: {
      records: "Records",
      statistics: "Statistics",
      charts: "Charts",
      corrections: "Corrections",
      device: "Device",
    },
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
      "Item",
      "Name",
      "Unit",
      "Nominal",
      "Lower limit",
      "Upper limit",
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
    deviceColumns: ["Item", "Content", "Code", "Detail", "Time"],
    deviceRows: {
      device: "Device",
      version: "Version",
      model: "Recogniser",
      records: "Records",
      valid: "Valid records",
      changed: "Withdrawn or corrected",
      untrusted: "Records without a trusted clock",
      firstTime: "First record",
      lastTime: "Last record",
      made: "Made at",
      events: "Events",
      noEvents: "no events",
    },
    eventKinds: { fault: "fault", recovered: "recovered", clock: "clock", note: "note" },
    print: { part: "Part", batch: "Batch", several: "and more", none: "–", page: "Page &P of &N" },
    report: {
      title: "Inspection report",
      outOfTolerance: "Out of tolerance",
      noneOut: "No record is out of tolerance.",
      noCharts: "No characteristic has five valid values yet, so there is no chart.",
      firstOf: (shown, all) => `The first ${shown} of ${all} records; all are in the files for spreadsheets.`,
      chartsOf: (shown, all) => `The charts of the first ${shown} of ${all} characteristics.`,
      newest: (shown) => `histogram of the newest ${shown} values`,
      legend:
        "X: single values, MR: moving ranges, n: histogram; CL centre line, UCL and LCL control limits (x̄ ± 3·MR̄/1.128, 3.267·MR̄), USL and LSL tolerance; points beyond a limit are red diamonds.",
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
