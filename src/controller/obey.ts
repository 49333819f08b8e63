import type { WorkContext } from "../inspection/record.js";
import type { Command as SpokenCommand } from "../language/utterance.js";
import type { Operation } from "./commands.js";
import { beginEnrolment } from "./enrol.js";
import type { Heard } from "./events.js";
import type { ContextField } from "./messages.js";
import { sayAgain } from "./say-again.js";
import type { ControllerState } from "./state.js";
import { takeCorrection } from "./take-value.js";
import { ask, commit, gatherStatus, questionOf, type Step, speak, withoutCorrection } from "./transitions.js";

export function obey(state: ControllerState, heard: Heard, command: SpokenCommand): Step {
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
