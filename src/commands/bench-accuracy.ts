import { access, readdir, readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { type Command, Option } from "commander";
import { drawAccuracy } from "../accuracy/accuracy-chart.js";
import { type HeardClip, hearClip } from "../accuracy/hear-clips.js";
import { reportLines } from "../accuracy/report-text.js";
import { tally } from "../accuracy/tally.js";
import { readTestTable, type TestClip } from "../accuracy/test-table.js";
import { composeMeasuredRecognizer } from "../compose-accuracy.js";
import { thresholdsOf } from "../compose-parts.js";
import type { WeighingThresholds } from "../controller/weigh.js";
import type { Recognizer } from "../recognition/recognizer.js";
import { messageOf } from "../runtime/assert.js";
import { writeDurably } from "../runtime/durable-file.js";
import { CommandFailure, UsageFailure } from "./failure.js";
import { printJson, printLine } from "./output.js";
import { readRecording } from "./recording.js";
import { readConfiguration } from "./settings.js";

interface AccuracyOptions {
  readonly table?: string;
  readonly set?: string;
  readonly json?: true;
  readonly svg?: string;
  readonly model?: string;
  readonly learnt?: true;
  readonly language?: "zh" | "en";
  readonly config?: string;
}

/** `voicegauge bench accuracy DIR`: how often what people said is stored rightly, wrongly, asked or missed. */
export function addBenchAccuracyCommand(bench: Command): void {
  bench
    .command("accuracy")
    .description("how much of what is said in test recordings is stored rightly, wrongly, asked, missed")
    .argument("<dir>", "folder of WAV files with a table (.tsv) of the columns file, said, speaker, noise")
    .option("--table <file>", "the table, when the folder has several")
    .option("--set <name>", "only the clips with this name in the column “set”")
    .option("--json", "each clip as one JSON a line, the figures as the last one")
    .option("--svg <file>", "draw the reliability curve and the shares")
    .option("--model <id>", "model (voicegauge models list), or the folder of one, such as ./models/new")
    .option("--learnt", "the network has learnt a voice: judge by the limits for these")
    .addOption(new Option("--language <language>", "instead of the configuration's").choices(["zh", "en"]))
    .option("--config <file>", "configuration file")
    .exitOverride()
    .action(async (directory: string, options: AccuracyOptions) => {
      const table = options.table ?? (await tableOf(directory));
      const folder = options.table === undefined ? directory : dirname(table);
      const clips = await clipsOf(table, folder, options.set);
      const loaded = await readConfiguration(options.config);
      const configuration = { ...loaded, language: options.language ?? loaded.language };
      const composed = await composeMeasuredRecognizer(
        configuration,
        options.model ?? configuration.recognition.model,
      );
      if (!composed.ok) throw new CommandFailure(composed.error.detail);
      const { recognizer, model } = composed.value;
      const plain = thresholdsOf(configuration, model);
      const thresholds = options.learnt === true ? plain.learnt : plain;
      if (thresholds === undefined)
        throw new UsageFailure(
          `--learnt: there are no such limits: ${model.id} learns no voices, or the configuration names its own`,
        );
      const outcomes: HeardClip[] = [];
      try {
        const limitMs = configuration.dialogue.listen_limit_ms;
        for await (const outcome of hearAll(recognizer, clips, folder, limitMs, thresholds)) {
          outcomes.push(outcome);
          if (options.json === true) await printJson(clipToJson(outcome));
        }
      } finally {
        await recognizer.close();
      }
      const accuracy = tally(outcomes);
      const title = `${basename(resolve(folder))}: ${outcomes.length} clips, model ${model.id}`;
      if (options.json === true) {
        await printJson({
          kind: "summary",
          model: model.id,
          thresholds,
          clips: outcomes.length,
          ...accuracy,
        });
      } else {
        await printLine(`${title} (${inWords(thresholds)})`);
        for (const line of ["", ...reportLines(accuracy)]) await printLine(line);
      }
      if (options.svg !== undefined) {
        const svg = await drawAccuracy(accuracy, title, thresholds);
        const written = await writeDurably(resolve(options.svg), Buffer.from(svg));
        if (!written.ok) throw new CommandFailure(`cannot write ${options.svg}: ${written.error.detail}`);
      }
    });
}

/** The one table of a folder. */
async function tableOf(directory: string): Promise<string> {
  let names: readonly string[];
  try {
    names = await readdir(directory);
  } catch (thrown) {
    throw new CommandFailure(`cannot read the folder ${directory}: ${messageOf(thrown)}`);
  }
  const [first, ...others] = names.filter((name) => name.endsWith(".tsv")).sort();
  if (first === undefined)
    throw new CommandFailure(
      `${directory} has no table: write a .tsv file with the columns file, said, speaker, noise (models/README.md)`,
    );
  if (others.length > 0)
    throw new CommandFailure(
      `${directory} has several tables: choose one, --table ${join(directory, first)}`,
    );
  return join(directory, first);
}

/** The lines of a table that are asked for; their files are all there. */
async function clipsOf(table: string, folder: string, set: string | undefined): Promise<readonly TestClip[]> {
  let text: string;
  try {
    text = await readFile(table, "utf8");
  } catch (thrown) {
    throw new CommandFailure(`cannot read ${table}: ${messageOf(thrown)}`);
  }
  const read = readTestTable(text);
  if (!read.ok) throw new CommandFailure(`${table}: ${read.error.join("; ")}`);
  const clips = chosen(read.value, set);
  const missing: TestClip[] = [];
  for (const clip of clips) {
    await access(resolve(folder, clip.file)).catch(() => missing.push(clip));
  }
  const [first] = missing;
  if (first !== undefined)
    throw new CommandFailure(
      `${table}: line ${first.line}: there is no file ${resolve(folder, first.file)}` +
        (missing.length > 1 ? `, and ${missing.length - 1} files more are missing` : ""),
    );
  return clips;
}

function chosen(clips: readonly TestClip[], set: string | undefined): readonly TestClip[] {
  if (set === undefined) return clips;
  const found = clips.filter((clip) => clip.set === set);
  const sets = [...new Set(clips.map((clip) => clip.set))].filter((name) => name !== "");
  if (found.length === 0)
    throw new UsageFailure(
      sets.length === 0
        ? "--set needs a column “set” in the table"
        : `no clip is of the set ${set}; there are ${sets.join(", ")}`,
    );
  return found;
}

/** `stored from 0.75, with a name or a unit from 0.65, with 四八 at the end from 0.82, asked from 0.2` */
function inWords({ sure, framed, alike, unsure }: WeighingThresholds): string {
  const named = framed === undefined ? "" : `with a name or a unit from ${framed}, `;
  const special = alike === undefined ? "" : `with ${alike.words.join("")} at the end from ${alike.sure}, `;
  return `stored from ${sure}, ${named}${special}asked from ${unsure}`;
}

async function* hearAll(
  recognizer: Recognizer,
  clips: readonly TestClip[],
  folder: string,
  listenLimitMs: number,
  thresholds: WeighingThresholds,
): AsyncGenerator<HeardClip> {
  const started = await recognizer.start(new AbortController().signal);
  if (!started.ok) throw new CommandFailure("detail" in started.error ? started.error.detail : "stopped");
  for (const clip of clips) {
    const sound = await readRecording(resolve(folder, clip.file));
    for await (const heard of hearClip(recognizer, clip, sound, listenLimitMs, thresholds)) {
      if (!heard.ok) throw new CommandFailure(heard.error);
      yield heard.value;
    }
  }
}

function clipToJson({ clip, transcript, confidence, ...rest }: HeardClip) {
  const { verdict, expected, done } = rest;
  const { file, said, speaker, noise, set } = clip;
  const { text, band, sentences } = transcript;
  const rounded = (share: number): number => Math.round(share * 1000) / 1000;
  return {
    kind: "clip",
    file,
    said,
    speaker,
    noise,
    ...(set === "" ? {} : { set }),
    transcript: text,
    confidence: rounded(confidence),
    band,
    ...(sentences === undefined ? {} : { sentences: sentences.map((one) => [one.text, rounded(one.share)]) }),
    verdict,
    expected,
    done,
  };
}
