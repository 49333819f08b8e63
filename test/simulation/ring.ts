import { type Appliance, createAppliance } from "../../src/appliance/appliance.js";
import { createDuplex } from "../../src/audio/duplex.js";
import type { MicrophoneListener } from "../../src/audio/microphone.js";
import { captureRateHz, type Pcm } from "../../src/audio/pcm.js";
import { createStreamController } from "../../src/audio/stream-controller.js";
import { createTones } from "../../src/audio/tones.js";
import type { Command } from "../../src/controller/commands.js";
import { initialState } from "../../src/controller/state.js";
import { decimalToText } from "../../src/language/decimal.js";
import type { ButtonEdge } from "../../src/panel/button.js";
import { createGestureDriver } from "../../src/panel/gesture-driver.js";
import type {
  Recognizer,
  RecognizerError,
  RecognizerHealth,
  Transcript,
  TurnListener,
} from "../../src/recognition/recognizer.js";
import { eventLoopTurn, sleep } from "../../src/runtime/clock.js";
import { err, ok, type Result } from "../../src/runtime/result.js";
import { createTaskManager } from "../../src/runtime/task-manager.js";
import { createVirtualClock, type VirtualClock } from "../../src/runtime/virtual-clock.js";
import type { StickListener } from "../../src/stick/stick.js";
import type { Store } from "../../src/store/store.js";
import type { Voice } from "../../src/voice/voice.js";
import { speechOf } from "../../src/wording/speech.js";
import { createEchoingSpeaker, type EchoingSpeaker } from "../doubles/echoing-speaker.js";

/**
 * How a call of a part goes wrong: with an error as the part has them, with that error though the work is done, by
 * throwing, not before it is repaired, or very late.
 */
export const misdeeds = ["fails", "half", "throws", "never", "late"] as const;
export type Misdeed = (typeof misdeeds)[number];

/** The calls that go wrong: the `nth` of all, and those after it when it is for good. */
export interface FaultPlan {
  readonly nth: number;
  readonly misdeed: Misdeed;
  readonly forGood: boolean;
}

/** The whole device without hardware: everything of ours is real, on a virtual clock; what is outside speaks PCM and SQL. */
export interface Ring {
  readonly clock: VirtualClock;
  readonly appliance: Appliance;
  readonly store: Store;
  /** Names of the calls that parts got, in order. */
  readonly calls: readonly string[];
  /** Words that were played to their end. */
  readonly heard: readonly string[];
  /** The first promise that was broken. */
  broken(): string | undefined;
  /** The start failed as a whole, which ends the process. */
  died(): boolean;
  /** From now on every part is well again. */
  repair(): void;
  /** A tap; the operator says `text` as soon as the gate is open. Time passes until the device rests, or for 90 s. */
  say(text: string): Promise<void>;
  /** The finger goes down or comes up. */
  finger(down: boolean): void;
  /** What the operator says, once, when the gate opens next; undefined: nothing any more. */
  prepare(text: string | undefined): void;
  plugStick(): Promise<void>;
  stickIn(): void;
  stickOut(): void;
  /** The recogniser's process dies, and is there again after a second. */
  crashRecognizer(): void;
  /** The microphone delivers, or does not. */
  microphoneLives(lives: boolean): void;
  /** The sound card loses samples of what the operator says next. */
  loseSamples(): void;
  /** What the board says of its power. */
  readonly board: { undervoltage: boolean; overheating: boolean };
  pass(ms: number): Promise<void>;
  /** Lets time pass until the device is ready; says whether it was within `limitMs`. */
  untilReady(limitMs: number): Promise<boolean>;
  stop(): Promise<void>;
}

const chunkMs = 20;
const lateMs = 9_000;
const restLimitMs = 90_000;
/** What the operator reads aloud when the device wants to learn his voice. */
const readingTexts = ["长度一百二十点五毫米", "外径四十九点九八毫米"];
/** Virtual time between two looks of the operator. */
const lookMs = 50;

