import { join, resolve } from "node:path";
import type { Command } from "commander";
import { composeDevice, type Device } from "../compose.js";
import { composeKeyboardButton, composeScriptedButton, systemClock } from "../compose-parts.js";
import { findSoundCard, type SoundChoice } from "../compose-sound.js";
import { composeEspeakVoice } from "../compose-voice.js";
import type { Command as ControllerCommand } from "../controller/commands.js";
import type { ControllerEvent } from "../controller/events.js";
import { ledSignal } from "../controller/led.js";
import type { ControllerState } from "../controller/state.js";
import { createGestureDriver } from "../panel/gesture-driver.js";
import { sleep } from "../runtime/clock.js";
import type { StepTrace } from "../runtime/interpreter.js";
import { makeFolder } from "../runtime/make-folder.js";
import type { Configuration } from "../service/configuration.js";
import { speechOf } from "../wording/speech.js";
import { type DemoSentence, playOperator } from "./demo-operator.js";
import { CommandFailure } from "./failure.js";
import { tableLines } from "./record-table.js";
import { readRecording } from "./recording.js";
import { languageOption, readConfiguration } from "./settings.js";

interface DeskCommandOptions {
  readonly say?: readonly string[];
  readonly mic?: string;
  readonly stick?: string;
  readonly state?: string;
  readonly config?: string;
  readonly language?: Configuration["language"];
}

/** What the operator of the demonstration says: a short shift with a correction and a withdrawal. */
const demoShift: Readonly<Record<Configuration["language"], readonly string[]>> = {
  zh: [
    "长度一百二十点五毫米",
    "内径三十二点零五毫米",
    "负零点零三毫米",
    "更正零点零五毫米",
    "外径五十毫米",
    "撤销",
    "高度五五点五五毫米",
    "状态",
  ],
  en: [
    "length one hundred twenty point five millimeters",
    "inner diameter thirty two point zero five millimeters",
    "minus zero point zero three millimeters",
    "correction zero point zero five millimeters",
    "outer diameter fifty millimeters",
    "undo",
    "height five five point five five millimeters",
    "status",
  ],
};

/** Voice variant of that operator, so that two people can be told apart. */
const operatorVariant: Readonly<Record<Configuration["language"], string>> = { zh: "+f5", en: "+m7" };

/** `voicegauge desk`: the appliance at a desk. */
export function addDeskCommand(program: Command): void {
  program
    .command("desk")
    .description(
      "the appliance at a desk: the space bar is the button, a folder is the stick; without a sound card it speaks to itself",
    )
    .option("--say <file.wav...>", "speak these recordings into it instead of a microphone")
    .option("--mic <device>", "capture device of arecord, e.g. plughw:CARD=Device,DEV=0")
    .option("--stick <dir>", "the folder that plays the stick (default: STATE/stick)")
    .option("--state <dir>", "where the database is kept (default: .voicegauge in this folder)")
    .option("--config <file>", "configuration file")
    .addOption(languageOption())
    .action(async (options: DeskCommandOptions) => {
      const configuration = await readConfiguration(options.config, options.language);
      const stateDirectory = resolve(options.state ?? ".voicegauge");
      const stickDirectory = resolve(options.stick ?? join(stateDirectory, "stick"));
      const recordings = await readRecordings(options.say ?? []);
      const card = recordings.length > 0 ? undefined : await findSoundCard(configuration, options.mic);
      // Without a terminal there is no space bar, so that a card is of no use.
      const byHand = card !== undefined && process.stdin.isTTY;
      const sound: SoundChoice = byHand
        ? card
        : { kind: "files", speakerPath: join(stateDirectory, "read-back.wav") };
      await workAtDesk({ configuration, sound, stateDirectory, stickDirectory, recordings });
    });
}

interface DeskWork {
  readonly configuration: Configuration;
  readonly sound: SoundChoice;
  readonly stateDirectory: string;
  readonly stickDirectory: string;
  readonly recordings: readonly DemoSentence[];
}

async function workAtDesk(work: DeskWork): Promise<void> {
  const { configuration, sound, stateDirectory, stickDirectory } = work;
  let halted: () => void = () => undefined;
  const halt = new Promise<void>((resolvePromise) => {
    halted = resolvePromise;
  });
  const lines: string[] = [];
  const say = (line: string): void => {
    lines.push(line);
    process.stdout.write(`${line}\n`);
  };
  const composed = await composeDevice({
    configuration,
    sound,
    stateDirectory,
    stick: { kind: "folder", directory: stickDirectory },
    onStep: (trace) => showStep(trace, configuration, say),
    onHalt: () => halted(),
  });
  if (!composed.ok) throw new CommandFailure(composed.error.detail);
  const desk = composed.value;
  try {
    // Who sits at the desk can mend it; the device at the bench waits instead.
    if (desk.storeProblem !== undefined) throw new CommandFailure(desk.storeProblem);
    await desk.start();
    if (sound.kind === "files") await demonstrate(desk, work, say);
    else await workByHand(desk, halt, stickDirectory);
  } finally {
    await desk.shutdown.begin("the desk is done");
  }
}

