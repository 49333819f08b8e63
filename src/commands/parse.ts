import { createInterface } from "node:readline";
import { type Command, Option } from "commander";
import { builtInNames, parse } from "../language/parse.js";
import { utteranceToJson } from "../language/to-json.js";
import { UsageFailure } from "./failure.js";
import { printJson } from "./output.js";

interface ParseOptions {
  readonly language: "zh" | "en" | "auto";
  readonly soundAlikes?: true;
}

/** `voicegauge parse [TEXT…]`: text to utterance, one JSON a line. */
export function addParseCommand(program: Command): void {
  program
    .command("parse")
    .description("text → what the device would understand, one JSON a line (standard input without TEXT)")
    .argument("[text...]", "sentences, each an argument of its own")
    .addOption(new Option("--language <language>").choices(["zh", "en", "auto"]).default("auto"))
    .option("--sound-alikes", "ask what only sounds like a measurement, as the device does")
    // -0.03 is a number, not an option.
    .allowUnknownOption()
    .action(async (texts: readonly string[], options: ParseOptions) => {
      const unknown = texts.find((text) => /^-{1,2}[a-z]/i.test(text));
      if (unknown !== undefined) throw new UsageFailure(`there is no option ${unknown}`);
      const context = {
        names: builtInNames,
        language: options.language,
        soundAlikes: options.soundAlikes ?? false,
      };
      if (texts.length > 0) {
        for (const text of texts) await printJson(utteranceToJson(parse(text, context)));
        return;
      }
      for await (const line of createInterface({
        input: process.stdin,
        crlfDelay: Number.POSITIVE_INFINITY,
      })) {
        await printJson(utteranceToJson(parse(line, context)));
      }
    });
}
