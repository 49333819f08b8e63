import type { Operation } from "./commands.js";
import type { Heard } from "./events.js";
import { hear } from "./hear.js";
import type { ControllerState, Question } from "./state.js";
import { takeMeasurement } from "./take-value.js";
import { ask, askAgain, commit, questionOf, type Step, speak } from "./transitions.js";
import { understand } from "./understand.js";

/** Acts on a final transcript while a question stands. */
export function hearAnswer(state: ControllerState, heard: Heard, question: Question): Step {
  const utterance = understand(heard.text, state.view);
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
