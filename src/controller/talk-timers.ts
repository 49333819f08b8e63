import { readAgain } from "./enrol.js";
import type { ControllerState } from "./state.js";
import { timersOf } from "./timers.js";
import {
  announce,
  askAgain,
  finishHalt,
  recognise,
  type Step,
  settle,
  speak,
  stay,
  update,
  withFault,
  withoutCorrection,
} from "./transitions.js";

/** A time limit of the talk region has passed. A timer of a stay that is over changes nothing. */
export function reduceTalkTimer(state: ControllerState, key: string): Step {
  const spec = timersOf(state).find((one) => one.key === key);
  const { talk } = state;
  switch (spec?.name) {
    case "start_limit":
      // Whatever is still missing is a fault of its own; the button must answer now.
      return settle(state);
    case "gate_limit":
      return speak(state, { kind: "fault", fault: "not_answering" }, { cue: "fault" });
    case "listen_limit":
    case "release_tail":
      return talk.kind === "listening" ? recognise(state, talk.turn) : stay(state);
    case "recognise_limit":
      if (talk.kind === "recognising" && talk.reading !== undefined) return readAgain(state, talk.reading);
      if (talk.kind === "recognising" && talk.question !== undefined) return askAgain(state, talk.question);
      return speak(
        state,
        { kind: "say_again", reason: { kind: "not_understood" } },
        { cue: "not_understood" },
      );
    case "commit_limit":
      return speak(
        withFault(state, "store_unusable"),
        { kind: "not_stored", fault: "store_unusable" },
        { cue: "fault" },
      );
    case "work_tick":
      return talk.kind === "recognising" || talk.kind === "committing"
        ? update(state, { ...talk, ticks: talk.ticks + 1 }, [{ kind: "tick" }])
        : stay(state);
    case "speak_limit":
      return settle(withFault(state, "speaker_lost"));
    case "ask_limit":
      return speak(state, { kind: "nothing_recorded" });
    case "halt_limit":
      return talk.kind === "halting" ? finishHalt(state, talk) : stay(state);
    case "correction_limit":
      return announce(withoutCorrection(state), { kind: "cancelled" });
    case "stick_limit":
    case undefined:
      return stay(state);
  }
}
