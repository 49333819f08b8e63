import type { Command } from "./commands.js";
import type { ControllerEvent } from "./events.js";
import type { FaultCode } from "./faults.js";
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
  const notes = faultNotes(state, step.state);
  const timers = timerChanges(state, step.state);
  if (notes.length === 0 && timers.length === 0) return step;
  if (notes.length === 0 && step.commands.length === 0) return { state: step.state, commands: timers };
  return { state: step.state, commands: [...notes, ...step.commands, ...timers] };
}

/** Whatever made a fault come or go, it is written down: the log, the lamp and the sheet of the device tell one story. */
function faultNotes(before: ControllerState, after: ControllerState): readonly Command[] {
  if (before.faults === after.faults) return [];
  const note = (fault: FaultCode, raised: boolean): Command => ({ kind: "note_fault", fault, raised });
  return [
    ...after.faults.filter((fault) => !before.faults.includes(fault)).map((fault) => note(fault, true)),
    ...before.faults.filter((fault) => !after.faults.includes(fault)).map((fault) => note(fault, false)),
  ];
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
