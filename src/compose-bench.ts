import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { captureRateHz, durationMs, type Pcm } from "./audio/pcm.js";
import { resamplePcm } from "./audio/resample.js";
import { composeDevice } from "./compose.js";
import { composeExporter, composeRecognizer, composeScriptedButton, systemClock } from "./compose-parts.js";
import { composeStore } from "./compose-store.js";
import { composeEspeakVoice } from "./compose-voice.js";
import type { MeasurementDraft } from "./inspection/record.js";
import { parse } from "./language/parse.js";
import { createGestureDriver } from "./panel/gesture-driver.js";
import { transcribe } from "./recognition/transcribe.js";
import { sleep } from "./runtime/clock.js";
import { runProgram } from "./runtime/run-program.js";
import type { Configuration } from "./service/configuration.js";
import { openDatabase } from "./store/open-database.js";

/** One figure of a run; `ratio` compares its median with that of a plain tool measured in the same run. */
export interface Figure {
  readonly name: string;
  readonly n: number;
  readonly median: number;
  readonly worst: number;
  readonly unit: "ms" | "MB" | "1/s";
  readonly ratio?: { readonly value: number; readonly of: string };
}

const sentence = "长度一百二十点五毫米";
const turns = 7;
const draft: MeasurementDraft = {
  name: "长度",
  value: { unscaled: 1205n, scale: 1 },
  unit: "mm",
  transcript: sentence,
  confidence: 0.9,
  confirmedByQuestion: false,
};

