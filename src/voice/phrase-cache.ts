import type { Pcm } from "../audio/pcm.js";
import { ok } from "../runtime/result.js";
import type { Voice } from "./voice.js";

/** Keeps what was spoken lately: fixed phrases are then there at once. The least recently used goes first. */
export function withPhraseCache(voice: Voice, limitBytes = 8 * 1024 * 1024): Voice {
  const phrases = new Map<string, Pcm>();
  let bytes = 0;

  function keep(text: string, pcm: Pcm): void {
    const size = pcm.samples.byteLength;
    if (size > limitBytes / 4) return;
    phrases.set(text, pcm);
    bytes += size;
    for (const [oldest, old] of phrases) {
      if (bytes <= limitBytes) return;
      phrases.delete(oldest);
      bytes -= old.samples.byteLength;
    }
  }

  return {
    async synthesize(text, signal) {
      const known = phrases.get(text);
      if (known !== undefined) {
        phrases.delete(text);
        phrases.set(text, known);
        return ok(known);
      }
      const made = await voice.synthesize(text, signal);
      if (made.ok && !phrases.has(text)) keep(text, made.value);
      return made;
    },
    close: () => voice.close(),
  };
}
