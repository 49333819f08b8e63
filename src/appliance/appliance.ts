import type { Duplex, DuplexEvent } from "../audio/duplex.js";
import type { StreamEvent } from "../audio/stream-controller.js";
import type { Tones } from "../audio/tones.js";
import type { Command } from "../controller/commands.js";
import type { ControllerEvent, GestureKind } from "../controller/events.js";
import type { FaultCode } from "../controller/faults.js";
import { reduce } from "../controller/machine.js";
import type { Message } from "../controller/messages.js";
import { type ControllerState, type DialogueSettings, initialState } from "../controller/state.js";
import { timersOf } from "../controller/timers.js";
import { type WeighingThresholds, weigh } from "../controller/weigh.js";
import type { Gesture } from "../panel/button.js";
import type { Recognizer } from "../recognition/recognizer.js";
import type { Clock } from "../runtime/clock.js";
import { createInterpreter, type StepTrace } from "../runtime/interpreter.js";
import type { TaskManager } from "../runtime/task-manager.js";
import type { StickExporter, StickWatcher } from "../stick/stick.js";
import type { DeviceEvent, Store } from "../store/store.js";
import type { Voice } from "../voice/voice.js";
import { createCommandTimers } from "./command-timers.js";
import { createEar } from "./ear.js";
import { carryOut, type Hands } from "./hands.js";
import { createKeeper } from "./keeper.js";
import { createLevelWatch } from "./level-watch.js";
import { createMouth, type SpeechEvent } from "./mouth.js";
import { createNotes } from "./notes.js";
import { createPupil, type Voices } from "./pupil.js";
import { createRecognizerFaults } from "./recognizer-faults.js";
import type { RunTask } from "./run-task.js";
import { createStickKeeper } from "./stick-keeper.js";
import { createStoreDesk } from "./store-desk.js";
import { createUpkeep, type UpkeepParts } from "./upkeep.js";

/** The parts of the ring, as ports. */
export interface ApplianceParts extends UpkeepParts {
  readonly clock: Clock;
  readonly tasks: TaskManager;
  readonly duplex: Duplex;
  readonly recognizer: Recognizer;
  readonly voice: Voice;
  readonly store: Store;
  readonly stickWatcher: StickWatcher;
  readonly stickExporter: StickExporter;
  readonly tones: Tones;
  readonly settings: DialogueSettings;
  readonly weighing: WeighingThresholds;
  readonly wordsOf: (message: Message) => string;
  /** Midnight of today in wall ms, of the device's local time. */
  readonly startOfDayMs: () => number;
  /** Keeps the sound of a turn; gives its file name, undefined when audio is not kept. */
  readonly keepAudio: (turn: number, samples: Int16Array) => string | undefined;
  /** The voices that were learnt. */
  readonly voices: Voices;
  /** A part that only its owner can mend, for the log. */
  readonly onFailure: (part: string, detail: string) => void;
  /** Powers off (a Pi) or ends the process (a desk). */
  readonly halt: () => void;
  readonly onStep?: (trace: StepTrace<ControllerState, ControllerEvent, Command>) => void;
  readonly onSpeech?: (event: SpeechEvent) => void;
}

export interface Appliance {
  /** Starts every part; faults of parts are told, not thrown. `announcements` are said before “ready”. */
  start(announcements: readonly Message[]): Promise<void>;
  gesture(gesture: Gesture): void;
  streamEvent(event: StreamEvent): void;
  gateEvent(event: DuplexEvent): void;
  raise(fault: FaultCode): void;
  clear(fault: FaultCode): void;
  /** The store can be used from now on; `announcements` are said. */
  storeCame(announcements: readonly Message[]): void;
  announce(messages: readonly Message[]): void;
  /** Something for the sheet of the device. */
  note(event: DeviceEvent): void;
  state(): ControllerState;
  /** Whether a voice is being learnt, in the background. */
  isLearning(): boolean;
  /** Finishes or abandons the turn and stops the ring; the parts are closed by their owner. */
  stop(): Promise<void>;
}

/** Longest life of a task in milliseconds; the controller's own limits are shorter but for a stick. */
const taskLimitMs = 25 * 60_000;
const stopGraceMs = 1_500;

