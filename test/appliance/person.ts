import { setTimeout as pause } from "node:timers/promises";
import type { Pcm } from "../../src/audio/pcm.js";
import { composeRecognizer } from "../../src/compose-parts.js";
import { composeEspeakVoice } from "../../src/compose-voice.js";
import { defaultConfiguration } from "../../src/service/configuration.js";
import type { Journal, JournalLine } from "./journal.js";

/** What the one at the bench has before him: a button, a microphone, a speaker. */
export interface Bench {
  press(ms: number): Promise<void>;
  /** Speaks into the microphone; until it has been said. */
  play(sound: Pcm): Promise<void>;
  /** What the speaker has played until now, 16-bit samples at the rate of the recogniser. */
  recording(): Promise<Buffer>;
}

/** The one at the bench: presses the button, speaks, and hears what the speaker says. */
export interface Person {
  press(ms: number): Promise<void>;
  /** Waits until the device is ready, hears, and has said what it had to say: after a start it may first miss its microphone. */
  waitForCalm(): Promise<void>;
  /** Says it, whether anybody listens or not. */
  speak(words: string): Promise<void>;
  /** Taps, waits for the tone, says it, and waits for the answer; the place in the journal after the answer. */
  say(words: string): Promise<number>;
  /** The same, and yes to a question whether it was understood so. */
  sayAndConfirm(words: string): Promise<number>;
  /** Waits until the device has said something that matches; the place in the journal after it. */
  hears(words: RegExp, from: number, limitMs?: number): Promise<number>;
  /** What our own recogniser understands of what the speaker has played since `mark()`. */
  understood(since: number): Promise<string>;
  /** Now, in bytes of the recording of the speaker. */
  mark(): Promise<number>;
  leave(): Promise<void>;
}

/** As a microphone would deliver them. */
const chunkSamples = 320;

/** From the press until the gate is open: the tone, the latency of the sound system, the tail guard. */
const untilGateMs = 2_600;

/** The device has nothing to say for so long, and the longest time until then. */
const calmMs = 1_500;
const calmLimitMs = 40_000;

/** Whether the running service is ready and can hear. */
function isCalm(journal: readonly JournalLine[]): boolean {
  const faults = new Set<unknown>();
  let state: unknown;
  for (const { text, event } of journal) {
    if (text.startsWith("Starting voicegauge")) {
      faults.clear();
      state = undefined;
    }
    if (event?.["kind"] === "fault") faults.add(event["code"]);
    if (event?.["kind"] === "fault_cleared") faults.delete(event["code"]);
    if (event?.["kind"] === "state") state = event["to"];
  }
  return state === "ready" && !faults.has("microphone_lost") && !faults.has("recognizer_down");
}

const isState = (to: string) => (line: JournalLine) =>
  line.event?.["kind"] === "state" && line.event["to"] === to;
const hasSaid = (words: RegExp) => (line: JournalLine) =>
  line.topic === "speech" && line.event?.["kind"] === "completed" && words.test(String(line.event["text"]));

/** Takes a seat at the bench of a booted machine. @param tapMs how long a tap holds the button down */
export async function takeSeat(machine: Journal, bench: Bench, tapMs = 100): Promise<Person> {
  const voice = composeEspeakVoice({ ...defaultConfiguration, language: "zh" }, "+f5");
  const composed = await composeRecognizer(defaultConfiguration);
  if (!composed.ok) throw new Error("the recogniser is needed to hear the device");
  const { recognizer } = composed.value;
  const started = await recognizer.start(new AbortController().signal);
  if (!started.ok) throw new Error("the recogniser does not start");

  async function speak(words: string): Promise<void> {
    const sound = await voice.synthesize(words, new AbortController().signal);
    if (!sound.ok) throw new Error(`espeak-ng cannot say ${words}`);
    await bench.play(sound.value);
  }

  async function waitForCalm(): Promise<void> {
    for (let waited = 0; waited < calmLimitMs; waited += 250) {
      const lines = machine.journal.length;
      if (isCalm(machine.journal)) {
        await pause(calmMs);
        if (machine.journal.length === lines) return;
      }
      await pause(250);
    }
    const last = machine.journal.slice(-12).map(({ text }) => text);
    throw new Error(`the device does not come to rest:\n${last.join("\n")}`);
  }

  async function say(words: string): Promise<number> {
    await waitForCalm();
    const from = machine.journal.length;
    await bench.press(tapMs);
    const listening = await machine.waitFor("listening", from, isState("listening"));
    await pause(untilGateMs);
    await speak(words);
    return machine.waitFor(`answer to ${words}`, listening, hasSaid(/./), 30_000);
  }

  return {
    press: (ms) => bench.press(ms),
    waitForCalm,
    speak,
    say,
    async sayAndConfirm(words) {
      const from = machine.journal.length;
      const answered = await say(words);
      const wasAsked = machine.journal.slice(from, answered).some(hasSaid(/是吗$/));
      if (!wasAsked) return answered;
      await machine.waitFor("the question", from, isState("asking"));
      await pause(untilGateMs);
      await bench.press(tapMs);
      return machine.waitFor("the confirmation", answered, hasSaid(/./), 20_000);
    },
    hears: (words, from, limitMs = 20_000) =>
      machine.waitFor(`words like ${words.source}`, from, hasSaid(words), limitMs),
    async understood(since) {
      const bytes = (await bench.recording()).subarray(since);
      const samples = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2).slice();
      const silent = { onPartial: () => undefined, onEndpoint: () => undefined };
      recognizer.beginTurn(1, silent);
      for (let from = 0; from < samples.length; from += chunkSamples)
        recognizer.accept(samples.subarray(from, from + chunkSamples));
      const heard = await recognizer.finishTurn(new AbortController().signal);
      if (!heard.ok) throw new Error(`the recogniser failed: ${heard.error.kind}`);
      return heard.value.text;
    },
    mark: async () => (await bench.recording()).length,
    leave: () => recognizer.close(),
  };
}
