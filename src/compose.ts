import { type Appliance, createAppliance } from "./appliance/appliance.js";
import { publicationsOf, speechPublication } from "./appliance/publications.js";
import { createDuplex, type DuplexEvent } from "./audio/duplex.js";
import { createStreamController, type StreamEvent } from "./audio/stream-controller.js";
import { createTones } from "./audio/tones.js";
import { commonVoice, composeVoiceSchool } from "./compose-enrolment.js";
import { composeFailures } from "./compose-failures.js";
import { watchLoss } from "./compose-loss.js";
import {
  adoptConfiguredPlan,
  composeExporter,
  composeRecognizer,
  composeRecordings,
  startOfDayMs,
  systemClock,
  thresholdsOf,
} from "./compose-parts.js";
import { closeLimitMs, composeShutdown } from "./compose-shutdown.js";
import { composeSound, type FileMicrophone, type SoundChoice } from "./compose-sound.js";
import { composePatientStore } from "./compose-store.js";
import { composeVoice } from "./compose-voice.js";
import type { Command } from "./controller/commands.js";
import type { ControllerEvent } from "./controller/events.js";
import type { ControllerState } from "./controller/state.js";
import type { ModelError } from "./recognition/model.js";
import type { ErrorHandler } from "./runtime/error-handler.js";
import { createEventBus, type EventBus } from "./runtime/event-bus.js";
import type { StepTrace } from "./runtime/interpreter.js";
import { createResourceStack } from "./runtime/resource.js";
import { err, ok, type Result } from "./runtime/result.js";
import type { Shutdown } from "./runtime/shutdown.js";
import { createTaskManager } from "./runtime/task-manager.js";
import { createBoardHealth } from "./service/board-health.js";
import { createClockTrust } from "./service/clock-trust.js";
import type { Configuration } from "./service/configuration.js";
import { createFolderStick } from "./stick/folder-stick.js";
import { createMountedStick } from "./stick/mounted-stick.js";
import { freeMegabytes } from "./store/card-space.js";
import { createDailyBackup } from "./store/daily-backup.js";
import type { Store } from "./store/store.js";
import { failuresOfVoice } from "./voice/with-fallback.js";
import { readingPrompts } from "./wording/reading-prompts.js";
import { speechOf } from "./wording/speech.js";

export interface DeviceOptions {
  readonly configuration: Configuration;
  readonly sound: SoundChoice;
  readonly stateDirectory: string;
  /** Whether the installer made the state folder: then a database that is missing was lost. */
  readonly areRecordsExpected?: boolean;
  /** A folder that plays the stick (a desk), or the folder in which root's units mount sticks (a Pi). */
  readonly stick: { readonly kind: "folder" | "mounted"; readonly directory: string };
  readonly onStep?: (trace: StepTrace<ControllerState, ControllerEvent, Command>) => void;
  /** The controller has put everything on the card and wants the power off. */
  readonly onHalt: () => void;
}

/** The whole appliance. */
export interface Device {
  readonly appliance: Appliance;
  readonly store: Store;
  /** Why the store could not be opened; the device says it and goes on trying. */
  readonly storeProblem?: string;
  readonly bus: EventBus;
  readonly errors: ErrorHandler;
  /** Parts that give no sign of life, for the watchdog. */
  missing(): readonly string[];
  /** The microphone into which recordings are spoken; undefined with a sound card. */
  readonly fileMicrophone?: FileMicrophone;
  start(): Promise<void>;
  /** The orderly way down, within 5 s; runs once. */
  readonly shutdown: Shutdown;
}

const taskLimit = 16;

/**
 * Builds the appliance: every part, its owner, and the way down. What was built before a failure is closed again. A store
 * that cannot be opened is none: the device says so and goes on trying.
 */
