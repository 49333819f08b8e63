import { createInterface } from "node:readline";
import { type Command, Option } from "commander";
import { builtInNames, parse } from "../language/parse.js";
import { utteranceToJson } from "../language/to-json.js";
import { printJson } from "./output.js";

interface ParseOptions {
  readonly language: "zh" | "en" | "auto";
}

/** `voicegauge parse [TEXT…]`: text to utterance, one JSON a line. */
export function addParseCommand(program: Command): void {
  program
    .command("parse")
    .description("text → what the device would understand, one JSON a line (standard input without TEXT)")
    .argument("[text...]", "sentences, each an argument of its own")
    .addOption(new Option("--language <language>").choices(["zh", "en", "auto"]).default("auto"))
    .action(async (texts: readonly string[], options: ParseOptions) => {
      const context = { names: builtInNames, language: options.language } as const;
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
