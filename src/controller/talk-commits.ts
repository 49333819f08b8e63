import type { CommitFailure, CommitOutcome, StoreView } from "./events.js";
import type { Message } from "./messages.js";
import type { ControllerState } from "./state.js";
import { type Step, settle, speak, withFault, withoutCorrection } from "./transitions.js";

/** The database has changed: what was done is said. */
export function onCommitted(state: ControllerState, outcome: CommitOutcome, view: StoreView): Step {
  const stored: ControllerState = { ...withoutCorrection(state), view, failedTurns: 0 };
  const message = messageOfCommit(stored, outcome);
  return message === undefined ? settle(stored) : speak(stored, message);
}

/** What is said of a change; nothing where nobody asked for it. */
export function messageOfCommit(state: ControllerState, outcome: CommitOutcome): Message | undefined {
  switch (outcome.kind) {
    case "stored":
      return { kind: "measurement_stored", record: outcome.record };
    case "corrected":
      return { kind: "measurement_corrected", record: outcome.record };
    case "withdrawn":
      return { kind: "measurement_withdrawn", record: outcome.record };
    case "context_set":
      return state.talk.kind === "committing" ? messageOfContext(state.talk.work) : undefined;
  }
}

function messageOfContext(
  work: Extract<ControllerState["talk"], { kind: "committing" }>["work"],
): Message | undefined {
  if (work.kind === "next_part") return { kind: "next_part" };
  if (work.kind !== "set_context") return undefined;
  const { part, batch, inspector } = work.change;
  if (part !== undefined) return { kind: "context_set", field: "part", value: part };
  if (batch !== undefined) return { kind: "context_set", field: "batch", value: batch };
  return inspector === undefined ? undefined : { kind: "context_set", field: "inspector", value: inspector };
}

/** Nothing was changed: why is said. */
export function onCommitFailed(state: ControllerState, failure: CommitFailure): Step {
  switch (failure.kind) {
    case "fault":
      return speak(
        withFault(state, failure.fault),
        { kind: "not_stored", fault: failure.fault },
        { cue: "fault" },
      );
    case "not_found":
      return speak(state, { kind: "record_not_found", recordNumber: failure.recordNumber });
    case "already_withdrawn":
      return speak(state, { kind: "record_already_withdrawn", record: failure.record });
  }
}
