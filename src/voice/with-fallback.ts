import type { Voice, VoiceError } from "./voice.js";

/** Hears of each text that the first voice could not speak, and of how many in a row; of undefined once it speaks again. */
export type OnFallback = (error: VoiceError | undefined, inARow: number) => void;

/** A single text may have a letter that a voice does not know; from so many in a row on the voice itself is the trouble. */
export const failuresOfVoice = 2;

/** Speaks by `second` whatever `first` cannot speak: a read-back in a plain voice is better than none. */
export function withFallback(first: Voice, second: Voice, onFallback: OnFallback): Voice {
  let inARow = 0;
  return {
    async synthesize(text, signal) {
      const made = await first.synthesize(text, signal);
      if (made.ok) {
        if (inARow >= failuresOfVoice) onFallback(undefined, 0);
        inARow = 0;
        return made;
      }
      if (made.error.kind === "aborted") return made;
      inARow += 1;
      onFallback(made.error, inARow);
      return second.synthesize(text, signal);
    },
    async close() {
      await Promise.all([first.close(), second.close()]);
    },
  };
}
