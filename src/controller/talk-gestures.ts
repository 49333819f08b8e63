import type { GestureKind } from "./events.js";
import { confirmed } from "./hear-answer.js";
import type { ControllerState, Listening } from "./state.js";
import {
  announce,
  beginHalt,
  commit,
  listen,
  recognise,
  type Step,
  settle,
  speak,
  stay,
  update,
  withFault,
  withoutFault,
} from "./transitions.js";

/** What a hand on the button does in each talk state: the table “The button” of the dialogue. */
export function reduceGesture(state: ControllerState, gesture: GestureKind): Step {
  switch (gesture) {
    case "stuck":
      return onStuck(state);
    case "unstuck":
      return announce(withoutFault(state, "button_stuck"), { kind: "recovered", fault: "button_stuck" });
    case "long_hold_warn":
      return onLongHold(state);
    case "long_hold_halt":
      return isHaltOffered(state) ? beginHalt(state, false) : stay(state);
    case "double_tap":
      return onDoubleTap(state);
    case "press":
      return onPress(state);
    case "tap":
      return onTap(state);
    case "hold":
      return onHold(state);
    case "release":
      return onRelease(state);
  }
}

function onPress(state: ControllerState): Step {
  switch (state.talk.kind) {
    case "ready":
      return listen(state, "undecided");
    case "speaking": {
      const { then } = state.talk;
      if (then.kind === "halt_offer") return stay(state);
      // Barge-in. A question that is still being spoken was not heard to its end, so the press is not its answer; a
      // sentence that is known already may be read at once.
      return then.kind === "read" ? listen(state, "undecided", then.reading) : listen(state, "undecided");
    }
    case "recognising":
      return listen(state, "undecided");
    case "starting":
    case "listening":
    case "asking":
    case "committing":
    case "halting":
      return stay(state);
  }
}

function onTap(state: ControllerState): Step {
  const { talk } = state;
  if (talk.kind === "asking") return commit(state, confirmed(talk.question.yes));
  if (talk.kind !== "listening") return stay(state);
  if (talk.mode === "undecided") return update(state, { ...talk, mode: "tap" });
  return finishListening(state, talk);
}

function onHold(state: ControllerState): Step {
  const { talk } = state;
  if (talk.kind === "asking") return listen(state, "hold");
  if (talk.kind !== "listening") return stay(state);
  return update(state, { ...talk, mode: "hold" });
}

function onRelease(state: ControllerState): Step {
  const { talk } = state;
  if (isHaltOffered(state)) return speak(state, { kind: "halt_cancelled" });
  if (talk.kind !== "listening" || talk.mode !== "hold") return stay(state);
  return update(state, { ...talk, released: true });
}

function onDoubleTap(state: ControllerState): Step {
  switch (state.talk.kind) {
    case "starting":
    case "committing":
    case "halting":
      return stay(state);
    case "ready":
    case "listening":
    case "asking":
    case "recognising":
    case "speaking": {
      const { last } = state.view;
      return speak(
        state,
        last === undefined ? { kind: "no_record_yet" } : { kind: "record_spelled", record: last },
      );
    }
  }
}

function onLongHold(state: ControllerState): Step {
  const { talk } = state;
  const nothingSaid = talk.kind === "listening" && talk.mode === "hold" && talk.partial === "";
  // With a fault that blocks listening a hold must still be able to halt the device.
  const cannotListen = talk.kind === "ready" || (talk.kind === "speaking" && talk.then.kind === "ready");
  if (!nothingSaid && !cannotListen) return stay(state);
  return speak(state, { kind: "halt_offer" }, { then: { kind: "halt_offer" } });
}

function onStuck(state: ControllerState): Step {
  const stuck = withFault(state, "button_stuck");
  const free = stuck.talk.kind === "listening" || isHaltOffered(stuck) ? settle(stuck) : stay(stuck);
  const told = announce(free.state, { kind: "fault", fault: "button_stuck" }, true);
  return { state: told.state, commands: [...free.commands, ...told.commands] };
}

/** A tap ends the turn with what was said; before the gate is open nothing was, and the turn is simply over. */
function finishListening(state: ControllerState, talk: Listening): Step {
  return talk.gate === "open" ? recognise(state, talk.turn) : speak(state, { kind: "cancelled" });
}

function isHaltOffered(state: ControllerState): boolean {
  return state.talk.kind === "speaking" && state.talk.then.kind === "halt_offer";
}
