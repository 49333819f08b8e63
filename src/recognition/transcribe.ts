import { captureRateHz, type Pcm } from "../audio/pcm.js";
import type { Result } from "../runtime/result.js";
import type { Recognizer, RecognizerError, Transcript } from "./recognizer.js";

/** Sound is handed over in pieces as a microphone does, in samples. */
const pieceSamples = captureRateHz / 10;

let lastTurn = 0;

/** The transcript of a whole sound at 16 kHz; the recogniser must have been started. */
export function transcribe(
  recognizer: Recognizer,
  { samples }: Pcm,
): Promise<Result<Transcript, RecognizerError>> {
  lastTurn += 1;
  recognizer.beginTurn(lastTurn, { onPartial: () => undefined, onEndpoint: () => undefined });
  for (let start = 0; start < samples.length; start += pieceSamples) {
    recognizer.accept(samples.slice(start, start + pieceSamples));
  }
  return recognizer.finishTurn(new AbortController().signal);
}
