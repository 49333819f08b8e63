import type { StoredRecord } from "../inspection/record.js";
import { type ControllerState, initialState, type Question, type Reading, type Talk } from "./state.js";

/** A talk state with a name that begins with its kind. */
export interface SampleState {
  readonly name: string;
  readonly state: ControllerState;
}

/** One example of every talk state and of each phase that behaves differently. */
export function sampleStates(): readonly SampleState[] {
  return samples.map(([name, talk]) => ({
    name,
    state: {
      ...initialState,
      settings: { ...initialState.settings, readingTexts: [readAloud.text] },
      talk,
      turn: sampleTurn,
      view: { context: {}, last: sampleRecord },
    },
  }));
}

const sampleTurn = 7;

const sampleRecord: StoredRecord = {
  id: 41,
  deviceId: "sample",
  status: "valid",
  name: "长度",
  value: { unscaled: 1205n, scale: 1 },
  unit: "mm",
  transcript: "长度一百二十点五毫米",
  confidence: 0.99,
  confirmedByQuestion: false,
  wallMs: 0,
  bootId: "sample",
  monotonicMs: 0,
  clockTrusted: true,
};

const draft = {
  name: "长度",
  value: { unscaled: 250n, scale: 0 },
  transcript: "二百五",
  confidence: 0.99,
  confirmedByQuestion: false,
} as const;

const question: Question = {
  ask: { kind: "confirm_measurement", draft, doubt: { kind: "unsure" } },
  yes: { kind: "measure", draft },
  alternatives: [],
  asked: 1,
};

const turn = sampleTurn;

const reading: Reading = { inspector: "08", sentence: 0, failed: 0, kept: 0 };
const readAloud = { kind: "read_aloud", text: "长度一百二十点五毫米", how: "first", of: 1 } as const;

const samples: readonly (readonly [string, Talk])[] = [
  ["starting", { kind: "starting" }],
  ["ready", { kind: "ready" }],
  [
    "listening (gate opening)",
    { kind: "listening", turn, mode: "undecided", gate: "opening", released: false, partial: "" },
  ],
  ["listening (tap)", { kind: "listening", turn, mode: "tap", gate: "open", released: false, partial: "长" }],
  ["listening (hold)", { kind: "listening", turn, mode: "hold", gate: "open", released: false, partial: "" }],
  [
    "listening (released)",
    { kind: "listening", turn, mode: "hold", gate: "open", released: true, partial: "长" },
  ],
  ["recognising", { kind: "recognising", turn, ticks: 0 }],
  [
    "listening (a reading)",
    { kind: "listening", turn, mode: "tap", gate: "open", released: false, partial: "", reading },
  ],
  ["recognising (a reading)", { kind: "recognising", turn, ticks: 0, reading }],
  ["recognising (an answer)", { kind: "recognising", turn, ticks: 0, question }],
  ["committing", { kind: "committing", turn, ticks: 0, work: { kind: "measure", draft } }],
  ["speaking", { kind: "speaking", turn, message: { kind: "device_ready" }, then: { kind: "ready" } }],
  [
    "speaking (a question)",
    { kind: "speaking", turn, message: question.ask, then: { kind: "ask", question } },
  ],
  [
    "speaking (halt offer)",
    { kind: "speaking", turn, message: { kind: "halt_offer" }, then: { kind: "halt_offer" } },
  ],
  [
    "speaking (a sentence to read)",
    { kind: "speaking", turn, message: readAloud, then: { kind: "read", reading } },
  ],
  ["asking (listening)", { kind: "asking", turn, question, gate: "open" }],
  ["asking (waiting)", { kind: "asking", turn, question, gate: "waiting" }],
  ["halting (preparing)", { kind: "halting", turn, phase: "preparing", quiet: false }],
  ["halting (announcing)", { kind: "halting", turn, phase: "announcing", quiet: false }],
  ["halting (halted)", { kind: "halting", turn, phase: "halted", quiet: false }],
];
