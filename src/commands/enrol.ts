import { join } from "node:path";
import type { Command } from "commander";
import { composeVoiceSchool, type VoiceSchool } from "../compose-enrolment.js";
import { modelsDirectory } from "../compose-parts.js";
import type { Lesson, Reading } from "../enrolment/lesson.js";
import { chooseModel, readManifest } from "../recognition/model.js";
import { readingPrompts } from "../wording/reading-prompts.js";
import { CommandFailure, UsageFailure } from "./failure.js";
import { printJson, printLine } from "./output.js";
import { readRecording } from "./recording.js";
import { readConfiguration } from "./settings.js";
import { stateFolder, stateOption } from "./state-folder.js";

interface EnrolOptions {
  readonly from?: string;
  readonly again?: true;
  readonly delete?: true;
  readonly list?: true;
  readonly prompts?: true;
  readonly json?: true;
  readonly state?: string;
  readonly config?: string;
}

/** `voicegauge enrol`: the learnt voices; at the bench the same by “学习我的声音”. */
export function addEnrolCommand(program: Command): void {
  program
    .command("enrol")
    .description(
      "learn an operator's voice from recordings (at the bench: say 学习我的声音), list or delete voices",
    )
    .argument(
      "[name]",
      "inspector's number, as 检验员 sets it: 08; “default” is whoever speaks while none is set",
    )
    .option("--from <dir>", "folder with the twenty sentences of --prompts as 01.wav to 20.wav")
    .option("--again", "learn from what was read before, for instance for a new model")
    .option("--delete", "remove the voice and its recordings")
    .option("--list", "the voices that were learnt")
    .option("--prompts", "the sentences to read")
    .option("--json", "the outcome as JSON")
    .option(...stateOption)
    .option("--config <file>", "configuration file")
    .action(async (name: string | undefined, options: EnrolOptions) => {
      if (options.prompts === true) {
        for (const [index, { text }] of readingPrompts.entries())
          await printLine(`${String(index + 1).padStart(2, "0")}  ${text}`);
        return;
      }
      const school = await schoolOf(options);
      if (options.list === true) {
        await list(school, options.json === true);
        return;
      }
      if (name === undefined) throw new UsageFailure("name the inspector, for instance: voicegauge enrol 08");
      if (options.delete === true) {
        if (!(await school.profiles.remove(name)))
          throw new CommandFailure(`there is no voice of ${name}: voicegauge enrol --list shows them`);
        await printLine(`removed the voice of ${name}; a running service forgets it at its next start`);
        return;
      }
      await learn(school, name, await readingsOf(school, name, options), options.json === true);
    });
}

async function schoolOf(options: EnrolOptions): Promise<VoiceSchool> {
  const configuration = await readConfiguration(options.config);
  const manifest = await readManifest(modelsDirectory);
  if (!manifest.ok) throw new CommandFailure(manifest.error.detail);
  const model = chooseModel(manifest.value, configuration.recognition.model, configuration.language);
  if (!model.ok) throw new CommandFailure(model.error.detail);
  return composeVoiceSchool(stateFolder(options.state), model.value);
}

async function list({ profiles, encoderOf }: VoiceSchool, asJson: boolean): Promise<void> {
  for (const name of await profiles.names()) {
    const known = await profiles.profile(name);
    const isUsed = (await encoderOf(name)) !== undefined;
    if (asJson) await printJson({ name, ...known, used: isUsed });
    else if (known === undefined) await printLine(`${name}  recorded, not learnt`);
    else
      await printLine(
        `${name}  ${known.learntAt.slice(0, 10)}  for ${known.model}, held-back sentences right: ` +
          `${known.before.right} → ${known.after.right} of ${known.after.sentences}` +
          (isUsed ? "" : "  not used: it was learnt for another model (--again)"),
      );
  }
}

async function readingsOf(
  { profiles }: VoiceSchool,
  name: string,
  options: EnrolOptions,
): Promise<readonly (Reading | undefined)[]> {
  const texts = readingPrompts.map(({ text }) => text);
  if (options.again === true) {
    const readings = await profiles.readingsOf(name, texts);
    if (readings === undefined)
      throw new CommandFailure(`nothing that ${name} has read is kept: say 学习我的声音 at the bench`);
    return readings;
  }
  const { from } = options;
  if (from === undefined)
    throw new UsageFailure(
      "say 学习我的声音 at the bench, or name a folder of recordings with --from; --prompts shows what to read",
    );
  const readings: Reading[] = [];
  for (const [index, text] of texts.entries()) {
    const { samples } = await readRecording(join(from, `${String(index + 1).padStart(2, "0")}.wav`));
    readings.push({ samples, text });
  }
  return readings;
}

async function learn(
  school: VoiceSchool,
  name: string,
  readings: readonly (Reading | undefined)[],
  asJson: boolean,
): Promise<void> {
  const interrupted = new AbortController();
  const onInterrupt = (): void => interrupted.abort();
  process.once("SIGINT", onInterrupt);
  const lesson = await school.teach(name, readings, interrupted.signal, tellProgress);
  process.removeListener("SIGINT", onInterrupt);
  if (process.stderr.isTTY) process.stderr.write("\r\u001B[K");
  if (!lesson.ok) throw new CommandFailure(`the voice of ${name} was not learnt: ${lesson.error}`);
  const { before, after, isBetter } = lesson.value;
  if (asJson) await printJson({ name, before, after, kept: isBetter });
  else await printLine(outcomeOf(name, lesson.value));
  if (!isBetter) throw new CommandFailure(`the voice of ${name} is not used, since it does not help`);
}

function outcomeOf(name: string, { before, after }: Lesson): string {
  return (
    `${name}: of the ${after.sentences} sentences that were held back ${before.right} were right before and ` +
    `${after.right} are now; wrong tokens ${before.errors} → ${after.errors} of ${after.tokens}`
  );
}

function tellProgress(part: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\rlearning … ${Math.round(part * 100)} %`);
}
