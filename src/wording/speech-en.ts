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
import { decimalToSpokenEn, digitsToSpokenEn, measurementToSpokenEn } from "./numbers-en.js";
import { ambiguityLabels, refusalLabels } from "./reasons.js";

/** What the device says in English. */
export function speechEn(message: Message): string {
  switch (message.kind) {
    case "device_ready":
      return "VoiceGauge is ready";
    case "measurement_stored":
      return judged(message.record);
    case "measurement_corrected":
      return `corrected, ${judged(message.record)}`;
    case "measurement_withdrawn":
      return `withdrawn, ${valueOf(message.record)}`;
    case "record_repeated":
      return judged(message.record);
    case "record_spelled":
      return spelled(message.record);
    case "no_record_yet":
      return "there is no record yet";
    case "record_not_found":
      return `there is no record ${message.recordNumber}`;
    case "record_already_withdrawn":
      return `record ${message.record.id} is already withdrawn or corrected`;
    case "confirm_measurement":
      return question(valueOf(message.draft), message.doubt);
    case "confirm_correction":
      return question(`${valueOf(message.record)}, corrected to ${valueOf(message.draft)}`, message.doubt);
    case "confirm_withdrawal":
      return `withdraw ${valueOf(message.record)}, yes or no`;
    case "confirm_context":
      return `${fieldLabels[message.field].en}, ${pausedCharacters(message.value)}, yes or no`;
    case "confirm_next_part":
      return "next part, yes or no";
    case "say_again":
      return sayAgain(message.reason);
    case "heard_spelled":
      return `I heard, ${message.transcript}. Hold the button and say it digit by digit`;
    case "say_correct_value":
      return "say the correct value";
    case "nothing_recorded":
      return "nothing recorded";
    case "no_question":
      return "there is no question to answer";
    case "context_set":
      return `${fieldLabels[message.field].en}, ${pausedCharacters(message.value)}`;
    case "next_part":
      return "next part";
    case "status":
      return status(message.report);
    case "help":
      return "Press the button once, say the name and the value. You can say: undo, correct, repeat, digits, status, next part, part number, batch, inspector. Press twice to repeat the last record. Hold for six seconds to switch off";
    case "cancelled":
    case "halt_cancelled":
      return "cancelled";
    case "not_stored":
      return `not recorded. ${faultLabels[message.fault].en}`;
    case "fault":
      return faultLabels[message.fault].en;
    case "recovered":
      return recoveryLabels[message.fault].en;
    case "database_restored":
      return (
        (message.from === "backup"
          ? "the database was damaged and has been restored from a backup"
          : "the database was damaged; the old file is kept and a new one begun") +
        (message.rescued === 0 ? "" : `, ${counted(message.rescued, "record")} rescued`)
      );
    case "stick_writing":
      return "writing, do not unplug";
    case "stick_done":
      return `${counted(message.records, "record")}, you may unplug`;
    case "stick_fault":
      return stickLabels[message.fault].en;
    case "stick_released":
      return "you may unplug the stick";
    case "plan_adopted":
      return `inspection plan updated, ${counted(message.characteristics, "item")}`;
    case "plan_refused":
      return `the inspection plan has ${counted(message.problems, "error")} and was not taken over`;
    case "configuration_changed":
      return "configuration updated";
    case "enrolment_unavailable":
      return "this model cannot learn a voice";
    case "read_aloud":
      return readAloudEn(message);
    case "enrolment_stopped":
      return "learning stopped";
    case "voice_being_learnt":
      return "thank you, the voice is being learnt, you will be told";
    case "voice_learnt":
      return `${message.inspector === undefined ? "" : `inspector ${pausedCharacters(message.inspector)}, `}${voiceOutcomeEn(message.outcome)}`;
    case "halt_offer":
      return "release to cancel, keep holding to switch off";
    case "may_be_unplugged":
      return "the power may be switched off";
  }
}

function readAloudEn({ text, how, of }: Extract<Message, { readonly kind: "read_aloud" }>): string {
  switch (how) {
    case "first":
      return `after the tone please read after me, ${counted(of, "sentence")}, say cancel to stop. ${text}`;
    case "next":
      return text;
    case "again":
      return `once more please. ${text}`;
  }
}

function voiceOutcomeEn(outcome: VoiceOutcome): string {
  switch (outcome.kind) {
    case "better":
      return `the voice was learnt: of ${counted(outcome.of, "sentence")} ${outcome.before} were understood before and ${outcome.after} are now`;
    case "unchanged":
      return "the voice was left as it was";
    case "failed":
      return "the voice could not be learnt, please try again";
  }
}

function judged(record: MeasurementDraft): string {
  const verdict = record.judgement === undefined ? "" : `, ${judgementEn(record.judgement)}`;
  return `${valueOf(record)}${verdict}`;
}

function judgementEn(judgement: Judgement): string {
  switch (judgement.kind) {
    case "within":
      return "pass";
    case "above":
      return `above the limit by ${decimalToSpokenEn(judgement.by)}`;
    case "below":
      return `below the limit by ${decimalToSpokenEn(judgement.by)}`;
  }
}

function valueOf(draft: MeasurementDraft): string {
  const value = measurementToSpokenEn(draft.value, draft.unit);
  return draft.name === undefined ? value : `${draft.name}, ${value}`;
}

function spelled(draft: MeasurementDraft): string {
  const digits = digitsToSpokenEn(draft.value);
  return draft.name === undefined ? digits : `${draft.name}, ${digits}`;
}

function question(what: string, doubt: Doubt): string {
  switch (doubt.kind) {
    case "unsure":
      return `${what}, is that right`;
    case "ambiguous":
      return `${ambiguityLabels[doubt.reason].en}. ${what}, is that right`;
    case "far_from_nominal":
      return `${what}, far from nominal, is that right`;
    case "unit_unexpected":
      return `${what}, not the unit of the plan, is that right`;
    case "name_differs":
      return `${what}, another name, is that right`;
  }
}

function sayAgain(reason: SayAgainReason): string {
  switch (reason.kind) {
    case "nothing_heard":
      return `I heard nothing, ${advice(reason.level)}say it again`;
    case "not_understood":
      return `not understood, ${advice(reason.level)}say it again`;
    case "own_voice":
      return "not understood, say it again";
    case "refused":
      return refusalLabels[reason.reason].en;
    case "ambiguous":
      return `${ambiguityLabels[reason.reason].en}, say it again`;
    case "said_no":
      return "nothing recorded, say it again";
  }
}

function advice(level: BadLevel | undefined): string {
  switch (level) {
    case "too_quiet":
      return "too quiet, come closer, ";
    case "too_loud":
      return "too loud, move back, ";
    case "interrupted":
      return "the sound was interrupted, ";
    case undefined:
      return "";
  }
}

function status(report: StatusReport): string {
  const faults = report.faults
    .filter((code) => code !== "clock_untrusted")
    .map((code) => faultLabels[code].en);
  const parts = [
    `${counted(report.recordsToday, "record")} today`,
    report.faults.includes("card_low") || report.faults.includes("card_full") ? "" : "storage is sufficient",
    report.clockTrusted ? "the clock is set" : "the clock is not set",
    ...faults,
    report.nextName === undefined ? "" : `next, ${report.nextName}`,
  ];
  return parts.filter((part) => part !== "").join(", ");
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function pausedCharacters(text: string): string {
  return [...text].join(", ");
}
