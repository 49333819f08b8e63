import { randomInt, randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Appliance, createAppliance } from "./appliance/appliance.js";
import { createAlsaMicrophone } from "./audio/alsa-microphone.js";
import { createAlsaSpeaker } from "./audio/alsa-speaker.js";
import { createDuplex } from "./audio/duplex.js";
import { createFileMicrophone, type FileMicrophone } from "./audio/file-microphone.js";
import { createFileSpeaker } from "./audio/file-speaker.js";
import type { Microphone } from "./audio/microphone.js";
import { findSoundDevices } from "./audio/sound-devices.js";
import type { Speaker } from "./audio/speaker.js";
import { createStreamController, type StreamEvent } from "./audio/stream-controller.js";
import { createTones } from "./audio/tones.js";
import { writeWavFile } from "./audio/wav.js";
import type { Command } from "./controller/commands.js";
import type { ControllerEvent } from "./controller/events.js";
import type { Message } from "./controller/messages.js";
import type { ControllerState } from "./controller/state.js";
import type { Button } from "./panel/button.js";
import { createKeyboardButton } from "./panel/keyboard-button.js";
import { createScriptedButton, type ScriptedButton } from "./panel/scripted-button.js";
import { chooseModel, type Model, type ModelError, readManifest, verifyModel } from "./recognition/model.js";
import type { Recognizer } from "./recognition/recognizer.js";
import { createRecognizerProcess } from "./recognition/recognizer-process.js";
import { type Clock, createSystemClock } from "./runtime/clock.js";
import { packageRoot } from "./runtime/compiled-module.js";
import type { StepTrace } from "./runtime/interpreter.js";
import { err, ok, type Result } from "./runtime/result.js";
import { createTaskManager } from "./runtime/task-manager.js";
import { isClockTrusted } from "./service/clock-trust.js";
import type { Configuration } from "./service/configuration.js";
import { bootId, productVersion } from "./service/product.js";
import { createFolderStick } from "./stick/folder-stick.js";
import { createStickExporter } from "./stick/stick-exporter.js";
import { freeMegabytes } from "./store/card-space.js";
import { databaseFile, openOrRecover } from "./store/recover.js";
import { createSqliteStore } from "./store/sqlite-store.js";
import type { Store, StoreError } from "./store/store.js";
import { createEspeakVoice } from "./voice/espeak-voice.js";
import { withPhraseCache } from "./voice/phrase-cache.js";
import type { Voice } from "./voice/voice.js";
import { speechOf } from "./wording/speech.js";
import { createExceljsWorkbook } from "./workbook/exceljs-workbook.js";

export type { FileMicrophone } from "./audio/file-microphone.js";
export type { ScriptedButton } from "./panel/scripted-button.js";

/** Where the sound of a desk comes from and goes to. */
export type DeskSound =
  | { readonly kind: "files"; readonly speakerPath: string }
  | { readonly kind: "card"; readonly microphone: string; readonly speaker: string };

export interface DeskOptions {
  readonly configuration: Configuration;
  readonly sound: DeskSound;
  readonly stateDirectory: string;
  readonly stickDirectory: string;
  readonly onStep: (trace: StepTrace<ControllerState, ControllerEvent, Command>) => void;
  readonly onHalt: () => void;
}

