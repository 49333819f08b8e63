import type { Pcm } from "../audio/pcm.js";
import type { Result } from "../runtime/result.js";

/** Turns text into sound. Adapters: espeak-ng (default), sherpa-onnx OfflineTts. */
export interface Voice {
  synthesize(text: string, signal: AbortSignal): Promise<Result<Pcm, VoiceError>>;
  close(): Promise<void>;
}

export interface VoiceSettings {
  readonly language: "zh" | "en";
  /** Words a minute for espeak-ng; 160 is an unhurried reader. */
  readonly wordsPerMinute: number;
  /** Gain applied to the samples, 0 to 1. */
  readonly volume: number;
}

export type VoiceError =
  | { readonly kind: "program_missing"; readonly detail: string }
  | { readonly kind: "synthesis_failed"; readonly detail: string }
  | { readonly kind: "timed_out"; readonly detail: string }
  | { readonly kind: "aborted" };
