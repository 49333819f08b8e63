import type {
  BadLevel,
  Doubt,
  Message,
  SayAgainReason,
  StatusReport,
  VoiceOutcome,
} from "../controller/messages.js";
import type { Judgement } from "../inspection/judge.js";
import type { MeasurementDraft } from "../inspection/record.js";
import { faultLabels, fieldLabels, recoveryLabels, stickLabels } from "./labels.js";
import {
  decimalToSpokenZh,
  digitsToSpokenZh,
  integerToSpokenZh,
  measurementToSpokenZh,
} from "./numbers-zh.js";
import { ambiguityLabels, refusalLabels } from "./reasons.js";

/** What the device says in Mandarin. Commas are pauses; every number is spoken so that the grammar reads it back. */
export function speechZh(message: Message): string {
  switch (message.kind) {
    case "device_ready":
      return "声测就绪";
    case "measurement_stored":
      return judged(message.record);
    case "measurement_corrected":
      return `已更正，${judged(message.record)}`;
    case "measurement_withdrawn":
      return `已撤销，${valueOf(message.record, "")}`;
    case "record_repeated":
      return judged(message.record);
    case "record_spelled":
      return spelled(message.record);
    case "no_record_yet":
      return "还没有记录";
    case "record_not_found":
      return `没有第${integerToSpokenZh(BigInt(message.recordNumber))}条记录`;
    case "record_already_withdrawn":
      return `第${integerToSpokenZh(BigInt(message.record.id))}条已经撤销或更正`;
    case "confirm_measurement":
      return question(valueOf(message.draft), message.doubt);
    case "confirm_correction":
      return question(`${valueOf(message.record)}，更正为${valueOf(message.draft, "")}`, message.doubt);
    case "confirm_withdrawal":
      return `撤销${valueOf(message.record, "")}，是吗`;
    case "confirm_context":
      return `${fieldLabels[message.field].zh}，${pausedCharacters(message.value)}，是吗`;
    case "confirm_next_part":
      return "下一件，是吗";
    case "say_again":
      return sayAgain(message.reason);
    case "heard_spelled":
      return `听到的是，${pausedCharacters(message.transcript)}。请按住按钮逐位说`;
    case "say_correct_value":
      return "请说正确的数值";
    case "nothing_recorded":
      return "没有记录";
    case "no_question":
      return "现在没有问题要回答";
    case "context_set":
      return `${fieldLabels[message.field].zh}，${pausedCharacters(message.value)}`;
    case "next_part":
      return "下一件";
    case "status":
      return status(message.report);
    case "help":
      return "按一下按钮，说名称和数值。可以说，撤销，更正，重复，逐位，状态，下一件，零件号，批次，检验员。连按两下，重复上一条。按住六秒，关机";
    case "cancelled":
      return "已取消";
    case "not_stored":
      return `没有记录。${faultLabels[message.fault].zh}`;
    case "fault":
      return faultLabels[message.fault].zh;
    case "recovered":
      return recoveryLabels[message.fault].zh;
    case "database_restored":
      return `${message.from === "backup" ? "数据库损坏，已从备份恢复" : "数据库损坏，已保留原文件，重新开始"}${message.rescued === 0 ? "" : `，找回${count(message.rescued)}条记录`}`;
    case "stick_writing":
      return "正在写入，请勿拔出";
    case "stick_done":
      return `${count(message.records)}条记录，可以拔出`;
    case "stick_fault":
      return stickLabels[message.fault].zh;
    case "stick_released":
      return "优盘可以拔出";
    case "plan_adopted":
      return `检验计划已更新，${count(message.characteristics)}项`;
    case "plan_refused":
      return `检验计划有${count(message.problems)}处错误，没有采用`;
    case "configuration_changed":
      return "配置已更新";
    case "enrolment_unavailable":
      return "这个模型不能学习声音";
    case "read_aloud":
      return readAloudZh(message);
    case "enrolment_stopped":
      return "学习已停止";
    case "voice_being_learnt":
      return "谢谢，正在学习声音，学好后告诉您";
    case "voice_learnt":
      return `${message.inspector === undefined ? "" : `检验员${pausedCharacters(message.inspector)}，`}${voiceOutcomeZh(message.outcome)}`;
    case "halt_offer":
      return "松开取消，继续按住关机";
    case "halt_cancelled":
      return "已取消";
    case "may_be_unplugged":
      return "可以断电";
  }
}

