import type { Command } from "./commands.js";
import type { ControllerEvent } from "./events.js";
import type { Message } from "./messages.js";
import type { ControllerState, StickRegion } from "./state.js";
import type { StickFault } from "./stick-faults.js";
import { timersOf } from "./timers.js";
import { announce, type Step, stay } from "./transitions.js";

/** The stick region: one stick at a time is written, others wait. Talking goes on meanwhile. */
export function reduceStick(state: ControllerState, event: StickEvent): Step {
  const { stick } = state;
  switch (event.kind) {
    case "stick_arrived":
      return onArrived(state, event.stickId);
    case "stick_refused":
      return announce(state, { kind: "stick_fault", fault: event.fault }, true);
    case "stick_gone":
      return onGone(state, event.stickId);
    case "exported": {
      if (stick.kind !== "writing" || stick.stickId !== event.stickId) return stay(state);
      const { stickId, waiting } = stick;
      const releasing = enter(state, { kind: "releasing", stickId, records: event.records, waiting }, [
        { kind: "release_stick", stickId },
      ]);
      return event.plan === undefined ? releasing : say(releasing, messageOfPlan(event.plan));
    }
    case "released": {
      if (stick.kind === "fault" && stick.stickId === event.stickId) {
        return say(enter(state, { ...stick, released: true }, []), { kind: "stick_released" });
      }
      if (stick.kind !== "releasing" || stick.stickId !== event.stickId) return stay(state);
      const done = enter(state, { kind: "verified", stickId: stick.stickId }, []);
      return next(say(done, { kind: "stick_done", records: stick.records }), stick.waiting);
    }
    case "export_failed":
      return isBusyWith(stick, event.stickId) ? onFailed(state, stick, event.fault) : stay(state);
    case "timer": {
      const spec = timersOf(state).find((one) => one.key === event.key);
      if (spec?.name !== "stick_limit") return stay(state);
      if (stick.kind === "fault") return enter(state, { kind: "absent" }, []);
      if (stick.kind !== "writing" && stick.kind !== "releasing") return stay(state);
      const failed = onFailed(state, stick, "timed_out");
      return {
        ...failed,
        commands: [{ kind: "abandon_export", stickId: stick.stickId }, ...failed.commands],
      };
    }
  }
}

export type StickEvent = Extract<
  ControllerEvent,
  {
    kind:
      | "stick_arrived"
      | "stick_refused"
      | "stick_gone"
      | "exported"
      | "export_failed"
      | "released"
      | "timer";
  }
>;

type Busy = Extract<StickRegion, { kind: "writing" | "releasing" }>;

function onArrived(state: ControllerState, stickId: string): Step {
  const { stick } = state;
  switch (stick.kind) {
    case "absent":
    case "fault":
      return begin(state, stickId, []);
    case "verified":
      // The same stick may be told twice (the kernel's add and change events).
      return stick.stickId === stickId ? stay(state) : begin(state, stickId, []);
    case "writing":
    case "releasing": {
      const known = stick.stickId === stickId || stick.waiting.includes(stickId);
      return known
        ? stay(state)
        : stay({ ...state, stick: { ...stick, waiting: [...stick.waiting, stickId] } });
    }
  }
}

function onGone(state: ControllerState, stickId: string): Step {
  const { stick } = state;
  switch (stick.kind) {
    case "absent":
      return stay(state);
    case "fault":
      // What was unmounted is gone for the watcher at once, and not for the operator's eyes.
      return stick.stickId === stickId && !stick.released
        ? stay({ ...state, stick: { kind: "absent" } })
        : stay(state);
    case "verified":
      return stick.stickId === stickId ? stay({ ...state, stick: { kind: "absent" } }) : stay(state);
    case "writing":
    case "releasing": {
      if (stick.stickId !== stickId) {
        return stay({
          ...state,
          stick: { ...stick, waiting: stick.waiting.filter((one) => one !== stickId) },
        });
      }
      const failed = onFailed(state, stick, "pulled", { kind: "absent" });
      return { ...failed, commands: [{ kind: "abandon_export", stickId }, ...failed.commands] };
    }
  }
}

/** A stick that could not be written is unmounted all the same, so that it can be pulled without harm to what is on it. */
function onFailed(
  state: ControllerState,
  stick: Busy,
  fault: StickFault,
  rest: StickRegion = { kind: "fault", stickId: stick.stickId, fault, released: false },
): Step {
  const { stickId } = stick;
  const mayBeMounted = rest.kind === "fault" && fault !== "pulled" && stick.kind === "writing";
  const failed = enter(state, rest, mayBeMounted ? [{ kind: "release_stick", stickId }] : []);
  const told = announce(failed.state, { kind: "stick_fault", fault }, true);
  return next({ state: told.state, commands: [...failed.commands, ...told.commands] }, stick.waiting);
}

/** Goes on with the stick that waits. */
function next(step: Step, waiting: readonly string[]): Step {
  const [stickId, ...rest] = waiting;
  if (stickId === undefined) return step;
  const begun = begin(step.state, stickId, rest);
  return { state: begun.state, commands: [...step.commands, ...begun.commands] };
}

function begin(state: ControllerState, stickId: string, waiting: readonly string[]): Step {
  const begun = enter(state, { kind: "writing", stickId, waiting }, [{ kind: "export", stickId }]);
  return say(begun, { kind: "stick_writing" });
}

function say(step: Step, message: Message): Step {
  const told = announce(step.state, message);
  return { state: told.state, commands: [...step.commands, ...told.commands] };
}

function enter(state: ControllerState, stick: StickRegion, commands: readonly Command[]): Step {
  return { state: { ...state, stick }, commands };
}

function isBusyWith(stick: StickRegion, stickId: string): stick is Busy {
  return (stick.kind === "writing" || stick.kind === "releasing") && stick.stickId === stickId;
}

function messageOfPlan(plan: { readonly adopted: number } | { readonly problems: number }): Message {
  return "adopted" in plan
    ? { kind: "plan_adopted", characteristics: plan.adopted }
    : { kind: "plan_refused", problems: plan.problems };
}
