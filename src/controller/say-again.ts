import type { Heard } from "./events.js";
import type { Message, SayAgainReason } from "./messages.js";
import type { ControllerState } from "./state.js";
import { type Step, speak } from "./transitions.js";

/** After this many turns without a value the device offers to take the number digit by digit. */
const failedTurnsBeforeHelp = 2;

/** A turn that gave no value. After two of them the device spells what it heard and offers to listen digit by digit. */
export function sayAgain(state: ControllerState, heard: Heard, reason: SayAgainReason): Step {
  const failedTurns = state.failedTurns + 1;
  const helps = failedTurns >= failedTurnsBeforeHelp && heard.text !== "";
  const message: Message = helps
    ? { kind: "heard_spelled", transcript: heard.text }
    : { kind: "say_again", reason };
  return speak({ ...state, failedTurns }, message, { cue: "not_understood" });
}