export async function createRing(
  store: Store,
  plans: readonly FaultPlan[] = [],
  options: { readonly tailGuardMs?: number } = {},
): Promise<Ring> {
  const clock = createVirtualClock();
  const calls: string[] = [];
  const heard: string[] = [];
  let repaired = false;
  let died = false;
  /** Calls without an answer: a program that hangs on a device ends when the device is pulled. */
  const waiting: (() => void)[] = [];
  let mostRows = 0;
  let broken: string | undefined;
  const breach = (what: string): void => {
    broken ??= what;
  };

  /** Notes a call and says how it goes. */
  function conductOf(name: string): Misdeed | undefined {
    calls.push(name);
    if (repaired) return undefined;
    return plans.find(({ nth, forGood }) => (forGood ? calls.length >= nth : calls.length === nth))?.misdeed;
  }

  /** A part's method that goes wrong where it is meant to. */
  async function through<T, F>(name: string, failure: F, work: () => Promise<T>): Promise<T | F> {
    switch (conductOf(name)) {
      case undefined:
        return work();
      case "fails":
        return failure;
      case "half":
        await work();
        return failure;
      case "throws":
        throw new Error(`${name} throws`);
      case "never":
        return new Promise((resolve) => {
          waiting.push(() => resolve(failure));
        });
      case "late":
        await sleep(clock, `${name} is late`, lateMs);
        return work();
    }
  }

  const speaker = createEchoingSpeaker(clock);
  const duplexSpeaker: EchoingSpeaker = {
    ...speaker,
    play: (pcm, signal, onFirstSample) =>
      through("speaker", err({ kind: "device_missing", detail: "gone" } as const), () =>
        speaker.play(pcm, signal, onFirstSample),
      ),
  };

  const board = { undervoltage: false, overheating: false };
  const operator = { text: "" };
  let prepared: string | undefined;
  const recognizer = createListener(operator, through, () => {
    if (speaker.audible()) breach("it hears itself");
  });
  const voice: Voice = {
    synthesize: (text) =>
      through("voice", err({ kind: "synthesis_failed", detail: "none" } as const), () =>
        Promise.resolve(ok(soundOf(text))),
      ),
    close: () => Promise.resolve(),
  };

  let microphone: MicrophoneListener | undefined;
  let feeding = true;
  let microphoneLives = true;
  let losesSamples = false;
  function feed(): void {
    clock.startTimer("the room", chunkMs, () => {
      const level = operator.text === "" ? 3 : 4_000;
      if (losesSamples && operator.text !== "") {
        losesSamples = false;
        microphone?.onHole?.();
      }
      if (microphoneLives) microphone?.onChunk(new Int16Array((captureRateHz * chunkMs) / 1_000).fill(level));
      if (feeding) feed();
    });
  }
  const stream = createStreamController({
    clock,
    microphone: {
      start(listener) {
        microphone = listener;
      },
      close: () => Promise.resolve(),
    },
    onEvent: (event) => appliance.streamEvent(event),
  });
  const duplex = createDuplex(
    { clock, speaker: duplexSpeaker, stream, onEvent: (event) => appliance.gateEvent(event) },
    options,
  );
  const tasks = createTaskManager({ clock, limit: 16 });

  let sticks: StickListener | undefined;
  const failingStore: Store = {
    ...store,
    commitMeasurement: (draft) => changeOf(() => store.commitMeasurement(draft)),
    correct: (id, draft) => changeOf(() => store.correct(id, draft)),
    withdraw: (id) => changeOf(() => store.withdraw(id)),
  };
  /** A change is made or refused at once; only these two ways are there. */
  function changeOf(work: () => ReturnType<Store["withdraw"]>): ReturnType<Store["withdraw"]> {
    const conduct = conductOf("store");
    const done = conduct === "fails" || conduct === "throws" ? undefined : work();
    return done === undefined || conduct === "half"
      ? err({ kind: "busy", detail: "somebody else writes" })
      : done;
  }

  const appliance = createAppliance({
    clock,
    tasks,
    duplex,
    recognizer,
    voice,
    store: failingStore,
    stickWatcher: {
      start(listener) {
        sticks = listener;
      },
      release: () =>
        through("stick release", err({ kind: "write_failed", detail: "busy" } as const), () =>
          Promise.resolve(ok(undefined)),
        ),
      close: () => Promise.resolve(),
    },
    stickExporter: {
      exportTo: () =>
        through("export", err({ kind: "full", detail: "full" } as const), async () => {
          await sleep(clock, "an export", 2_000);
          return ok({ recordCount: store.countRecords(), files: [] });
        }),
    },
    tones: createTones(0.3),
    settings: { ...initialState.settings, readingTexts },
    weighing: { sure: 0.75, unsure: 0.2 },
    voices: {
      use: () => undefined,
      teach: (_, readings) =>
        through("lesson", err("it cannot learn"), async () => {
          if (readings.some((reading) => reading === undefined || reading.samples.length === 0))
            breach("a sentence that was read has no sound");
          await sleep(clock, "a lesson", 3_000);
          const score = { sentences: 1, tokens: 4, right: 0, errors: 2 };
          const after = { ...score, right: 1, errors: 0 };
          return ok({ encoder: new Uint8Array(), before: score, after, isBetter: true });
        }),
    },
    onFailure: () => undefined,
    wordsOf: (message) => speechOf(message, "zh"),
    freeMegabytes: () => through("card", 10, () => Promise.resolve(5_000)),
    cardLimits: { warnMegabytes: 200, refuseMegabytes: 50 },
    clockTrusted: () => true,
    boardHealth: () => Promise.resolve(board),
    startOfDayMs: () => Date.UTC(2026, 10, 25),
    maintain: () => through("maintenance", undefined, () => Promise.resolve(undefined)),
    keepAudio: () => undefined,
    halt: () => undefined,
    onStep: ({ commands }) => {
      for (const command of commands) breach0(command);
    },
    onSpeech: (event) => {
      if (event.kind === "completed") heard.push(event.text);
    },
  });

  /**
   * Promise 2: what is about to be confirmed is in the database with that value, still valid, and nothing that was
   * there has gone, whatever was withdrawn.
   */
  function breach0(command: Command): void {
    if (command.kind !== "speak") return;
    const rows = [...store.records()].length;
    if (rows < mostRows) breach("a record has vanished");
    mostRows = Math.max(mostRows, rows);
    const { message } = command;
    if (message.kind !== "measurement_stored" && message.kind !== "measurement_corrected") return;
    const row = store.record(message.record.id);
    const isThere =
      row?.status === "valid" && decimalToText(row.value) === decimalToText(message.record.value);
    if (!isThere) breach(`it confirms record ${message.record.id}, which is not in the database so`);
  }

  async function pass(ms: number): Promise<void> {
    for (let turn = 0; turn < 4; turn += 1) await eventLoopTurn();
    clock.advance(ms);
    for (let turn = 0; turn < 4; turn += 1) await eventLoopTurn();
    speakWhereHeard();
  }

  /** The operator speaks while the gate is open, and not otherwise. */
  function speakWhereHeard(): void {
    if (duplex.state().gate !== "open") operator.text = "";
    else if (operator.text === "" && prepared !== undefined) {
      const { talk } = appliance.state();
      const reading = talk.kind === "listening" ? talk.reading : undefined;
      operator.text = reading === undefined ? prepared : (readingTexts[reading.sentence] ?? "");
    }
  }

  let onEdge: (edge: ButtonEdge) => void = () => undefined;
  const hand = createGestureDriver({
    clock,
    button: {
      start(listener) {
        onEdge = listener;
      },
      close: () => Promise.resolve(),
    },
  });
  hand.start(appliance.gesture, () => undefined);

  function stickIn(): void {
    sticks?.onArrived({ id: "A", directory: "/nowhere" });
  }

  function stickOut(): void {
    sticks?.onGone("A");
  }

  async function untilReady(limitMs: number): Promise<boolean> {
    for (let waited = 0; waited < limitMs; waited += lookMs) {
      if (appliance.state().talk.kind === "ready") return true;
      await pass(lookMs);
    }
    return appliance.state().talk.kind === "ready";
  }

  feed();
  // A part that throws where it promises not to is a bug: the process ends and systemd starts it again.
  appliance.start([]).catch(() => {
    died = true;
  });
  await pass(lookMs);

  return {
    clock,
    appliance,
    store,
    board,
    calls,
    heard,
    broken: () => broken,
    died: () => died,
    repair() {
      repaired = true;
      microphoneLives = true;
      for (const give of waiting.splice(0)) give();
      // The real one restarts by itself, after its failure was told.
      clock.startTimer("the recogniser restarts", 1_000, () => recognizer.repaired());
    },
    loseSamples() {
      losesSamples = true;
    },
    async say(text) {
      appliance.gesture({ kind: "press" });
      await pass(100);
      appliance.gesture({ kind: "tap" });
      prepared = text;
      for (let waited = 0; waited < restLimitMs; waited += lookMs) {
        await pass(lookMs);
        if (appliance.state().talk.kind === "ready" && waited > 500) break;
      }
      prepared = undefined;
      operator.text = "";
    },
    finger: (down) => onEdge({ pressed: down, atMs: clock.monotonicMs() }),
    prepare(text) {
      prepared = text;
      operator.text = "";
    },
    stickIn,
    stickOut,
    crashRecognizer() {
      recognizer.crashed();
      clock.startTimer("the recogniser restarts", 1_000, () => recognizer.repaired());
    },
    microphoneLives(lives) {
      microphoneLives = lives;
    },
    async plugStick() {
      stickIn();
      for (let waited = 0; waited < 10_000; waited += lookMs) await pass(lookMs);
      stickOut();
      await pass(lookMs);
    },
    async pass(ms) {
      for (let passed = 0; passed < ms; passed += lookMs) await pass(Math.min(lookMs, ms - passed));
    },
    untilReady,
    async stop() {
      feeding = false;
      await hand.close();
      const stopping = appliance.stop().then(() => duplex.close());
      await clock.advanceUntil(stopping, 30_000);
      for (let waited = 0; waited < lateMs * 2; waited += lookMs * 10) await pass(lookMs * 10);
      const left = clock.activeTimers();
      if (left.length > 0) breach(`timers are left: ${left.join(", ")}`);
      const running = tasks.active().filter(({ state }) => state !== "straggler");
      if (running.length > 0) breach(`tasks are left: ${running.map(({ name }) => name).join(", ")}`);
    },
  };
}

