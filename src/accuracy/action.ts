import type { Operation } from "../controller/commands.js";
import type { Heard, StoreView } from "../controller/events.js";
import { hear } from "../controller/hear.js";
import { initialState } from "../controller/state.js";
import type { Step } from "../controller/transitions.js";
import type { Words } from "../controller/weigh.js";
import type { StoredRecord } from "../inspection/record.js";
import { decimalToText } from "../language/decimal.js";

/** What the device does with a sentence. Two actions with the same key are the same to the operator. */
export type Action =
  /** The card is changed at once. */
  | { readonly kind: "stored"; readonly key: string }
  /** A question is asked; `key` is what a yes would change. */
  | { readonly kind: "asked"; readonly key: string }
  /** A command that changes nothing on the card: 重复, 状态, 帮助. */
  | { readonly kind: "obeyed"; readonly key: string }
  /** Nothing but “没听清”. */
  | { readonly kind: "refused" };

/** In a running shift there is a record that 撤销 and 更正 are about. */
const lastRecord: StoredRecord = {
  id: 41,
  name: "长度",
  value: { unscaled: 1205n, scale: 1 },
  unit: "mm",
  transcript: "长度一百二十点五毫米",
  confidence: 1,
  confirmedByQuestion: false,
  deviceId: "",
  status: "valid",
  wallMs: 0,
  bootId: "",
  monotonicMs: 0,
  clockTrusted: true,
};

/** A device without a plan, in the middle of a shift. */
export const midShift: StoreView = { context: {}, last: lastRecord };

/** What the device does on these words: its own controller decides. */
export function actionOn(words: Words, view: StoreView = midShift): Action {
  const heard: Heard = { ...words, sinceOwnSoundMs: Number.POSITIVE_INFINITY, audioMs: 0, decodeMs: 0 };
  return actionOf(hear({ ...initialState, view }, heard));
}

/** What it would do if it were sure of the words. */
export function actionIfSure(text: string, view: StoreView = midShift): Action {
  return actionOn({ text, confidence: 1, band: "sure" }, view);
}

function actionOf({ state: { talk } }: Step): Action {
  if (talk.kind === "committing") {
    return talk.work.kind === "gather_status"
      ? { kind: "obeyed", key: "status" }
      : { kind: "stored", key: keyOf(talk.work) };
  }
  if (talk.kind !== "speaking") return { kind: "obeyed", key: talk.kind };
  if (talk.then.kind === "ask") return { kind: "asked", key: keyOf(talk.then.question.yes) };
  const { message } = talk;
  return message.kind === "say_again" || message.kind === "heard_spelled"
    ? { kind: "refused" }
    : { kind: "obeyed", key: message.kind };
}

/** What an operation changes, in words; the decimals count as they were said, 12.50 is not 12.5. */
function keyOf(operation: Operation): string {
  switch (operation.kind) {
    case "measure":
    case "correct": {
      const { name = "", value, unit = "" } = operation.draft;
      const target = operation.kind === "correct" ? `correct ${operation.recordId}: ` : "";
      return `${target}${name} ${decimalToText(value)} ${unit}`.trim();
    }
    case "withdraw":
      return `withdraw ${operation.recordId}`;
    case "set_context":
      return Object.entries(operation.change)
        .map(([field, value]) => `${field} ${value}`)
        .join(", ");
    case "next_part":
      return "next part";
  }
}