/** Measures everything in temporary folders, which are removed. */
export async function* measureAll(
  configured: Configuration,
  exportSizes: readonly number[],
): AsyncGenerator<Figure> {
  // What is said is Mandarin, whatever the device speaks.
  const configuration: Configuration = { ...configured, language: "zh" };
  const folder = await mkdtemp(join(tmpdir(), "voicegauge-bench-"));
  try {
    const sound = await speak(configuration);
    yield* measureVoice(configuration);
    yield* measureRecognition(configuration, sound);
    yield* measureTurns(configuration, folder, sound);
    yield* measureStore(configuration, join(folder, "store"), exportSizes);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* measureVoice(configuration: Configuration): AsyncGenerator<Figure> {
  const plain: number[] = [];
  const ours: number[] = [];
  for (let n = 0; n < turns; n += 1) {
    const args = ["-v", "cmn-latn-pinyin", "--stdout", "-b", "1", "--stdin"];
    plain.push(
      await timed(() => runProgram(systemClock, "espeak-ng", args, { timeoutMs: 5_000, input: sentence })),
    );
    // A voice of its own each time: the cache would answer at once.
    const voice = composeEspeakVoice(configuration);
    ours.push(await timed(() => voice.synthesize(sentence, new AbortController().signal)));
  }
  yield figure("synthesis of a read-back", ours, "ms", { of: "espeak-ng alone", values: plain });
}

async function* measureRecognition(configuration: Configuration, sound: Pcm): AsyncGenerator<Figure> {
  const composed = await composeRecognizer(configuration);
  if (!composed.ok) return;
  const { recognizer } = composed.value;
  const starts = [await timed(() => recognizer.start(new AbortController().signal))];
  yield figure("recogniser: cold start with hash check", starts, "ms");
  const whole: number[] = [];
  const decode: number[] = [];
  for (let n = 0; n < turns; n += 1) {
    const startedMs = systemClock.monotonicMs();
    const heard = await transcribe(recognizer, sound);
    whole.push(systemClock.monotonicMs() - startedMs);
    if (heard.ok) decode.push(heard.value.decodeMs);
  }
  yield figure(`recogniser: ${Math.round(durationMs(sound))} ms of speech`, whole, "ms", {
    of: "sherpa-onnx decode alone",
    values: decode,
  });
  const parses: number[] = [];
  for (let n = 0; n < 200; n += 1) parses.push(await timed(() => parse(sentence)));
  yield figure("parse of a sentence", parses, "ms");
  let resident = 0;
  recognizer.onHealth((health) => {
    if (health.kind === "ready") resident = health.info.residentBytes;
  });
  yield figure("memory: recogniser process", [resident / 1e6], "MB");
  yield figure("memory: main process", [process.memoryUsage.rss() / 1e6], "MB");
  await recognizer.close();
}

async function* measureTurns(
  configuration: Configuration,
  folder: string,
  sound: Pcm,
): AsyncGenerator<Figure> {
  const times = new Map<string, number>();
  const mark = (name: string): void => {
    times.set(name, systemClock.monotonicMs());
  };
  const startedMs = systemClock.monotonicMs();
  const composed = await composeDevice({
    // Every turn takes the whole way to a stored record, however sure the recogniser is of espeak-ng's voice.
    configuration: { ...configuration, recognition: { ...configuration.recognition, sure: 0, unsure: 0 } },
    sound: { kind: "files", speakerPath: join(folder, "bench.wav") },
    stateDirectory: join(folder, "turns"),
    stick: { kind: "folder", directory: join(folder, "no-stick") },
    onHalt: () => undefined,
    onStep({ event }) {
      if (event.kind === "gate_opened") mark("gate");
      if (event.kind === "endpoint") mark("endpoint");
      if (event.kind === "transcribed") mark("transcribed");
      if (event.kind === "committed") mark("committed");
    },
  });
  if (!composed.ok) return;
  const { appliance, fileMicrophone, shutdown, bus } = composed.value;
  await composed.value.start();
  yield figure("cold start to ready", [systemClock.monotonicMs() - startedMs], "ms");
  bus.subscribe("bench", ["speech"], ({ event }) => {
    if (event.kind === "started") mark("speech");
  });
  const button = composeScriptedButton();
  const gestures = createGestureDriver({ button, clock: systemClock });
  gestures.start(appliance.gesture, () => undefined);
  const parts: Record<string, number[]> = {};
  const note = (name: string, from: string, to: string): void => {
    const [begin, end] = [times.get(from), times.get(to)];
    if (begin !== undefined && end !== undefined && end >= begin)
      parts[name] = [...(parts[name] ?? []), end - begin];
  };
  for (let n = 0; n < turns && fileMicrophone !== undefined; n += 1) {
    await until(() => appliance.state().talk.kind === "ready");
    // The same words sooner after the read-back would be taken for the device's own voice.
    await sleep(systemClock, "between two turns", 1_600);
    times.clear();
    mark("press");
    button.press();
    await sleep(systemClock, "finger", 90);
    button.release();
    await until(() => times.has("gate"));
    await fileMicrophone.say(sound).ended;
    mark("speech end");
    await until(() => times.has("speech") || appliance.state().talk.kind === "ready");
    note("press → gate open", "press", "gate");
    note("end of speech → first sample of the answer", "speech end", "speech");
    note("  of it: endpoint wait", "speech end", "endpoint");
    note("  of it: decode of the rest", "endpoint", "transcribed");
    note("  of it: parse and commit", "transcribed", "committed");
    note("  of it: synthesis and player start", "committed", "speech");
    await until(() => appliance.state().talk.kind === "ready" || appliance.state().talk.kind === "asking");
    if (appliance.state().talk.kind === "asking") appliance.gesture({ kind: "tap" });
  }
  await gestures.close();
  await shutdown.begin("the bench is done");
  for (const [name, values] of Object.entries(parts)) yield figure(name, values, "ms");
}

async function* measureStore(
  configuration: Configuration,
  folder: string,
  sizes: readonly number[],
): AsyncGenerator<Figure> {
  const opened = await composeStore(folder);
  if (!opened.ok) return;
  const { store } = opened.value;
  const commits: number[] = [];
  const plain: number[] = [];
  const alone = openPlainDatabase(join(folder, "plain.db"));
  for (let n = 0; n < 300; n += 1) {
    commits.push(await timed(() => store.commitMeasurement(draft)));
    plain.push(await timed(() => alone.insert(sentence)));
  }
  alone.close();
  yield figure("commit of a record (synchronous=FULL)", commits, "ms", { of: "SQLite alone", values: plain });
  yield figure(
    "commits a second",
    commits.map((ms) => 1000 / ms),
    "1/s",
  );
  const { exporter, close } = composeExporter(configuration, store, folder, "bench");
  let count = store.countRecords();
  for (const rows of sizes) {
    for (; count < rows; count += 1) store.commitMeasurement(draft);
    const target = join(folder, `stick-${rows}`);
    await mkdir(target, { recursive: true });
    let peak = 0;
    const watch = new AbortController();
    const watching = watchMemory(watch.signal, (bytes) => {
      peak = Math.max(peak, bytes);
    });
    const took = await timed(() =>
      exporter.exportTo({ id: target, directory: target }, new AbortController().signal),
    );
    watch.abort();
    await watching;
    yield figure(`export of ${rows} records, verified`, [took], "ms");
    yield figure(`  peak memory of the process`, [peak / 1e6], "MB");
  }
  await close();
  store.close();
}

/** What one durable insert costs without our store around it. */
function openPlainDatabase(path: string): { insert(text: string): void; close(): void } {
  const opened = openDatabase(path);
  if (!opened.ok) throw new Error(opened.error.detail);
  const database = opened.value;
  database.exec("CREATE TABLE plain (id INTEGER PRIMARY KEY, text TEXT)");
  const statement = database.prepare<[string]>("INSERT INTO plain (text) VALUES (?)");
  return { insert: (text) => void statement.run(text), close: () => void database.close() };
}

async function speak(configuration: Configuration): Promise<Pcm> {
  const made = await composeEspeakVoice(configuration).synthesize(sentence, new AbortController().signal);
  if (!made.ok) throw new Error("espeak-ng is needed for the bench");
  return resamplePcm(made.value, captureRateHz);
}

async function watchMemory(signal: AbortSignal, tell: (bytes: number) => void): Promise<void> {
  while (!signal.aborted) {
    tell(process.memoryUsage.rss());
    await sleep(systemClock, "look at the memory", 20, signal);
  }
}

async function until(seen: () => boolean): Promise<void> {
  for (let waited = 0; waited < 20_000 && !seen(); waited += 5) await sleep(systemClock, "bench waits", 5);
}

async function timed(work: () => unknown): Promise<number> {
  const startedMs = systemClock.monotonicMs();
  await work();
  return systemClock.monotonicMs() - startedMs;
}

function figure(
  name: string,
  values: readonly number[],
  unit: Figure["unit"],
  plain?: { readonly of: string; readonly values: readonly number[] },
): Figure {
  const sorted = [...values].sort((a, b) => a - b);
  const median = medianOf(sorted);
  const worst = (unit === "1/s" ? sorted[0] : sorted.at(-1)) ?? 0;
  const reference = plain === undefined ? 0 : medianOf([...plain.values].sort((a, b) => a - b));
  const ratio =
    plain === undefined || reference === 0 ? {} : { ratio: { value: median / reference, of: plain.of } };
  return { name, n: values.length, median, worst, unit, ...ratio };
}

function medianOf(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
