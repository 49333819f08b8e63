import { captureRateHz, type Pcm } from "../audio/pcm.js";
import { resamplePcm } from "../audio/resample.js";
import { readWavFile } from "../audio/wav.js";
import { CommandFailure } from "./failure.js";

/** A WAV file at the recogniser's rate, or a failure that names what is wrong with it. */
export async function readRecording(path: string): Promise<Pcm> {
  const read = await readWavFile(path);
  if (!read.ok) throw new CommandFailure(`${path}: ${read.error.detail}`);
  return read.value.sampleRateHz === captureRateHz ? read.value : resamplePcm(read.value, captureRateHz);
}