/** The whole appliance, and what a desk needs of it. */
export interface Desk {
  readonly clock: Clock;
  readonly appliance: Appliance;
  readonly store: Store;
  /** The microphone into which recordings are spoken; undefined with a sound card. */
  readonly fileMicrophone?: FileMicrophone;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** The folder of the models. */
export const modelsDirectory = join(packageRoot(), "models");

/** Only backoff draws on it. */
const random = (): number => randomInt(2 ** 32) / 2 ** 32;

/** A system clock; the one that everything composed here runs on. */
export const systemClock = createSystemClock();

/** Opens the store of a state folder; a damaged database is set aside, which is told. */
export async function composeStore(
  stateDirectory: string,
): Promise<Result<{ readonly store: Store; readonly announcements: readonly Message[] }, StoreError>> {
  const made = await mkdir(stateDirectory, { recursive: true }).catch((thrown: unknown) => thrown);
  if (made instanceof Error)
    return err({ kind: "read_only", detail: `cannot make ${stateDirectory}: ${made.message}` });
  const opened = await openOrRecover(stateDirectory, String(Math.round(systemClock.wallMs())));
  if (!opened.ok) return opened;
  const { database, outcome } = opened.value;
  const store = createSqliteStore({
    database,
    clock: systemClock,
    bootId: bootId(),
    clockTrusted: () => isClockTrusted(systemClock.wallMs()),
    newDeviceId: randomUUID,
  });
  if (!store.ok) return store;
  const restored: readonly Message[] =
    outcome.kind === "opened"
      ? []
      : [{ kind: "database_restored", from: outcome.kind === "started_empty" ? "empty" : "backup" }];
  return ok({ store: store.value, announcements: restored });
}

/** The recogniser of the configuration, not yet started. */
export async function composeRecognizer(
  configuration: Configuration,
): Promise<Result<{ readonly recognizer: Recognizer; readonly model: Model }, ModelError>> {
  const manifest = await readManifest(modelsDirectory);
  if (!manifest.ok) return manifest;
  const chosen = chooseModel(manifest.value, configuration.recognition.model);
  if (!chosen.ok) return chosen;
  const model = chosen.value;
  const recognizer = createRecognizerProcess({
    clock: systemClock,
    random,
    modelId: model.id,
    language: model.language,
    thresholds: {
      sure: configuration.recognition.sure ?? model.thresholds.sure,
      unsure: configuration.recognition.unsure ?? model.thresholds.unsure,
    },
    verify: () => verifyModel(modelsDirectory, model),
  });
  return ok({ recognizer, model });
}

/** The device's voice; `variant` is for a second speaker such as the operator of the demonstration. */
export function composeVoice(configuration: Configuration, variant?: string): Voice {
  const { language, voice, audio } = configuration;
  return withPhraseCache(
    createEspeakVoice({
      clock: systemClock,
      language,
      wordsPerMinute: voice.speed,
      volume: audio.volume / 100,
      ...(variant === undefined ? {} : { variant }),
    }),
  );
}

/** The exporter of a store, with the writer that it owns. */
export function composeExporter(
  configuration: Configuration,
  store: Store,
  stateDirectory: string,
  modelId: string,
) {
  const workbook = createExceljsWorkbook(systemClock);
  const exporter = createStickExporter({
    clock: systemClock,
    store,
    databasePath: join(stateDirectory, databaseFile),
    workbook,
    scratchDirectory: join(stateDirectory, "scratch"),
    deviceName: configuration.device.name,
    language: configuration.language,
    productVersion: productVersion(),
    modelId: () => modelId,
    utcOffsetMinutes: () => utcOffsetMinutes(configuration),
  });
  return { exporter, close: () => workbook.close() };
}

/** Which sound a desk has: the card that was named, the one USB device, or none. */
export async function findDeskSound(microphone: string | undefined): Promise<DeskSound | undefined> {
  const { capture, playback } = await findSoundDevices();
  const speaker = playback.kind === "one" ? playback.device.alsaName : "default";
  if (microphone !== undefined) return { kind: "card", microphone, speaker };
  if (capture.kind !== "one") return undefined;
  return { kind: "card", microphone: capture.device.alsaName, speaker };
}

/** The space bar as the button. */
export function composeKeyboardButton(onQuit: () => void): Button {
  return createKeyboardButton({ clock: systemClock, input: process.stdin, onQuit });
}

/** A button that a program presses. */
export function composeScriptedButton(): ScriptedButton {
  return createScriptedButton(systemClock);
}

/** Builds the appliance at a desk: the same ring, with a folder for the stick. */
export async function composeDesk(options: DeskOptions): Promise<Result<Desk, StoreError | ModelError>> {
  const { configuration, sound, stateDirectory, stickDirectory } = options;
  const opened = await composeStore(stateDirectory);
  if (!opened.ok) return opened;
  const { store, announcements } = opened.value;
  const recognition = await composeRecognizer(configuration);
  if (!recognition.ok) {
    store.close();
    return recognition;
  }
  const { recognizer, model } = recognition.value;
  const voice = composeVoice(configuration);
  const { microphone, speaker, fileMicrophone } = composeSound(sound);
  let onStream: (event: StreamEvent) => void = () => undefined;
  const stream = createStreamController(
    { clock: systemClock, microphone, onEvent: (event) => onStream(event) },
    { chunkMs: configuration.audio.chunk_ms },
  );
  const duplex = createDuplex(
    { clock: systemClock, speaker, stream },
    { tailGuardMs: configuration.audio.tail_guard_ms, leadSilenceMs: configuration.audio.wake_silence_ms },
  );
  const tasks = createTaskManager({ clock: systemClock, limit: 16 });
  const { exporter, close: closeExporter } = composeExporter(configuration, store, stateDirectory, model.id);
  const audioDirectory = join(stateDirectory, "audio");
  const appliance = createAppliance({
    clock: systemClock,
    tasks,
    duplex,
    recognizer,
    voice,
    store,
    stickWatcher: createFolderStick(systemClock, stickDirectory),
    stickExporter: exporter,
    tones: createTones(),
    wordsOf: (message) => speechOf(message, configuration.language),
    freeMegabytes: () => freeMegabytes(stateDirectory),
    cardLimits: {
      warnMegabytes: configuration.storage.warn_mb,
      refuseMegabytes: configuration.storage.refuse_mb,
    },
    clockTrusted: () => isClockTrusted(systemClock.wallMs()),
    startOfDayMs: () => startOfDayMs(systemClock.wallMs(), utcOffsetMinutes(configuration)),
    keepAudio: (turn, samples) =>
      configuration.storage.keep_audio ? keepAudio(audioDirectory, turn, samples) : undefined,
    halt: options.onHalt,
    onStep: options.onStep,
  });
  onStream = appliance.streamEvent;
  return ok({
    clock: systemClock,
    appliance,
    store,
    ...(fileMicrophone === undefined ? {} : { fileMicrophone }),
    start: () => appliance.start(announcements),
    async close() {
      await appliance.stop();
      await duplex.close();
      await recognizer.close();
      await voice.close();
      await closeExporter();
      store.close();
    },
  });
}

function composeSound(sound: DeskSound): {
  readonly microphone: Microphone;
  readonly speaker: Speaker;
  readonly fileMicrophone?: FileMicrophone;
} {
  if (sound.kind === "files") {
    const fileMicrophone = createFileMicrophone(systemClock);
    return {
      microphone: fileMicrophone,
      speaker: createFileSpeaker(systemClock, { path: sound.speakerPath }),
      fileMicrophone,
    };
  }
  return {
    microphone: createAlsaMicrophone(systemClock, random, { device: sound.microphone }),
    speaker: createAlsaSpeaker(systemClock, { device: sound.speaker }),
  };
}

function utcOffsetMinutes(configuration: Configuration): number {
  const match = /^([+-])(\d\d):(\d\d)$/.exec(configuration.time.utc_offset);
  if (match === null) return -new Date(systemClock.wallMs()).getTimezoneOffset();
  const [, sign, hours, minutes] = match;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

function startOfDayMs(wallMs: number, offsetMinutes: number): number {
  const day = 86_400_000;
  const local = wallMs + offsetMinutes * 60_000;
  return local - (((local % day) + day) % day) - offsetMinutes * 60_000;
}

/** Writes the sound of a turn beside the database; the name goes into the record. */
function keepAudio(directory: string, turn: number, samples: Int16Array): string {
  const name = `${Math.round(systemClock.wallMs())}-${turn}.wav`;
  void mkdir(directory, { recursive: true }).then(() =>
    writeWavFile(join(directory, name), { samples, sampleRateHz: 16_000 }),
  );
  return name;
}
