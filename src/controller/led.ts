import { faultPolicy } from "./faults.js";
import type { ControllerState } from "./state.js";

/** What the lamp tells; the names are those of the dialogue. */
export type LedSignal =
  | "starting"
  | "ready"
  | "listening"
  | "working"
  | "speaking"
  | "stick_busy"
  | "fault"
  | "halted";

/** Alternating on and off times in milliseconds, beginning with on, repeated; `[Infinity]` is on, `[]` is off. */
export const ledPatterns: Readonly<Record<LedSignal, readonly number[]>> = {
  starting: [125, 125],
  ready: [50, 2950],
  listening: [Number.POSITIVE_INFINITY],
  working: [62.5, 62.5],
  speaking: [500, 500],
  stick_busy: [100, 150, 100, 650],
  fault: [100, 150, 100, 150, 100, 1400],
  halted: [],
};

/** The signal of a state: what the operator does comes first, then the stick, then faults. */
export function ledSignal(state: ControllerState): LedSignal {
  const { talk, stick } = state;
  switch (talk.kind) {
    case "starting":
      return "starting";
    case "listening":
      return "listening";
    case "asking":
      return "listening";
    case "recognising":
    case "committing":
      return "working";
    case "halting":
      return talk.phase === "halted" ? "halted" : "working";
    case "speaking":
      return "speaking";
    case "ready": {
      if (stick.kind === "writing" || stick.kind === "releasing") return "stick_busy";
      return isFaultShown(state) ? "fault" : "ready";
    }
  }
}

/** Does a fault stand that the lamp tells? */
export function isFaultShown({ stick, faults }: ControllerState): boolean {
  return stick.kind === "fault" || faults.some((fault) => faultPolicy(fault).shownOnLed);
}
