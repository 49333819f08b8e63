import type { Command } from "commander";
import { writeWavFile } from "../audio/wav.js";
import { composeVoice } from "../compose-voice.js";
import type { Configuration } from "../service/configuration.js";
import { CommandFailure } from "./failure.js";
import { printLine } from "./output.js";
import { languageOption, readConfiguration } from "./settings.js";
import { speakThrough, tellFallback } from "./speak-through.js";

interface SayOptions {
  readonly output?: string;
  readonly config?: string;
  readonly language?: Configuration["language"];
}

/** `voicegauge say TEXT [-o FILE.wav]`: the device's voice. */
export function addSayCommand(program: Command): void {
  program
    .command("say")
    .description("the device's voice, through the speaker or into a WAV file")
    .argument("<text>", "what to say")
    .option("-o, --output <file.wav>", "write a WAV file instead of playing")
    .option("--config <file>", "configuration file")
    .addOption(languageOption())
    .action(async (text: string, options: SayOptions) => {
      const configuration = await readConfiguration(options.config, options.language);
      if (options.output === undefined) {
        await speakThrough(configuration, text);
        return;
      }
      const { voice, problem } = await composeVoice(configuration, tellFallback);
      if (problem !== undefined) process.stderr.write(`${problem}; espeak-ng speaks instead\n`);
      const made = await voice.synthesize(text, new AbortController().signal);
      await voice.close();
      if (!made.ok) throw new CommandFailure("detail" in made.error ? made.error.detail : "stopped");
      const written = await writeWavFile(options.output, made.value);
      if (!written.ok) throw new CommandFailure(`cannot write ${options.output}: ${written.error.detail}`);
      await printLine(options.output);
    });
}
