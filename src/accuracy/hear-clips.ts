import { durationMs, type Pcm } from "../audio/pcm.js";
import { type WeighingThresholds, weigh } from "../controller/weigh.js";
import type { Recognizer, Transcript } from "../recognition/recognizer.js";
import { transcribe } from "../recognition/transcribe.js";
import { err, ok, type Result } from "../runtime/result.js";
import { midShift } from "./action.js";
import type { Outcome } from "./tally.js";
import type { TestClip } from "./test-table.js";
import { judgeClip } from "./verdict.js";

/** One turn of the device: a clip, or a piece of a long one in which nothing was said. */
export interface HeardClip extends Outcome {
  readonly clip: TestClip;
  readonly transcript: Pick<Transcript, "text" | "band" | "sentences">;
}

/**
 * The turns of a clip, as if the button were held while it sounds. The device listens no longer than `listenLimitMs`:
 * a longer sound without words is several turns, one with words an error (one line that says what to do).
 */
export async function* hearClip(
  recognizer: Recognizer,
  clip: TestClip,
  sound: Pcm,
  listenLimitMs: number,
  thresholds: WeighingThresholds,
): AsyncGenerator<Result<HeardClip, string>> {
  const seconds = Math.round(durationMs(sound) / 100) / 10;
  if (clip.said !== "" && durationMs(sound) > listenLimitMs) {
    yield err(`${clip.file} lasts ${seconds} s, the device listens for ${listenLimitMs / 1000} s: cut it`);
    return;
  }
  const pieceSamples = (listenLimitMs * sound.sampleRateHz) / 1000;
  for (let start = 0; start < sound.samples.length; start += pieceSamples) {
    const samples = sound.samples.subarray(start, start + pieceSamples);
    const heard = await transcribe(recognizer, { ...sound, samples });
    if (!heard.ok) {
      yield err(`${clip.file}: ${"detail" in heard.error ? heard.error.detail : "stopped"}`);
      return;
    }
    const { sentences, audioMs } = heard.value;
    const words = weigh(heard.value, thresholds, midShift);
    const { text, confidence, band } = words;
    yield ok({
      ...judgeClip(clip.said, words),
      clip,
      confidence,
      audioMs,
      transcript: { text, band, ...(sentences === undefined ? {} : { sentences }) },
    });
  }
}
