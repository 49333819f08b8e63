import type { InspectionPlan } from "../inspection/plan.js";
import type { StoredRecord, WorkContext } from "../inspection/record.js";
import type { FaultCode } from "./faults.js";
import type { BadLevel, Message, StatusReport } from "./messages.js";
import type { StickFault } from "./stick-faults.js";

/** Everything that can happen to the controller. Outcomes carry the turn that they belong to. */
export type ControllerEvent =
  /** All parts were tried; faults have been told by events of their own. */
  | { readonly kind: "started"; readonly view: StoreView; readonly announcements: readonly Message[] }
  | { readonly kind: "gesture"; readonly gesture: GestureKind }
  | { readonly kind: "gate_opened"; readonly turn: number }
  | { readonly kind: "listen_failed"; readonly turn: number; readonly fault: FaultCode }
  | { readonly kind: "partial"; readonly turn: number; readonly text: string }
  | { readonly kind: "endpoint"; readonly turn: number }
  | { readonly kind: "transcribed"; readonly turn: number; readonly heard: Heard }
  | { readonly kind: "recognition_failed"; readonly turn: number; readonly fault?: FaultCode }
  | {
      readonly kind: "committed";
      readonly turn: number;
      readonly outcome: CommitOutcome;
      readonly view: StoreView;
    }
  | { readonly kind: "commit_failed"; readonly turn: number; readonly failure: CommitFailure }
  | { readonly kind: "status_gathered"; readonly turn: number; readonly report: StatusReport }
  | { readonly kind: "spoken"; readonly turn: number; readonly text: string }
  | { readonly kind: "speech_failed"; readonly turn: number; readonly fault?: FaultCode }
  | { readonly kind: "timer"; readonly key: string }
  | { readonly kind: "fault_raised"; readonly fault: FaultCode }
  | { readonly kind: "fault_cleared"; readonly fault: FaultCode }
  | { readonly kind: "announce"; readonly message: Message }
  | { readonly kind: "view_changed"; readonly view: StoreView }
  | { readonly kind: "stick_arrived"; readonly stickId: string }
  | { readonly kind: "stick_refused"; readonly fault: StickFault }
  | { readonly kind: "stick_gone"; readonly stickId: string }
  | {
      readonly kind: "exported";
      readonly stickId: string;
      readonly records: number;
      readonly plan?: { readonly adopted: number } | { readonly problems: number };
    }
  | { readonly kind: "export_failed"; readonly stickId: string; readonly fault: StickFault }
  | { readonly kind: "released"; readonly stickId: string }
  | { readonly kind: "halt_prepared" }
  /** The service is told to stop: no farewell, no power-off. */
  | { readonly kind: "stop_requested" };

export type GestureKind =
  | "press"
  | "tap"
  | "hold"
  | "release"
  | "double_tap"
  | "long_hold_warn"
  | "long_hold_halt"
  | "stuck"
  | "unstuck";

/** A final transcript, as the recognition room delivers it. */
export interface Heard {
  readonly text: string;
  readonly confidence: number;
  readonly band: "sure" | "unsure" | "poor";
  /** Other sentences that it may have been, the likelier first: what a “no” to a question goes on to. */
  readonly others?: readonly string[];
  /** Time from the end of the device's last sound to the opening of the gate, in ms; Infinity when it was silent. */
  readonly sinceOwnSoundMs: number;
  /** The level of the sound, when it is likely to have spoiled the words. */
  readonly level?: BadLevel;
  readonly audioPath?: string;
  /** Length of the sound and time of its decoding, for the log. */
  readonly audioMs: number;
  readonly decodeMs: number;
}

/** What the controller may know of the store; sent with each change of it. */
export interface StoreView {
  /** The newest valid record. */
  readonly last?: StoredRecord;
  readonly context: WorkContext;
  readonly plan?: InspectionPlan;
  /** Number of the characteristic that the running order names next. */
  readonly nextCharacteristic?: number;
}

export type CommitOutcome =
  | { readonly kind: "stored"; readonly record: StoredRecord }
  | { readonly kind: "corrected"; readonly record: StoredRecord; readonly replaced: number }
  | { readonly kind: "withdrawn"; readonly record: StoredRecord }
  | { readonly kind: "context_set" };

export type CommitFailure =
  | { readonly kind: "fault"; readonly fault: FaultCode }
  | { readonly kind: "not_found"; readonly recordNumber: number }
  | { readonly kind: "already_withdrawn"; readonly record: StoredRecord };
