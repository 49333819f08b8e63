import type { Command } from "commander";
import { writeWavFile } from "../audio/wav.js";
import { composeSound, findSoundCard } from "../compose-parts.js";
import { composeVoice } from "../compose-voice.js";
import type { VoiceError } from "../voice/voice.js";
import { CommandFailure } from "./failure.js";
import { printLine } from "./output.js";
import { readConfiguration } from "./settings.js";

interface SayOptions {
  readonly output?: string;
  readonly config?: string;
}

/** `voicegauge say TEXT [-o FILE.wav]`: the device's voice. */
export function addSayCommand(program: Command): void {
  program
    .command("say")
    .description("the device's voice, through the speaker or into a WAV file")
    .argument("<text>", "what to say")
    .option("-o, --output <file.wav>", "write a WAV file instead of playing")
    .option("--config <file>", "configuration file")
    .action(async (text: string, options: SayOptions) => {
      const configuration = await readConfiguration(options.config);
      const { voice, problem } = await composeVoice(configuration, tellFallback);
      if (problem !== undefined) process.stderr.write(`${problem}; espeak-ng speaks instead\n`);
      const { signal } = new AbortController();
      const made = await voice.synthesize(text, signal);
      await voice.close();
      if (!made.ok) throw new CommandFailure("detail" in made.error ? made.error.detail : "stopped");
      if (options.output !== undefined) {
        const written = await writeWavFile(options.output, made.value);
        if (!written.ok) throw new CommandFailure(`cannot write ${options.output}: ${written.error.detail}`);
        await printLine(options.output);
        return;
      }
      const card = await findSoundCard(configuration, "default");
      if (card === undefined) throw new CommandFailure("no sound card: write a file with -o FILE.wav");
      const { speaker } = composeSound(card);
      const played = await speaker.play(made.value, signal);
      await speaker.close();
      if (!played.ok) throw new CommandFailure(`${played.error.detail}: write a file with -o FILE.wav`);
    });
}

function tellFallback(error: VoiceError): void {
  if ("detail" in error) process.stderr.write(`${error.detail}; espeak-ng speaks instead\n`);
}
