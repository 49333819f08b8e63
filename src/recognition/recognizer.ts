import type { Result } from "../runtime/result.js";

/**
 * A streaming recogniser of turns. One turn at a time; results of a turn that was abandoned are dropped here, so a late
 * answer can never reach the controller as another turn's.
 */
export interface Recognizer {
  /** Loads the model; may be called again after `unavailable`. Resolves when a turn can begin. */
  start(signal: AbortSignal): Promise<Result<RecognizerInfo, RecognizerError>>;
  /** Resets the stream and begins turn `turn`. `hotwords` are names that the plan makes likely. */
  beginTurn(turn: number, listener: TurnListener): void;
  /** 16 kHz mono samples of the running turn; dropped when no turn runs. */
  accept(samples: Int16Array): void;
  /** Ends the running turn and resolves with its final transcript within the recogniser's time limit. */
  finishTurn(signal: AbortSignal): Promise<Result<Transcript, RecognizerError>>;
  /** Forgets the running turn; nothing more is heard of it. */
  abandonTurn(): void;
  /** The model's files may be others now (another person speaks): they are taken before the next turn begins. */
  refresh(): void;
  /** Called when the native process died (it restarts by itself with backoff) and when it is usable again. */
  onHealth(listener: (health: RecognizerHealth) => void): void;
  close(): Promise<void>;
}

export interface TurnListener {
  /** The words so far; grows and may change. */
  onPartial(text: string): void;
  /** The speaker has paused: the turn should be finished. Called at most once a turn. */
  onEndpoint(): void;
}

export type RecognizerHealth =
  | { readonly kind: "ready"; readonly info: RecognizerInfo }
  | { readonly kind: "restarting"; readonly reason: RecognizerError["kind"]; readonly detail: string };

export interface RecognizerInfo {
  readonly modelId: string;
  readonly language: "zh" | "en" | "zh-en";
  /** Resident memory of the recogniser's process in bytes, 0 when unknown. */
  readonly residentBytes: number;
}

/** The confidence bands of the dialogue: sure is stored, unsure is asked, poor is refused. */
export type ConfidenceBand = "sure" | "unsure" | "poor";

export interface Transcript {
  /** Characters, without spaces between Chinese ones; empty when nothing was said. */
  readonly text: string;
  readonly tokens: readonly TranscriptToken[];
  /** 0 (none) to 1; the smallest that matters, not the mean: one doubtful digit spoils a number. */
  readonly confidence: number;
  readonly band: ConfidenceBand;
  /**
   * The sentences that may have been said, the likeliest first, where the recogniser weighs whole ones: who knows what they
   * mean should judge by them (controller/weigh.ts), and not by `text`, `confidence` and `band`.
   */
  readonly sentences?: readonly LikelySentence[];
  /** A network that has learnt one voice from a few sentences heard it: it is surer of itself than it should be. */
  readonly isVoiceLearnt?: boolean;
  /** Length of the sound of the turn and the time spent decoding it, in milliseconds. */
  readonly audioMs: number;
  readonly decodeMs: number;
}

/** One of the sentences that may have been said. */
export interface LikelySentence {
  readonly text: string;
  /** Of all that were found, 0 to 1. */
  readonly share: number;
}

export interface TranscriptToken {
  readonly text: string;
  /** 0 to 1; undefined when the model gives none. */
  readonly probability?: number;
  /** Milliseconds from the beginning of the turn. */
  readonly startMs: number;
}

export type RecognizerError =
  | { readonly kind: "model_missing"; readonly detail: string }
  | { readonly kind: "model_corrupt"; readonly detail: string }
  | { readonly kind: "crashed"; readonly detail: string }
  | { readonly kind: "timed_out"; readonly detail: string }
  | { readonly kind: "unavailable"; readonly detail: string }
  | { readonly kind: "aborted" };
