import type { MeasurementDraft, StoredRecord, WorkContext } from "../inspection/record.js";
import { decimalToText } from "../language/decimal.js";
import { parse } from "../language/parse.js";
import type { Command as SpokenCommand, Utterance } from "../language/utterance.js";
import type { Operation } from "./commands.js";
import { beginEnrolment, isLikelyEnrolment } from "./enrol.js";
import type { Heard, StoreView } from "./events.js";
import type { ContextField, Doubt, Message, SayAgainReason } from "./messages.js";
import { parseContext } from "./parse-context.js";
import { resolve, type SpokenValue } from "./resolve.js";
import { type Alternative, type ControllerState, type Question } from "./state.js";
import { ask, askAgain, commit, gatherStatus, questionOf, type Step, speak } from "./transitions.js";

/** A gate that opened this soon after the device's own voice may have caught its echo. */
const ownVoiceWindowMs = 1_500;

/** After this many turns without a value the device offers to take the number digit by digit. */
const failedTurnsBeforeHelp = 2;

/** Acts on a final transcript that answers no question. */
export function hear(state: ControllerState, heard: Heard): Step {
  if (heard.text === "") return sayAgain(state, heard, nothingHeard(heard));
  if (isOwnVoice(state, heard)) return sayAgain(state, heard, { kind: "own_voice" });
  if (heard.band === "poor" && isLikelyEnrolment(heard.text)) return beginEnrolment(state);
  if (heard.band === "poor") return sayAgain(state, heard, { kind: "not_understood", ...levelOf(heard) });
  const utterance = understand(heard.text, state);
  switch (utterance.kind) {
    case "none":
      return sayAgain(state, heard, { kind: "refused", reason: utterance.reason });
    case "ambiguous":
      return takeElided(state, heard, utterance) ?? askReadings(state, heard, utterance);
    case "measurement":
      return state.correcting === undefined
        ? takeMeasurement(state, heard, utterance)
        : takeCorrection(state, heard, state.correcting, utterance);
    case "command":
      return obey(state, heard, utterance.command);
  }
}

/** Acts on a final transcript while a question stands. */
export function hearAnswer(state: ControllerState, heard: Heard, question: Question): Step {
  const utterance = understand(heard.text, state);
  if (heard.band === "sure" && utterance.kind === "command") {
    const { name } = utterance.command;
    if (name === "yes") return commit(state, confirmed(question.yes));
    if (name === "no") return nextReading(state, question);
    if (name === "cancel") return speak(state, { kind: "nothing_recorded" });
    if (name === "correct" && utterance.command.measurement !== undefined) {
      // “不对，一百二十一”: nothing of the question was stored, so this is the value itself.
      return takeMeasurement(state, heard, utterance.command.measurement);
    }
  }
  if (heard.band !== "poor" && (utterance.kind === "measurement" || utterance.kind === "ambiguous")) {
    return hear(state, heard);
  }
  return askAgain(state, question);
}

/** The operation of a question that was answered with yes. */
export function confirmed(operation: Operation): Operation {
  switch (operation.kind) {
    case "measure":
    case "correct":
      return { ...operation, draft: { ...operation.draft, confirmedByQuestion: true } };
    case "withdraw":
    case "set_context":
    case "next_part":
      return operation;
  }
}

/** Every recogniser writes one sound for another: a general one 厂度 for 长度, the compact one 是 for 十. */
function understand(text: string, { view }: ControllerState): Utterance {
  return parse(text, { ...parseContext(view), soundAlikes: true });
}

function takeMeasurement(state: ControllerState, heard: Heard, spoken: SpokenValue): Step {
  const { draft, doubt } = resolve(spoken, heard, state.view);
  const operation: Operation = { kind: "measure", draft };
  const reason = doubt ?? unsureDoubt(heard);
  if (reason === undefined) return commit(state, operation);
  const question = { kind: "confirm_measurement", draft, doubt: reason } as const;
  return ask(state, questionOf(question, operation, otherDrafts(state, heard, draft)));
}

/** What else may have been said, where that is a measurement, too: a “不是” goes on to it. */
function otherDrafts(state: ControllerState, heard: Heard, asked: MeasurementDraft): readonly Alternative[] {
  return (heard.others ?? []).flatMap((text): readonly Alternative[] => {
    const utterance = understand(text, state);
    if (utterance.kind !== "measurement") return [];
    const { draft } = resolve(utterance, { ...heard, text }, state.view);
    return isSameValue(draft, asked) ? [] : [{ draft, doubt: { kind: "unsure" } }];
  });
}

