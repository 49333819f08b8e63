/**
 * What the rooms tell onlookers (log, journal, LED drawing), by topic. Nothing here feeds the controller. Payloads are
 * plain data that stands for itself when the log is read a month later; times are added by the bus.
 */
export interface EventPayloads {
  readonly audio:
    | { readonly kind: "microphone_lost"; readonly fault: string; readonly detail: string }
    | { readonly kind: "microphone_recovered" }
    /** Samples that the consumer could not take in time. */
    | { readonly kind: "chunks_dropped"; readonly chunks: number; readonly total: number }
    | { readonly kind: "gate_opened" }
    | { readonly kind: "gate_shut"; readonly openMs: number }
    /** Of the sound that passed the gate; dBFS, 0 is full scale. */
    | {
        readonly kind: "level";
        readonly verdict: string;
        readonly peakDbfs: number;
        readonly rmsDbfs: number;
      };
  readonly recognition:
    | { readonly kind: "turn_begun"; readonly turn: number }
    | { readonly kind: "endpoint"; readonly turn: number }
    | {
        readonly kind: "transcribed";
        readonly turn: number;
        readonly text: string;
        readonly confidence: number;
        readonly band: string;
        readonly audioMs: number;
        readonly decodeMs: number;
      }
    | { readonly kind: "failed"; readonly turn: number; readonly error: string; readonly detail?: string }
    | { readonly kind: "ready"; readonly modelId: string; readonly residentBytes: number }
    | { readonly kind: "restarting"; readonly detail: string };
  readonly text:
    | { readonly kind: "partial"; readonly turn: number; readonly text: string }
    | {
        readonly kind: "understood";
        readonly turn: number;
        readonly text: string;
        readonly utterance: string;
      }
    | {
        readonly kind: "not_understood";
        readonly turn: number;
        readonly text: string;
        readonly reason: string;
      };
  readonly measurement:
    | {
        readonly kind: "stored";
        readonly record: number;
        readonly name?: string;
        readonly value: string;
        readonly unit?: string;
      }
    | {
        readonly kind: "corrected";
        readonly record: number;
        readonly replaced: number;
        readonly value: string;
      }
    | { readonly kind: "withdrawn"; readonly record: number }
    | { readonly kind: "refused"; readonly reason: string };
  readonly speech:
    | { readonly kind: "started"; readonly text: string; readonly waitedMs: number }
    | { readonly kind: "completed"; readonly text: string; readonly tookMs: number }
    | { readonly kind: "cancelled"; readonly text: string; readonly reason: string }
    | { readonly kind: "failed"; readonly text: string; readonly error: string; readonly detail: string };
  readonly export:
    | { readonly kind: "stick_arrived"; readonly stick: string }
    | { readonly kind: "stick_gone"; readonly stick: string }
    | { readonly kind: "started"; readonly stick: string }
    | {
        readonly kind: "finished";
        readonly stick: string;
        readonly records: number;
        readonly file: string;
        readonly sha256: string;
      }
    | { readonly kind: "failed"; readonly stick: string; readonly error: string; readonly detail: string };
  readonly system:
    | { readonly kind: "started"; readonly version: string }
    | { readonly kind: "state"; readonly from: string; readonly to: string; readonly event: string }
    | { readonly kind: "fault"; readonly code: string; readonly detail: string }
    | { readonly kind: "fault_cleared"; readonly code: string }
    /** The wall clock was set while the device ran. */
    | { readonly kind: "clock_step"; readonly byMs: number }
    | {
        readonly kind: "failure";
        readonly part: string;
        readonly code: string;
        readonly severity: string;
        readonly detail: string;
      }
    | { readonly kind: "task"; readonly task: string; readonly outcome: string }
    | {
        readonly kind: "part_health";
        readonly part: string;
        readonly state: string;
        readonly restarts: number;
      }
    | { readonly kind: "shutting_down"; readonly reason: string }
    | {
        readonly kind: "shutdown_phase";
        readonly phase: string;
        readonly outcome: string;
        readonly tookMs: number;
      };
  readonly configuration:
    | { readonly kind: "loaded"; readonly source: string }
    | { readonly kind: "reloaded"; readonly changedKeys: readonly string[] }
    | { readonly kind: "refused"; readonly problems: readonly string[] };
}

export type Topic = keyof EventPayloads;

/** What is published. */
export type Publication = { [T in Topic]: { readonly topic: T; readonly event: EventPayloads[T] } }[Topic];

/** What a subscriber gets: numbered in the order of publication, with both clocks. */
export type BusEvent = Publication & {
  readonly number: number;
  readonly monotonicMs: number;
  readonly wallMs: number;
};
