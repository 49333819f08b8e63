import type { MeasurementDraft, StoredRecord } from "../inspection/record.js";
import type { Operation } from "./commands.js";
import type { StoreView } from "./events.js";
import type { FaultCode } from "./faults.js";
import type { Doubt, Message } from "./messages.js";
import type { StickFault } from "./stick-faults.js";

/** The whole of what the controller knows. Two regions run side by side; faults are a set, not a state. */
export interface ControllerState {
  readonly settings: DialogueSettings;
  readonly talk: Talk;
  readonly stick: StickRegion;
  /** Standing faults, without repeats, in the order of their coming. */
  readonly faults: readonly FaultCode[];
  readonly view: StoreView;
  /** The last number given to a turn. Work of an earlier turn changes nothing when it answers late. */
  readonly turn: number;
  /** What waits to be said until nobody talks; at most `announcementLimit`. */
  readonly announcements: readonly Announcement[];
  /** The newest spoken texts, for the second fence against hearing oneself. */
  readonly recentSpeech: readonly string[];
  /** The record that a bare “不对” wants replaced by the next value. */
  readonly correcting?: StoredRecord;
  /** Turns in a row that gave no value. */
  readonly failedTurns: number;
  /** Stored, but its confirmation could not be played: it is repeated when the speaker is back. */
  readonly unconfirmed?: StoredRecord;
}

/** What a deployment may choose. */
export interface DialogueSettings {
  /** Take 一百二 as 120 without asking. */
  readonly acceptElidedUnits: boolean;
  /** Longest listening after a tap, in milliseconds. */
  readonly listenLimitMs: number;
  /** What an inspector reads aloud so that the device learns the voice; none where it cannot learn. */
  readonly readingTexts: readonly string[];
}

export type Talk =
  | { readonly kind: "starting" }
  | { readonly kind: "ready" }
  | Listening
  | Asking
  | Recognising
  | Committing
  | Speaking
  | Halting;

/** The gate is opening or open for a new sentence. */
export interface Listening {
  readonly kind: "listening";
  readonly turn: number;
  /** `undecided` until the finger is lifted (tap) or stays (hold). */
  readonly mode: "undecided" | "tap" | "hold";
  readonly gate: "opening" | "open";
  /** The button of a hold was released: the turn ends after a short tail. */
  readonly released: boolean;
  readonly partial: string;
  /** A sentence is being read aloud for the device to learn the voice. */
  readonly reading?: Reading;
}

/** How far the reading aloud has come. */
export interface Reading {
  /** Whose voice it is; nobody's in particular without one. */
  readonly inspector?: string;
  /** Number of the sentence, from 0. */
  readonly sentence: number;
  /** How often this sentence could not be used. */
  readonly failed: number;
  /** Sentences that were kept. */
  readonly kept: number;
}

/** A question was spoken; a tap or “是” is yes. */
export interface Asking {
  readonly kind: "asking";
  readonly turn: number;
  readonly question: Question;
  /** `waiting`: listening has ended without words, the button can still answer. */
  readonly gate: "opening" | "open" | "waiting";
}

export interface Recognising {
  readonly kind: "recognising";
  readonly turn: number;
  readonly question?: Question;
  readonly reading?: Reading;
  readonly ticks: number;
}

export interface Committing {
  readonly kind: "committing";
  readonly turn: number;
  readonly work: Operation | { readonly kind: "gather_status" };
  readonly ticks: number;
}

export interface Speaking {
  readonly kind: "speaking";
  readonly turn: number;
  readonly message: Message;
  readonly then: AfterSpeech;
}

/** On the way down; `quiet` when the service is stopped rather than switched off by hand. */
export interface Halting {
  readonly kind: "halting";
  readonly turn: number;
  readonly phase: "preparing" | "announcing" | "halted";
  readonly quiet: boolean;
}

export type AfterSpeech =
  | { readonly kind: "ready" }
  | { readonly kind: "ask"; readonly question: Question }
  | { readonly kind: "read"; readonly reading: Reading }
  /** The button has been held for 6 s; 9 s halt the device. */
  | { readonly kind: "halt_offer" };

/** What stands to be answered with yes or no. `ask` is its wording, `yes` what a yes does. */
export interface Question {
  readonly ask: Message;
  readonly yes: Operation;
  /** Further readings of an ambiguous number, asked one after the other on “不是”. */
  readonly alternatives: readonly Alternative[];
  /** How often it was asked. */
  readonly asked: number;
}

export interface Alternative {
  readonly draft: MeasurementDraft;
  readonly doubt: Doubt;
}

export interface Announcement {
  readonly message: Message;
  readonly alarm: boolean;
}

export type StickRegion =
  | { readonly kind: "absent" }
  | { readonly kind: "writing"; readonly stickId: string; readonly waiting: readonly string[] }
  | {
      readonly kind: "releasing";
      readonly stickId: string;
      readonly records: number;
      readonly waiting: readonly string[];
    }
  | { readonly kind: "verified"; readonly stickId: string }
  | {
      readonly kind: "fault";
      readonly stickId: string;
      readonly fault: StickFault;
      /** It was unmounted and may be pulled; the lamp tells the fault a while longer. */
      readonly released: boolean;
    };

/** Before anything was tried. */
export const initialState: ControllerState = {
  settings: { acceptElidedUnits: false, listenLimitMs: 15_000, readingTexts: [] },
  talk: { kind: "starting" },
  stick: { kind: "absent" },
  faults: [],
  view: { context: {} },
  turn: 0,
  announcements: [],
  recentSpeech: [],
  failedTurns: 0,
};

/** More waiting words than these would be a radio play: the oldest hints give way, see `announce`. */
export const announcementLimit = 8;
