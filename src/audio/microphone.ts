/**
 * A source of 16 kHz mono S16LE PCM that outlives its device: an adapter reconnects with backoff by itself and tells
 * the listener once when the sound is lost and once when it is back.
 */
export interface Microphone {
  /** Starts the flow. Called once; never throws for a missing device (that is `onLost`). */
  start(listener: MicrophoneListener): void;
  /** Stops the flow, ends child processes; resolves within its own time limit. */
  close(): Promise<void>;
}

export interface MicrophoneListener {
  /** One chunk of 16 kHz mono samples; the array is the listener's to keep. */
  onChunk(samples: Int16Array): void;
  onLost(fault: MicrophoneFault): void;
  onRecovered(): void;
  /** Samples were lost before the next chunk: what was said across the hole is not what was heard. */
  onHole?(): void;
  /** A source that has an end (a file) has been played to it. Never called by a real microphone. */
  onEnded?(): void;
}

export type MicrophoneFault =
  | { readonly kind: "program_missing"; readonly detail: string }
  | { readonly kind: "device_missing"; readonly detail: string }
  | { readonly kind: "device_busy"; readonly detail: string }
  | { readonly kind: "no_samples"; readonly detail: string }
  | { readonly kind: "capture_failed"; readonly detail: string };
