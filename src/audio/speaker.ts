import type { Result } from "../runtime/result.js";
import type { Pcm } from "./pcm.js";

/** Plays one sound at a time; the caller (the duplex) sees to that. */
export interface Speaker {
  /**
   * Resolves when the last sample has left the device, or, after `signal` aborts, when the sound has stopped.
   * `onFirstSample` is called when the device has taken the first samples.
   */
  play(
    pcm: Pcm,
    signal: AbortSignal,
    onFirstSample?: () => void,
  ): Promise<Result<"played" | "stopped", SpeakerError>>;
  close(): Promise<void>;
}

export type SpeakerError =
  | { readonly kind: "program_missing"; readonly detail: string }
  | { readonly kind: "device_missing"; readonly detail: string }
  | { readonly kind: "device_busy"; readonly detail: string }
  | { readonly kind: "timed_out"; readonly detail: string }
  | { readonly kind: "playback_failed"; readonly detail: string };
