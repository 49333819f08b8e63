import { farFromNominal } from "../inspection/far-from-nominal.js";
import { judge, toPlanUnit } from "../inspection/judge.js";
import type { Characteristic, InspectionPlan } from "../inspection/plan.js";
import type { MeasurementDraft } from "../inspection/record.js";
import type { Decimal } from "../language/decimal.js";
import type { UnitSymbol } from "../language/units.js";
import type { Heard, StoreView } from "./events.js";
import type { Doubt } from "./messages.js";

/** A value as the grammar understood it. */
export interface SpokenValue {
  readonly name?: string;
  readonly value: Decimal;
  readonly unit?: UnitSymbol;
}

export interface Resolved {
  readonly draft: MeasurementDraft;
  /** What the plan finds odd about it; undefined when nothing. */
  readonly doubt?: Doubt;
}

/**
 * Puts a spoken value into the plan: which characteristic it is, in the plan's unit, judged by the plan's limits.
 * Without a plan name, value and unit stand as they were said.
 */
export function resolve(spoken: SpokenValue, heard: Heard, view: StoreView): Resolved {
  const characteristic = findCharacteristic(spoken.name, view);
  const name = characteristic?.name ?? spoken.name;
  const base = {
    ...(name === undefined ? {} : { name }),
    transcript: heard.text,
    confidence: heard.confidence,
    confirmedByQuestion: false,
    ...(heard.audioPath === undefined ? {} : { audioPath: heard.audioPath }),
  };
  if (characteristic === undefined) {
    return {
      draft: { ...base, value: spoken.value, ...(spoken.unit === undefined ? {} : { unit: spoken.unit }) },
    };
  }
  const inPlan = { ...base, characteristicNumber: characteristic.number };
  const converted = toPlanUnit(spoken.value, spoken.unit, characteristic);
  if (!converted.ok) {
    // The plan does not know this unit for this name: kept as it was said, but only after a yes.
    return {
      draft: { ...inPlan, value: spoken.value, ...(spoken.unit === undefined ? {} : { unit: spoken.unit }) },
      doubt: { kind: "unit_unexpected" },
    };
  }
  const { value, unit, said } = converted.value;
  const judgement = judge(value, characteristic);
  return {
    draft: {
      ...inPlan,
      value,
      ...(unit === undefined ? {} : { unit }),
      ...(said === undefined ? {} : { said }),
      ...(judgement === undefined ? {} : { judgement }),
    },
    ...(farFromNominal(value, characteristic) ? { doubt: { kind: "far_from_nominal" } as const } : {}),
  };
}

/** The characteristic of the running order, by number. */
export function characteristicByNumber(
  plan: InspectionPlan | undefined,
  number: number | undefined,
): Characteristic | undefined {
  return number === undefined ? undefined : plan?.characteristics.find((one) => one.number === number);
}

function findCharacteristic(name: string | undefined, view: StoreView): Characteristic | undefined {
  if (name === undefined) return characteristicByNumber(view.plan, view.nextCharacteristic);
  return view.plan?.characteristics.find((one) => one.name === name || one.aliases.includes(name));
}