/** Words a tenth of a second each. */
function soundOf(text: string): Pcm {
  return { samples: new Int16Array(text.length * 1_600).fill(1_000), sampleRateHz: captureRateHz };
}

type Through = <T, F>(name: string, failure: F, work: () => Promise<T>) => Promise<T | F>;

/** Understands the operator when it has got enough of him, and nothing else. */
function createListener(
  operator: { text: string },
  through: Through,
  onSamples: () => void,
): Recognizer & { crashed(): void; repaired(): void } {
  const died = err({ kind: "crashed", detail: "it was killed" } as const);
  const info = { modelId: "double", language: "zh", residentBytes: 0 } as const;
  let onHealth: (health: RecognizerHealth) => void = () => undefined;
  let isDead = false;
  let turn: { readonly listener: TurnListener; heardMs: number; text: string; ended: boolean } | undefined;
  return {
    start: () =>
      through("recogniser start", err({ kind: "unavailable", detail: "not now" } as const), () =>
        Promise.resolve(ok(info)),
      ),
    refresh: () => undefined,
    beginTurn(_, listener) {
      turn = { listener, heardMs: 0, text: "", ended: false };
    },
    accept(samples) {
      onSamples();
      if (isDead || turn === undefined || turn.ended) return;
      const isSpeech = (samples[0] ?? 0) > 100;
      if (!isSpeech) return;
      turn.text = operator.text;
      turn.heardMs += chunkMs;
      if (turn.heardMs >= 1_000) {
        turn.ended = true;
        turn.listener.onPartial(turn.text);
        turn.listener.onEndpoint();
      }
    },
    finishTurn: () =>
      through("recognise", died, (): Promise<Result<Transcript, RecognizerError>> => {
        if (isDead) return Promise.resolve(died);
        const text = turn?.ended === true ? turn.text : "";
        turn = undefined;
        const transcript: Transcript = {
          text,
          tokens: [],
          confidence: 0.95,
          band: "sure",
          audioMs: 1_000,
          decodeMs: 10,
        };
        return Promise.resolve(ok(transcript));
      }),
    abandonTurn() {
      turn = undefined;
    },
    onHealth(listener) {
      onHealth = listener;
    },
    crashed() {
      turn = undefined;
      isDead = true;
      onHealth({ kind: "restarting", reason: "crashed", detail: "it was killed" });
    },
    repaired() {
      isDead = false;
      onHealth({ kind: "ready", info });
    },
    close: () => Promise.resolve(),
  };
}
