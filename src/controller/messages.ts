import type { MeasurementDraft, StoredRecord } from "../inspection/record.js";
import type { AmbiguityReason, RefusalReason } from "../language/utterance.js";
import type { FaultCode } from "./faults.js";
import type { StickFault } from "./stick-faults.js";

/**
 * Everything the device can say, as data; `wording` turns it into words. A message about a record carries the *stored*
 * row, so that what is spoken is what is kept.
 */
export type Message =
  | { readonly kind: "device_ready" }
  | { readonly kind: "measurement_stored"; readonly record: StoredRecord }
  | { readonly kind: "measurement_corrected"; readonly record: StoredRecord }
  | { readonly kind: "measurement_withdrawn"; readonly record: StoredRecord }
  | { readonly kind: "record_repeated"; readonly record: StoredRecord }
  | { readonly kind: "record_spelled"; readonly record: StoredRecord }
  | { readonly kind: "no_record_yet" }
  | { readonly kind: "record_not_found"; readonly recordNumber: number }
  | { readonly kind: "record_already_withdrawn"; readonly record: StoredRecord }
  | { readonly kind: "confirm_measurement"; readonly draft: MeasurementDraft; readonly doubt: Doubt }
  | {
      readonly kind: "confirm_correction";
      readonly record: StoredRecord;
      readonly draft: MeasurementDraft;
      readonly doubt: Doubt;
    }
  | { readonly kind: "confirm_withdrawal"; readonly record: StoredRecord }
  | { readonly kind: "confirm_context"; readonly field: ContextField; readonly value: string }
  | { readonly kind: "confirm_next_part" }
  | { readonly kind: "say_again"; readonly reason: SayAgainReason }
  | { readonly kind: "heard_spelled"; readonly transcript: string }
  | { readonly kind: "say_correct_value" }
  | { readonly kind: "nothing_recorded" }
  | { readonly kind: "no_question" }
  | { readonly kind: "context_set"; readonly field: ContextField; readonly value: string }
  | { readonly kind: "next_part" }
  | { readonly kind: "status"; readonly report: StatusReport }
  | { readonly kind: "help" }
  | { readonly kind: "cancelled" }
  | { readonly kind: "not_stored"; readonly fault: FaultCode }
  | { readonly kind: "fault"; readonly fault: FaultCode }
  | { readonly kind: "recovered"; readonly fault: FaultCode }
  | {
      readonly kind: "database_restored";
      readonly from: "backup" | "empty";
      /** Records that the damaged file still had. */
      readonly rescued: number;
    }
  | { readonly kind: "stick_writing" }
  | { readonly kind: "stick_done"; readonly records: number }
  | { readonly kind: "stick_fault"; readonly fault: StickFault }
  /** A stick that had a fault was unmounted. */
  | { readonly kind: "stick_released" }
  | { readonly kind: "plan_adopted"; readonly characteristics: number }
  | { readonly kind: "plan_refused"; readonly problems: number }
  | { readonly kind: "configuration_changed" }
  | { readonly kind: "enrolment_unavailable" }
  /** `first` comes with the explanation, `again` after a reading that cannot be used. */
  | {
      readonly kind: "read_aloud";
      readonly text: string;
      readonly how: "first" | "next" | "again";
      /** How many sentences there are. */
      readonly of: number;
    }
  | { readonly kind: "enrolment_stopped" }
  | { readonly kind: "voice_being_learnt" }
  | { readonly kind: "voice_learnt"; readonly inspector?: string; readonly outcome: VoiceOutcome }
  | { readonly kind: "halt_offer" }
  | { readonly kind: "halt_cancelled" }
  | { readonly kind: "may_be_unplugged" };

/** What became of the sentences that an inspector has read. */
export type VoiceOutcome =
  /** Of the `of` sentences that were held back so many were understood before, and are now. */
  | { readonly kind: "better"; readonly before: number; readonly after: number; readonly of: number }
  /** The voice is understood as it is, or learning did not help: nothing was changed. */
  | { readonly kind: "unchanged" }
  | { readonly kind: "failed" };

export type ContextField = "part" | "batch" | "inspector";

/** Why a value is asked rather than stored. */
export type Doubt =
  | { readonly kind: "unsure" }
  | { readonly kind: "ambiguous"; readonly reason: AmbiguityReason }
  | { readonly kind: "far_from_nominal" }
  | { readonly kind: "unit_unexpected" }
  | { readonly kind: "name_differs" };

/** What may have spoilt the words, and what the speaker can do better next time; `interrupted`: samples are missing. */
export type BadLevel = "too_quiet" | "too_loud" | "interrupted";

export type SayAgainReason =
  | { readonly kind: "nothing_heard"; readonly level?: "too_quiet" }
  | { readonly kind: "not_understood"; readonly level?: BadLevel }
  | { readonly kind: "own_voice" }
  | { readonly kind: "refused"; readonly reason: RefusalReason }
  | { readonly kind: "ambiguous"; readonly reason: AmbiguityReason }
  | { readonly kind: "said_no" };

export interface StatusReport {
  readonly recordsToday: number;
  readonly freeMegabytes: number;
  readonly clockTrusted: boolean;
  readonly faults: readonly FaultCode[];
  readonly nextName?: string;
}
