import type { MeasurementDraft, WorkContext } from "../inspection/record.js";
import type { FaultCode } from "./faults.js";
import type { Message } from "./messages.js";

/** What must be done, as data. The interpreter carries a command out and feeds the outcome back as an event. */
export type Command =
  /** Play the listening tone, wait for quiet, begin recognition, open the gate. Answers: gate_opened, listen_failed. */
  | { readonly kind: "listen"; readonly turn: number }
  /** Shut the gate and ask for the final transcript. Answers: transcribed, recognition_failed. */
  | { readonly kind: "finish_recognition"; readonly turn: number }
  /** Shut the gate and forget the turn; a tone that plays is stopped. */
  | { readonly kind: "abandon_turn"; readonly turn: number }
  /** Answers: committed, commit_failed. */
  | { readonly kind: "commit"; readonly turn: number; readonly operation: Operation }
  /** Answers: status_gathered. */
  | { readonly kind: "gather_status"; readonly turn: number }
  /** Say it, after the cue. Answers: spoken, speech_failed. */
  | { readonly kind: "speak"; readonly turn: number; readonly message: Message; readonly cue?: Cue }
  | { readonly kind: "stop_speaking"; readonly turn: number }
  /** The soft tick of a device at work. */
  | { readonly kind: "tick" }
  | { readonly kind: "start_timer"; readonly key: string; readonly delayMs: number }
  | { readonly kind: "cancel_timer"; readonly key: string }
  /** Answers: exported, export_failed. */
  | { readonly kind: "export"; readonly stickId: string }
  /** Stop the writing of a stick that is gone or took too long. */
  | { readonly kind: "abandon_export"; readonly stickId: string }
  /** Flush and unmount. Answers: released, export_failed. */
  | { readonly kind: "release_stick"; readonly stickId: string }
  /** Put everything on the card, end what runs. Answers: halt_prepared. */
  | { readonly kind: "prepare_halt" }
  /** Power off (a Pi) or end (a desk). */
  | { readonly kind: "halt" }
  /** The sound of the turn that was understood last is a reading of this sentence (number from 0). */
  | { readonly kind: "keep_reading"; readonly sentence: number; readonly isFirst: boolean }
  /** Learn from the readings, beside everything else. The outcome comes as an announcement. */
  | { readonly kind: "learn_voice"; readonly inspector?: string }
  | { readonly kind: "note_fault"; readonly fault: FaultCode; readonly raised: boolean };

export type Cue = "not_understood" | "fault";

/** A change of the database, made in one transaction. */
export type Operation =
  | { readonly kind: "measure"; readonly draft: MeasurementDraft }
  | { readonly kind: "correct"; readonly recordId: number; readonly draft: MeasurementDraft }
  | { readonly kind: "withdraw"; readonly recordId: number }
  | { readonly kind: "set_context"; readonly change: WorkContext }
  | { readonly kind: "next_part" };
