import type { Voice, VoiceError } from "./voice.js";

/** Speaks by `second` whatever `first` cannot speak: a read-back in a plain voice is better than none. */
export function withFallback(first: Voice, second: Voice, onFallback: (error: VoiceError) => void): Voice {
  return {
    async synthesize(text, signal) {
      const made = await first.synthesize(text, signal);
      if (made.ok || made.error.kind === "aborted") return made;
      onFallback(made.error);
      return second.synthesize(text, signal);
    },
    async close() {
      await Promise.all([first.close(), second.close()]);
    },
  };
}
