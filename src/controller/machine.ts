import type { ControllerEvent } from "./events.js";
import type { ControllerState } from "./state.js";
import { reduceStick } from "./stick.js";
import { reduceTalk } from "./talk.js";
import { timerChanges } from "./timers.js";
import { type Step, stay } from "./transitions.js";

/**
 * The controller: `(state, event)` to the next state and the commands to carry out. It never waits, never reads a
 * clock, never throws; an event that means nothing in a state leaves it as it is.
 */
export function reduce(state: ControllerState, event: ControllerEvent): Step {
  const step = reduceRegions(state, event);
  const timers = timerChanges(state, step.state);
  return timers.length === 0 ? step : { state: step.state, commands: [...step.commands, ...timers] };
}

function reduceRegions(state: ControllerState, event: ControllerEvent): Step {
  if (state.talk.kind === "halting" && state.talk.phase === "halted") return stay(state);
  switch (event.kind) {
    case "stick_arrived":
    case "stick_refused":
    case "stick_gone":
    case "exported":
    case "export_failed":
    case "released":
      return reduceStick(state, event);
    case "timer": {
      const talked = reduceTalk(state, event);
      return talked.state === state ? reduceStick(state, event) : talked;
    }
    default:
      return reduceTalk(state, event);
  }
}