function readAloudZh({ text, how, of }: Extract<Message, { readonly kind: "read_aloud" }>): string {
  switch (how) {
    case "first":
      return `听到提示音后请跟我读，共${count(of)}句，说取消就停止。${text}`;
    case "next":
      return text;
    case "again":
      return `请再读一遍。${text}`;
  }
}

function voiceOutcomeZh(outcome: VoiceOutcome): string {
  switch (outcome.kind) {
    case "better":
      return `声音学好了，${count(outcome.of)}句里原来听懂${count(outcome.before)}句，现在听懂${count(outcome.after)}句`;
    case "unchanged":
      return "声音没有改变，仍用原来的";
    case "failed":
      return "声音没有学成，请再试一次";
  }
}

function judged(record: MeasurementDraft): string {
  const verdict = record.judgement === undefined ? "" : `，${judgementZh(record.judgement)}`;
  return `${valueOf(record)}${verdict}`;
}

function judgementZh(judgement: Judgement): string {
  switch (judgement.kind) {
    case "within":
      return "合格";
    case "above":
      return `超上限${decimalToSpokenZh(judgement.by)}`;
    case "below":
      return `超下限${decimalToSpokenZh(judgement.by)}`;
  }
}

function valueOf(draft: MeasurementDraft, pause = "，"): string {
  const value = measurementToSpokenZh(draft.value, draft.unit);
  return draft.name === undefined ? value : `${draft.name}${pause}${value}`;
}

function spelled(draft: MeasurementDraft): string {
  const digits = digitsToSpokenZh(draft.value);
  return draft.name === undefined ? digits : `${draft.name}，${digits}`;
}

function question(what: string, doubt: Doubt): string {
  switch (doubt.kind) {
    case "unsure":
      return `${what}，是吗`;
    case "ambiguous":
      return `${ambiguityLabels[doubt.reason].zh}。${what}，是吗`;
    case "far_from_nominal":
      return `${what}，偏差很大，是吗`;
    case "unit_unexpected":
      return `${what}，单位和计划不同，是吗`;
    case "name_differs":
      return `${what}，名称不同，是吗`;
  }
}

function sayAgain(reason: SayAgainReason): string {
  switch (reason.kind) {
    case "nothing_heard":
      return `没有听到声音，${advice(reason.level)}请再说一遍`;
    case "not_understood":
      return `没听清，${advice(reason.level)}请再说一遍`;
    case "own_voice":
      return "没听清，请再说一遍";
    case "refused":
      return refusalLabels[reason.reason].zh;
    case "ambiguous":
      return `${ambiguityLabels[reason.reason].zh}，请再说一遍`;
    case "said_no":
      return "没有记录，请再说一遍";
  }
}

function advice(level: BadLevel | undefined): string {
  switch (level) {
    case "too_quiet":
      return "声音太小，请靠近话筒，";
    case "too_loud":
      return "声音太大，请离远一点，";
    case "interrupted":
      return "声音中断了，";
    case undefined:
      return "";
  }
}

function status(report: StatusReport): string {
  const faults = report.faults
    .filter((code) => code !== "clock_untrusted")
    .map((code) => faultLabels[code].zh);
  const parts = [
    `今天${count(report.recordsToday)}条`,
    report.faults.includes("card_low") || report.faults.includes("card_full") ? "" : "存储充足",
    report.clockTrusted ? "时钟可信" : "时钟未校准",
    ...faults,
    report.nextName === undefined ? "" : `下一项，${report.nextName}`,
  ];
  return parts.filter((part) => part !== "").join("，");
}

/** Before a measure word two is 两. */
function count(number: number): string {
  return number === 2 ? "两" : integerToSpokenZh(BigInt(number));
}

/** One character after the other, digits read one by one, latin letters by their names. */
function pausedCharacters(text: string): string {
  return [...text].map((one) => digitNames[one] ?? one).join("，");
}

const digitNames: Readonly<Record<string, string>> = {
  "0": "零",
  "1": "一",
  "2": "二",
  "3": "三",
  "4": "四",
  "5": "五",
  "6": "六",
  "7": "七",
  "8": "八",
  "9": "九",
  "-": "横杠",
  ".": "点",
};