function isSameValue(one: MeasurementDraft, other: MeasurementDraft): boolean {
  const isSaidAlike = decimalToText(one.value) === decimalToText(other.value);
  return isSaidAlike && one.name === other.name && one.unit === other.unit;
}

/** 一百二 is 120 without a question where the deployment says so. */
function takeElided(
  state: ControllerState,
  heard: Heard,
  utterance: Extract<Utterance, { kind: "ambiguous" }>,
): Step | undefined {
  const { name, unit, reason, readings, command } = utterance;
  const [value] = readings;
  if (!state.settings.acceptElidedUnits || reason !== "elided_unit" || value === undefined) return undefined;
  const spoken = { value, ...(name === undefined ? {} : { name }), ...(unit === undefined ? {} : { unit }) };
  const target = command === "correct" ? state.view.last : state.correcting;
  return target === undefined
    ? takeMeasurement(state, heard, spoken)
    : takeCorrection(state, heard, target, spoken);
}

/** A correction keeps the name and the unit of the record that it replaces, unless it says others. */
function takeCorrection(
  state: ControllerState,
  heard: Heard,
  record: StoredRecord,
  spoken: SpokenValue,
): Step {
  const unit = spoken.unit ?? record.said?.unit ?? record.unit;
  const whole: SpokenValue = {
    value: spoken.value,
    ...(unit === undefined ? {} : { unit }),
    ...(spoken.name === undefined && record.name !== undefined ? { name: record.name } : {}),
    ...(spoken.name === undefined ? {} : { name: spoken.name }),
  };
  const nameless = whole.name === undefined;
  const { draft, doubt } = resolve(whole, heard, nameless ? withoutOrder(state.view) : state.view);
  const operation: Operation = { kind: "correct", recordId: record.id, draft };
  const differs: Doubt | undefined = draft.name === record.name ? undefined : { kind: "name_differs" };
  const reason = differs ?? doubt ?? unsureDoubt(heard);
  if (reason === undefined) return commit(state, operation);
  return ask(state, questionOf({ kind: "confirm_correction", record, draft, doubt: reason }, operation));
}

function askReadings(
  state: ControllerState,
  heard: Heard,
  utterance: Extract<Utterance, { kind: "ambiguous" }>,
): Step {
  const target = utterance.command === "correct" ? state.view.last : state.correcting;
  const doubt: Doubt = { kind: "ambiguous", reason: utterance.reason };
  const drafts = utterance.readings.map((value) => {
    const name = utterance.name ?? target?.name;
    const unit = utterance.unit ?? target?.unit;
    const spoken = {
      value,
      ...(name === undefined ? {} : { name }),
      ...(unit === undefined ? {} : { unit }),
    };
    return resolve(spoken, heard, state.view).draft;
  });
  const [first, ...others] = drafts;
  if (first === undefined) return sayAgain(state, heard, { kind: "ambiguous", reason: utterance.reason });
  const alternatives: readonly Alternative[] = others.map((draft) => ({ draft, doubt }));
  if (target !== undefined) {
    const yes: Operation = { kind: "correct", recordId: target.id, draft: first };
    return ask(
      state,
      questionOf({ kind: "confirm_correction", record: target, draft: first, doubt }, yes, alternatives),
    );
  }
  const yes: Operation = { kind: "measure", draft: first };
  return ask(state, questionOf({ kind: "confirm_measurement", draft: first, doubt }, yes, alternatives));
}

/** “不是”: the next reading of the number is asked; after the last one nothing is stored. */
function nextReading(state: ControllerState, question: Question): Step {
  const [next, ...rest] = question.alternatives;
  if (next === undefined) {
    return speak(
      { ...state, failedTurns: state.failedTurns + 1 },
      { kind: "say_again", reason: { kind: "said_no" } },
    );
  }
  const { draft, doubt } = next;
  if (question.ask.kind === "confirm_correction") {
    const { record } = question.ask;
    const yes: Operation = { kind: "correct", recordId: record.id, draft };
    return ask(state, questionOf({ kind: "confirm_correction", record, draft, doubt }, yes, rest));
  }
  return ask(
    state,
    questionOf({ kind: "confirm_measurement", draft, doubt }, { kind: "measure", draft }, rest),
  );
}

