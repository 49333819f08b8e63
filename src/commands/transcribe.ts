import type { Command } from "commander";
import { composeRecognizer, fileLimits, thresholdsOf } from "../compose-parts.js";
import { type WeighingThresholds, weigh } from "../controller/weigh.js";
import { builtInNames, type ParseContext, parse } from "../language/parse.js";
import { utteranceToJson } from "../language/to-json.js";
import type { Recognizer } from "../recognition/recognizer.js";
import { transcribe } from "../recognition/transcribe.js";
import type { Configuration } from "../service/configuration.js";
import { CommandFailure } from "./failure.js";
import { printJson } from "./output.js";
import { readRecording } from "./recording.js";
import { languageOption, readConfiguration } from "./settings.js";

interface TranscribeOptions {
  readonly config?: string;
  readonly model?: string;
  readonly language?: Configuration["language"];
}

/** The names are those without a plan; the rest is as the device hears. */
const asHeard: ParseContext = { names: builtInNames, language: "auto", soundAlikes: true };

/** `voicegauge transcribe FILE.wav…`: sound to transcript, confidence and utterance. */
export function addTranscribeCommand(program: Command): void {
  program
    .command("transcribe")
    .description("sound → transcript, confidence and utterance, one JSON a line")
    .argument("<file.wav...>", "WAV files of any rate, mono or stereo")
    .option("--config <file>", "configuration file")
    .option("--model <id>", "model (voicegauge models list)")
    .addOption(languageOption())
    .action(async (files: readonly string[], options: TranscribeOptions) => {
      const configuration = await readConfiguration(options.config, options.language);
      const model = options.model ?? configuration.recognition.model;
      const composed = await composeRecognizer(
        { ...configuration, recognition: { ...configuration.recognition, model } },
        undefined,
        fileLimits,
      );
      if (!composed.ok) throw new CommandFailure(composed.error.detail);
      const { recognizer } = composed.value;
      const thresholds = thresholdsOf(configuration, composed.value.model);
      try {
        const started = await recognizer.start(new AbortController().signal);
        if (!started.ok)
          throw new CommandFailure("detail" in started.error ? started.error.detail : "stopped");
        let failed = 0;
        for (const file of files) failed += await transcribeFile(recognizer, thresholds, file);
        if (failed > 0)
          throw new CommandFailure(`${failed} of ${files.length} files could not be transcribed`);
      } finally {
        await recognizer.close();
      }
    });
}

/** Prints one file's line; a file that cannot be read is named and does not stop the others. Gives 1 when it failed. */
async function transcribeFile(
  recognizer: Recognizer,
  thresholds: WeighingThresholds,
  file: string,
): Promise<0 | 1> {
  try {
    const heard = await transcribe(recognizer, await readRecording(file));
    if (!heard.ok)
      throw new CommandFailure(`${file}: ${"detail" in heard.error ? heard.error.detail : "stopped"}`);
    const { audioMs, decodeMs } = heard.value;
    const { text, confidence, band } = weigh(heard.value, thresholds, { context: {} });
    await printJson({
      ...utteranceToJson(parse(text, asHeard)),
      file,
      transcript: text,
      confidence: Math.round(confidence * 1000) / 1000,
      band,
      ms_audio: audioMs,
      ms_decode: decodeMs,
    });
    return 0;
  } catch (thrown) {
    if (!(thrown instanceof CommandFailure)) throw thrown;
    process.stderr.write(`voicegauge: ${thrown.message}\n`);
    return 1;
  }
}