export async function composeDevice(options: DeviceOptions): Promise<Result<Device, ModelError>> {
  const { configuration, stateDirectory, areRecordsExpected = false } = options;
  const owned = createResourceStack(systemClock);
  const clockTrust = createClockTrust(systemClock, {
    onStep: (byMs) => {
      bus.publish({ topic: "system", event: { kind: "clock_step", byMs } });
      appliance.note({ kind: "clock", code: "step", detail: `${Math.round(byMs / 1_000)} s` });
    },
  });
  const clockTrusted = clockTrust.isTrusted;
  const patientStore = await composePatientStore(stateDirectory, { clockTrusted, areRecordsExpected });
  const { store } = patientStore;
  owned.own("store", store);
  let speaker = commonVoice;
  const recognition = await composeRecognizer(configuration, (model) =>
    composeVoiceSchool(stateDirectory, model).encoderOf(speaker),
  );
  if (!recognition.ok) {
    await owned.closeAll(closeLimitMs);
    return recognition;
  }
  const { model } = recognition.value;
  const recognizer = owned.own("recogniser", recognition.value.recognizer);
  const school = composeVoiceSchool(stateDirectory, model);
  // The sentences are Mandarin, and so must be the voice that says them.
  const canLearn = model.learns && configuration.language === "zh";
  const bus = createEventBus({ clock: systemClock });
  const { errors, failed, works } = composeFailures(
    bus,
    () => appliance,
    (reason) => void shutdown.begin(reason),
  );
  const { voice, problem } = await composeVoice(configuration, (error, inARow) => {
    if (error === undefined) works("voice");
    else {
      const code = inARow < failuresOfVoice ? "child_ended" : "part_unusable";
      failed("voice", "detail" in error ? error.detail : error.kind, code);
    }
  });
  owned.own("voice", voice);
  const { microphone, speaker: loudspeaker, fileMicrophone } = composeSound(options.sound);
  let onStream: (event: StreamEvent) => void = () => undefined;
  let onGate: (event: DuplexEvent) => void = () => undefined;
  const stream = createStreamController(
    { clock: systemClock, microphone, onEvent: (event) => onStream(event) },
    { chunkMs: configuration.audio.chunk_ms },
  );
  const duplex = owned.own(
    "sound",
    createDuplex(
      { clock: systemClock, speaker: loudspeaker, stream, onEvent: (event) => onGate(event) },
      {
        tailGuardMs: configuration.audio.tail_guard_ms,
        leadSilenceMs: configuration.audio.wake_silence_ms,
        speakerSleepsAfterMs: configuration.audio.speaker_sleeps_after_ms,
      },
    ),
  );
  const tasks = createTaskManager({ clock: systemClock, limit: taskLimit });
  const { exporter, close } = composeExporter(configuration, store, stateDirectory, model.id);
  const loss = watchLoss(stateDirectory, exporter, () => appliance);
  owned.defer("workbook", close);
  const recordings = composeRecordings(configuration, store, stateDirectory, clockTrust, (problem) => {
    if (problem === undefined) works("recordings");
    else failed("recordings", problem);
  });
  const backUp = createDailyBackup({ clock: systemClock, store, stateDirectory });
  const { stick, onStep } = options;
  const appliance = createAppliance({
    clock: systemClock,
    tasks,
    duplex,
    recognizer,
    voice,
    store,
    stickWatcher:
      stick.kind === "folder"
        ? createFolderStick(systemClock, stick.directory)
        : createMountedStick(systemClock, {
            sticksDirectory: stick.directory,
            requestsDirectory: `${stick.directory}-requests`,
          }),
    stickExporter: {
      exportTo: async (stick, signal) =>
        patientStore.isOpen()
          ? loss.exporter.exportTo(stick, signal)
          : err({ kind: "card_failed", detail: "the store is not there" }),
    },
    // At the volume that the configuration has by default the tones are at 0.3 of full scale.
    tones: createTones(configuration.audio.volume * 0.003_75),
    wordsOf: (message) => speechOf(message, configuration.language),
    freeMegabytes: () => freeMegabytes(stateDirectory),
    cardLimits: {
      warnMegabytes: configuration.storage.warn_mb,
      refuseMegabytes: configuration.storage.refuse_mb,
    },
    clockTrusted,
    boardHealth: createBoardHealth(systemClock),
    startOfDayMs: () => startOfDayMs(configuration),
    keepAudio: (turn, samples) =>
      configuration.storage.keep_audio ? recordings.keep(turn, samples) : undefined,
    async maintain(signal) {
      if (!patientStore.isOpen()) return;
      const backup = await backUp(signal);
      if (backup.kind === "done") works("backup");
      if (backup.kind === "failed") failed("backup", backup.detail);
      if (backup.kind === "database_damaged")
        errors.handle({ part: "database", code: "store_broken", detail: backup.detail });
      await recordings.prune();
    },
    weighing: thresholdsOf(configuration, model),
    settings: {
      acceptElidedUnits: configuration.dialogue.accept_elided_units,
      listenLimitMs: configuration.dialogue.listen_limit_ms,
      readingTexts: canLearn ? readingPrompts.map(({ text }) => text) : [],
    },
    voices: {
      use(inspector) {
        speaker = inspector ?? commonVoice;
        recognizer.refresh();
      },
      teach: (inspector, ...given) => school.teach(inspector ?? commonVoice, ...given),
    },
    onFailure: failed,
    halt: options.onHalt,
    onStep(trace) {
      for (const publication of publicationsOf(trace)) bus.publish(publication);
      onStep?.(trace);
    },
    onSpeech: (event) => bus.publish(speechPublication(event)),
  });
  onStream = appliance.streamEvent;
  onGate = appliance.gateEvent;
  const shutdown = composeShutdown(appliance, owned, bus);
  if (problem !== undefined) failed("voice", problem, "part_unusable");
  return ok({
    appliance,
    store,
    ...(patientStore.problem === undefined ? {} : { storeProblem: patientStore.problem }),
    bus,
    errors,
    missing() {
      const faults = appliance.state().faults;
      return [
        ...(stream.fault() === undefined || faults.includes("microphone_lost") ? [] : ["microphone"]),
        ...(appliance.state().talk.kind === "starting" ? ["start"] : []),
      ];
    },
    ...(fileMicrophone === undefined ? {} : { fileMicrophone }),
    async start() {
      const planNews = () => adoptConfiguredPlan(configuration, store);
      patientStore.start({
        onOpen(announcements) {
          appliance.storeCame(announcements);
          void loss.look();
          void planNews().then(appliance.announce);
        },
        onShut: (detail) => failed("store", detail),
      });
      if (patientStore.isOpen()) await loss.look();
      else appliance.raise("store_unusable");
      const news = patientStore.isOpen() ? await planNews() : [];
      await appliance.start([...patientStore.announcements, ...news]);
    },
    shutdown,
  });
}
