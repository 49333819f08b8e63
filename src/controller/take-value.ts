import type { MeasurementDraft, StoredRecord } from "../inspection/record.js";
import { decimalToText } from "../language/decimal.js";
import type { Utterance } from "../language/utterance.js";
import type { Operation } from "./commands.js";
import type { Heard, StoreView } from "./events.js";
import type { Doubt } from "./messages.js";
import { resolve, type SpokenValue } from "./resolve.js";
import { sayAgain } from "./say-again.js";
import type { Alternative, ControllerState } from "./state.js";
import { ask, commit, questionOf, type Step } from "./transitions.js";
import { understand } from "./understand.js";

export function takeMeasurement(state: ControllerState, heard: Heard, spoken: SpokenValue): Step {
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
    const utterance = understand(text, state.view);
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
export function takeElided(
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
export function takeCorrection(
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

export function askReadings(
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

function unsureDoubt(heard: Heard): Doubt | undefined {
  return heard.band === "sure" ? undefined : { kind: "unsure" };
}

/** A bare number that corrects a nameless record belongs to that record, not to what comes next in the plan. */
function withoutOrder(view: StoreView): StoreView {
  const { nextCharacteristic: _order, ...rest } = view;
  return rest;
}
