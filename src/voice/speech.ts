import type { Pcm } from "../audio/pcm.js";
import { err, ok, type Result } from "../runtime/result.js";
import type { Voice, VoiceError } from "./voice.js";

/** What speaking needs of the audio room. */
export type PlaySound<E> = (
  pcm: Pcm,
  signal: AbortSignal,
  options?: { readonly onFirstSample?: () => void },
) => Promise<Result<"played" | "stopped", E>>;

export type SpeechError<E> =
  | { readonly kind: "voice"; readonly error: VoiceError }
  | { readonly kind: "sound"; readonly error: E };

/**
 * Says a text in pieces: the first piece ends at the first full stop, so that a long text begins as early as a short
 * one, and each piece is synthesised while the one before it is heard.
 */
export async function sayInPieces<E>(
  voice: Voice,
  play: PlaySound<E>,
  text: string,
  signal: AbortSignal,
  onFirstSample: () => void = () => undefined,
): Promise<Result<"played" | "stopped", SpeechError<E>>> {
  const [first = "", ...rest] = piecesOf(text);
  let next = voice.synthesize(first, signal);
  for (const [index, following] of [...rest, undefined].entries()) {
    const made = await next;
    if (!made.ok)
      return made.error.kind === "aborted" ? ok("stopped") : err({ kind: "voice", error: made.error });
    if (following !== undefined) {
      next = voice.synthesize(following, signal);
      // It may break while the piece before it is heard; it is awaited after that, or never when that is stopped.
      next.catch(() => undefined);
    }
    const played = await play(made.value, signal, index === 0 ? { onFirstSample } : {});
    if (!played.ok) return err({ kind: "sound", error: played.error });
    if (played.value === "stopped") return ok("stopped");
  }
  return ok("played");
}

/** Sentences; what has none is one piece. */
export function piecesOf(text: string): readonly string[] {
  const pieces = text
    .split(/(?<=[。！？!?])|(?<=\.)(?=\s)/u)
    .map((piece) => piece.trim())
    .filter((piece) => piece !== "");
  return pieces.length === 0 ? [text] : pieces;
}