/** Joins the controller with the parts: commands go out to them, their outcomes come back as events. */
export function createAppliance(parts: ApplianceParts): Appliance {
  const { clock, tasks, duplex, recognizer, voice, store } = parts;
  const { note } = createNotes(clock, store);
  let isStopped = false;
  /** Asked anew after each wait. */
  const hasStopped = (): boolean => isStopped;

  const keeper = createKeeper(store, () => upkeep.freeMegabytes() >= parts.cardLimits.refuseMegabytes);
  const interpreter = createInterpreter<ControllerState, ControllerEvent, Command>({
    initial: { ...initialState, settings: parts.settings },
    reduce,
    execute: (command) => carryOut(command, hands),
    ...(parts.onStep === undefined ? {} : { onStep: parts.onStep }),
  });
  const { dispatch } = interpreter;
  const runTask: RunTask = (name, work) => {
    const task = tasks.run(name, { timeoutMs: taskLimitMs }, work);
    return { cancel: () => task.cancel("left its state") };
  };
  const mouth = createMouth({
    clock,
    voice,
    play: duplex.play,
    tones: parts.tones,
    wordsOf: parts.wordsOf,
    runTask,
    dispatch,
    onSpeech: parts.onSpeech ?? (() => undefined),
  });
  const levels = createLevelWatch((silent) => setFault("microphone_silent", silent));
  const ear = createEar({
    clock,
    duplex,
    recognizer,
    listeningTone: parts.tones.listening,
    runTask,
    dispatch,
    wordsOf: (transcript) => weigh(transcript, parts.weighing, interpreter.state().view),
    lastSpeechEndMs: mouth.lastSpeechEndMs,
    levelOfTurn: levels.lastTurn,
    keepAudio: parts.keepAudio,
  });
  const pupil = createPupil({
    voices: parts.voices,
    texts: parts.settings.readingTexts,
    lastTurn: ear.lastTurn,
    runTask,
    dispatch,
    onFailure: (detail) => parts.onFailure("voices", detail),
  });
  const upkeep = createUpkeep({
    clock,
    parts,
    store,
    runTask,
    setFault,
    faults: () => interpreter.state().faults,
    isIdle: () => interpreter.state().talk.kind === "ready",
  });
  const sticks = createStickKeeper({
    watcher: parts.stickWatcher,
    exporter: parts.stickExporter,
    dispatch,
    runTask,
  });

  const desk = createStoreDesk({
    keeper,
    store,
    upkeep,
    startOfDayMs: parts.startOfDayMs,
    clockTrusted: parts.clockTrusted,
    faults: () => interpreter.state().faults,
    inspectorIs: pupil.inspectorIs,
    runTask,
    dispatch,
  });
  const recognizerFaults = createRecognizerFaults({ setFault, onFailure: parts.onFailure });
  const timers = createCommandTimers(clock, dispatch);
  const hands: Hands = {
    ear,
    mouth,
    desk,
    pupil,
    sticks,
    timers,
    note,
    runTask,
    dispatch,
    halt: parts.halt,
  };

  function setFault(fault: FaultCode, standing: boolean): void {
    dispatch(standing ? { kind: "fault_raised", fault } : { kind: "fault_cleared", fault });
  }

  function announce(messages: readonly Message[]): void {
    for (const message of messages) dispatch({ kind: "announce", message });
  }

  return {
    async start(announcements) {
      // Told to stop before it began: the parts are being closed.
      if (hasStopped()) return;
      for (const timer of timersOf(initialState)) timers.start(timer);
      const begin = new AbortController();
      recognizer.onHealth(recognizerFaults.onHealth);
      duplex.start();
      pupil.inspectorIs(keeper.view().context.inspector);
      const [loaded] = await Promise.all([recognizer.start(begin.signal), upkeep.lookAtSpace()]);
      if (!loaded.ok) recognizerFaults.notStarted(loaded.error);
      // Told to stop meanwhile: nothing may begin any more.
      if (hasStopped()) return;
      setFault("clock_untrusted", !parts.clockTrusted());
      dispatch({ kind: "started", view: desk.view(), announcements });
      sticks.start();
      upkeep.start();
    },
    gesture: (gesture) => dispatch({ kind: "gesture", gesture: gestureKindOf(gesture) }),
    streamEvent(event) {
      if (event.kind === "lost") {
        setFault("microphone_lost", true);
        parts.onFailure("microphone", event.fault.detail);
      }
      if (event.kind === "recovered") setFault("microphone_lost", false);
    },
    gateEvent(event) {
      levels.gateEvent(event);
      if (event.kind === "gate_shut" && !event.isWhole)
        parts.onFailure("microphone", "samples were lost while it listened: nothing of that turn counts");
    },
    raise: (fault) => setFault(fault, true),
    clear: (fault) => setFault(fault, false),
    storeCame(announcements) {
      dispatch({ kind: "view_changed", view: desk.view() });
      setFault("store_unusable", false);
      announce(announcements);
    },
    announce,
    note,
    state: interpreter.state,
    isLearning: pupil.isLearning,
    async stop() {
      isStopped = true;
      dispatch({ kind: "stop_requested" });
      interpreter.close();
      upkeep.close();
      timers.close();
      await sticks.close();
      await tasks.close(stopGraceMs);
    },
  };
}

function gestureKindOf(gesture: Gesture): GestureKind {
  if (gesture.kind !== "long_hold") return gesture.kind;
  return gesture.stage === "warn" ? "long_hold_warn" : "long_hold_halt";
}