function obey(state: ControllerState, heard: Heard, command: SpokenCommand): Step {
  const { last } = state.view;
  switch (command.name) {
    case "correct":
      if (last === undefined) return speak(state, { kind: "no_record_yet" });
      if (command.measurement !== undefined) return takeCorrection(state, heard, last, command.measurement);
      return speak({ ...state, correcting: last }, { kind: "say_correct_value" });
    case "undo":
      return withdraw(state, heard, command.recordNumber);
    case "repeat":
      return speak(
        state,
        last === undefined ? { kind: "no_record_yet" } : { kind: "record_repeated", record: last },
      );
    case "spell":
      return speak(
        state,
        last === undefined ? { kind: "no_record_yet" } : { kind: "record_spelled", record: last },
      );
    case "part":
    case "batch":
    case "inspector":
      return setContext(state, heard, command.name, command.argument);
    case "next_part":
      return nextPart(state, heard);
    case "yes":
    case "no":
      return speak(state, { kind: "no_question" });
    case "status":
      return gatherStatus(state);
    case "help":
      return speak(state, { kind: "help" });
    case "cancel":
      return speak({ ...withoutCorrection(state), failedTurns: 0 }, { kind: "cancelled" });
    case "enrol":
      return beginEnrolment(state);
  }
}

function withdraw(state: ControllerState, heard: Heard, recordNumber: number | undefined): Step {
  const { last } = state.view;
  if (recordNumber !== undefined && recordNumber !== last?.id) {
    // An older record is not at hand to be named in a question, so only a number that was heard for sure will do.
    if (heard.band !== "sure") return sayAgain(state, heard, { kind: "not_understood" });
    return commit(state, { kind: "withdraw", recordId: recordNumber });
  }
  if (last === undefined) return speak(state, { kind: "no_record_yet" });
  const operation: Operation = { kind: "withdraw", recordId: last.id };
  if (heard.band === "sure") return commit(state, operation);
  return ask(state, questionOf({ kind: "confirm_withdrawal", record: last }, operation));
}

function setContext(state: ControllerState, heard: Heard, field: ContextField, value: string): Step {
  const change: WorkContext = { [field]: value };
  const operation: Operation = { kind: "set_context", change };
  if (heard.band === "sure") return commit(state, operation);
  return ask(state, questionOf({ kind: "confirm_context", field, value }, operation));
}

/** It drops the part's number, and with it what the next records belong to. */
function nextPart(state: ControllerState, heard: Heard): Step {
  const operation: Operation = { kind: "next_part" };
  if (heard.band === "sure") return commit(state, operation);
  return ask(state, questionOf({ kind: "confirm_next_part" }, operation));
}

/** A turn that gave no value. After two of them the device spells what it heard and offers to listen digit by digit. */
function sayAgain(state: ControllerState, heard: Heard, reason: SayAgainReason): Step {
  const failedTurns = state.failedTurns + 1;
  const helps = failedTurns >= failedTurnsBeforeHelp && heard.text !== "";
  const message: Message = helps
    ? { kind: "heard_spelled", transcript: heard.text }
    : { kind: "say_again", reason };
  return speak({ ...state, failedTurns }, message, { cue: "not_understood" });
}

/** Much sound without words was not silence. */
function nothingHeard({ level }: Heard): SayAgainReason {
  if (level === "too_loud") return { kind: "not_understood", level };
  return level === undefined ? { kind: "nothing_heard" } : { kind: "nothing_heard", level };
}

function levelOf({ level }: Heard): Pick<Heard, "level"> {
  return level === undefined ? {} : { level };
}

function unsureDoubt(heard: Heard): Doubt | undefined {
  return heard.band === "sure" ? undefined : { kind: "unsure" };
}

function withoutCorrection(state: ControllerState): ControllerState {
  const { correcting: _done, ...rest } = state;
  return rest;
}

/** A bare number that corrects a nameless record belongs to that record, not to what comes next in the plan. */
function withoutOrder(view: StoreView): StoreView {
  const { nextCharacteristic: _order, ...rest } = view;
  return rest;
}

/** The second fence of “one mouth, one ear”: words equal to those that the device has just spoken. */
function isOwnVoice(state: ControllerState, heard: Heard): boolean {
  if (heard.sinceOwnSoundMs > ownVoiceWindowMs) return false;
  const text = lettersOf(heard.text);
  return state.recentSpeech.some((spoken) => lettersOf(spoken) === text);
}

/** Without what cannot be heard: punctuation and spaces. */
function lettersOf(text: string): string {
  return text.replace(/[\p{P}\s]/gu, "").toLowerCase();
}
