import { composeSound, findSoundCard } from "../compose-sound.js";
import { composeVoice } from "../compose-voice.js";
import type { Configuration } from "../service/configuration.js";
import type { VoiceError } from "../voice/voice.js";
import { CommandFailure } from "./failure.js";

/** Says words in the device's voice, through its speaker. */
export async function speakThrough(configuration: Configuration, text: string): Promise<void> {
  const { voice, problem } = await composeVoice(configuration, tellFallback);
  if (problem !== undefined) process.stderr.write(`${problem}; espeak-ng speaks instead\n`);
  const { signal } = new AbortController();
  const made = await voice.synthesize(text, signal);
  await voice.close();
  if (!made.ok) throw new CommandFailure("detail" in made.error ? made.error.detail : "stopped");
  const card = await findSoundCard(configuration, "default");
  if (card === undefined)
    throw new CommandFailure("no sound card: voicegauge say TEXT -o FILE.wav writes a file");
  const { speaker } = composeSound(card);
  const played = await speaker.play(made.value, signal);
  await speaker.close();
  if (!played.ok)
    throw new CommandFailure(`${played.error.detail}: voicegauge say TEXT -o FILE.wav writes a file`);
}

/** The voice that was wished for cannot speak. */
export function tellFallback(error: VoiceError | undefined): void {
  if (error !== undefined && "detail" in error)
    process.stderr.write(`${error.detail}; espeak-ng speaks instead\n`);
}