/** The demonstration: an operator speaks a shift, then the stick arrives. */
async function demonstrate(desk: Device, work: DeskWork, say: (line: string) => void): Promise<void> {
  const { configuration, sound, stickDirectory, recordings } = work;
  const microphone = desk.fileMicrophone;
  if (microphone === undefined)
    throw new CommandFailure("the demonstration needs a microphone made of files");
  const button = composeScriptedButton();
  const gestures = createGestureDriver({ button, clock: systemClock });
  gestures.start(desk.appliance.gesture, () => desk.appliance.raise("button_missing"));
  const before = desk.store.countRecords();
  const sentences = recordings.length > 0 ? recordings : await speakShift(configuration);
  try {
    await playOperator(
      {
        clock: systemClock,
        button,
        microphone,
        state: desk.appliance.state,
        onPress: ({ words }) => say(`operator   ${words ?? "(a recording)"}`),
      },
      sentences,
    );
    await whileIt(() => desk.appliance.isLearning(), lessonLimitMs);
    await makeFolder(stickDirectory);
    const isDone = (): boolean => ["verified", "fault"].includes(desk.appliance.state().stick.kind);
    await whileIt(() => !isDone() || desk.appliance.state().talk.kind !== "ready", stickLimitMs);
  } finally {
    await gestures.close();
  }
  const files = desk.store.exports();
  const newest = files.at(-1);
  if (newest === undefined || desk.appliance.state().stick.kind !== "verified") {
    throw new CommandFailure("the stick was not written; the records are safe in the database");
  }
  say("");
  for (const line of tableLines([...desk.store.records({ fromId: before + 1 })].slice(-5))) say(line);
  say("");
  if (sound.kind === "files") say(`read-back: ${sound.speakerPath}`);
  say(`workbook:  ${join(stickDirectory, "声测", configuration.device.name, newest.fileName)}`);
}

/** The longest waits for the learning of a voice and for the stick, in ms. */
const lessonLimitMs = 20 * 60_000;
const stickLimitMs = 120_000;

async function whileIt(lasts: () => boolean, limitMs: number): Promise<void> {
  const lookMs = 50;
  for (let waited = 0; waited < limitMs && lasts(); waited += lookMs)
    await sleep(systemClock, "the demonstration waits", lookMs);
}

/** By hand: the space bar is the button, the state is drawn in one line, q ends. */
async function workByHand(desk: Device, halt: Promise<void>, stickDirectory: string): Promise<void> {
  let quit: () => void = () => undefined;
  const asked = new Promise<void>((resolvePromise) => {
    quit = resolvePromise;
  });
  const button = composeKeyboardButton(() => quit());
  const gestures = createGestureDriver({ button, clock: systemClock });
  process.stderr.write(
    `space: button · h: hold and release · q: end · stick: make the folder ${stickDirectory}\n`,
  );
  gestures.start(desk.appliance.gesture, () => desk.appliance.raise("button_missing"));
  try {
    await Promise.race([asked, halt]);
  } finally {
    await gestures.close();
  }
}

function showStep(
  { before, event, after, commands }: StepTrace<ControllerState, ControllerEvent, ControllerCommand>,
  configuration: Configuration,
  say: (line: string) => void,
): void {
  if (event.kind === "transcribed") {
    say(
      `recogniser ${event.heard.text === "" ? "(nothing)" : event.heard.text}  (${event.heard.band}, ${event.heard.confidence.toFixed(2)})`,
    );
  }
  for (const command of commands) {
    if (command.kind === "speak") say(`device     ${speechOf(command.message, configuration.language)}`);
  }
  if (ledSignal(before) !== ledSignal(after) && process.stderr.isTTY)
    process.stderr.write(`\r[${ledSignal(after).padEnd(10)}] `);
}

async function speakShift(configuration: Configuration): Promise<readonly DemoSentence[]> {
  const { language } = configuration;
  const voice = composeEspeakVoice(configuration, operatorVariant[language]);
  const sentences: DemoSentence[] = [];
  for (const words of demoShift[language]) {
    const made = await voice.synthesize(words, new AbortController().signal);
    if (!made.ok)
      throw new CommandFailure("detail" in made.error ? made.error.detail : "synthesis was stopped");
    sentences.push({ words, sound: made.value });
  }
  return sentences;
}

async function readRecordings(paths: readonly string[]): Promise<readonly DemoSentence[]> {
  const sounds: DemoSentence[] = [];
  for (const path of paths) sounds.push({ sound: await readRecording(path) });
  return sounds;
}
