import type { Duplex, DuplexEvent } from "../audio/duplex.js";
import type { StreamEvent } from "../audio/stream-controller.js";
import type { Tones } from "../audio/tones.js";
import type { Command } from "../controller/commands.js";
import type { ControllerEvent, GestureKind } from "../controller/events.js";
import type { FaultCode } from "../controller/faults.js";
import { reduce } from "../controller/machine.js";
import type { Message } from "../controller/messages.js";
import { characteristicByNumber } from "../controller/resolve.js";
import { type ControllerState, type DialogueSettings, initialState } from "../controller/state.js";
import { timersOf } from "../controller/timers.js";
import type { Gesture } from "../panel/button.js";
import type { Recognizer, RecognizerHealth } from "../recognition/recognizer.js";
import { assertNever } from "../runtime/assert.js";
import type { Clock, Timer } from "../runtime/clock.js";
import { createInterpreter, type StepTrace } from "../runtime/interpreter.js";
import type { TaskManager } from "../runtime/task-manager.js";
import type { StickExporter, StickWatcher } from "../stick/stick.js";
import type { DeviceEvent, Store } from "../store/store.js";
import type { Voice } from "../voice/voice.js";
import { createEar } from "./ear.js";
import { createKeeper } from "./keeper.js";
import { createLevelWatch } from "./level-watch.js";
import { createMouth, type SpeechEvent } from "./mouth.js";
import { createNotes } from "./notes.js";
import { createPupil, type Voices } from "./pupil.js";
import type { RunTask } from "./run-task.js";
import { createStickKeeper } from "./stick-keeper.js";
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
const dayMs = 86_400_000;

/** Joins the controller with the parts: commands go out to them, their outcomes come back as events. */
export function createAppliance(parts: ApplianceParts): Appliance {
  const { clock, tasks, duplex, recognizer, voice, store } = parts;
  const timers = new Map<string, Timer>();
  const { note } = createNotes(clock, store);
  let isStopped = false;

  const keeper = createKeeper(store, () => upkeep.freeMegabytes() >= parts.cardLimits.refuseMegabytes);
  const interpreter = createInterpreter<ControllerState, ControllerEvent, Command>({
    initial: { ...initialState, settings: parts.settings },
    reduce,
    execute,
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

  function execute(command: Command): void {
    switch (command.kind) {
      case "listen":
        ear.listen(command.turn);
        return;
      case "finish_recognition":
        ear.finish(command.turn);
        return;
      case "abandon_turn":
        ear.abandon(command.turn);
        return;
      case "commit": {
        const { turn } = command;
        const outcome = keeper.carryOut(command.operation);
        if (!outcome.ok) {
          dispatch({ kind: "commit_failed", turn, failure: outcome.error });
          return;
        }
        const view = keeper.view();
        pupil.inspectorIs(view.context.inspector);
        dispatch({ kind: "committed", turn, outcome: outcome.value, view });
        return;
      }
      case "gather_status":
        gatherStatus(command.turn);
        return;
      case "speak":
        mouth.speak(command.turn, command.message, command.cue);
        return;
      case "stop_speaking":
        mouth.stop(command.turn);
        return;
      case "keep_reading":
        pupil.keepReading(command.sentence, command.isFirst);
        return;
      case "learn_voice":
        pupil.learn(command.inspector);
        return;
      case "tick":
        mouth.tick();
        return;
      case "start_timer":
        startTimer(command.key, command.delayMs);
        return;
      case "cancel_timer":
        timers.get(command.key)?.cancel();
        timers.delete(command.key);
        return;
      case "export":
        sticks.export(command.stickId);
        return;
      case "abandon_export":
        sticks.abandon(command.stickId);
        return;
      case "release_stick":
        sticks.release(command.stickId);
        return;
      case "prepare_halt":
        // Every commit is on the card already; what is left is to let the stick go.
        runTask("prepare halt", async () => {
          await sticks.close();
          dispatch({ kind: "halt_prepared" });
        });
        return;
      case "halt":
        parts.halt();
        return;
      case "note_fault":
        note({ kind: command.raised ? "fault" : "recovered", code: command.fault, detail: "" });
        return;
      default:
        assertNever(command);
    }
  }

  function startTimer(key: string, delayMs: number): void {
    timers.set(
      key,
      clock.startTimer(key, delayMs, () => {
        timers.delete(key);
        dispatch({ kind: "timer", key });
      }),
    );
  }

  function gatherStatus(turn: number): void {
    runTask("status", async () => {
      await upkeep.lookAtSpace();
      const { plan, nextCharacteristic } = keeper.view();
      const next = characteristicByNumber(plan, nextCharacteristic);
      const fromWallMs = parts.startOfDayMs();
      dispatch({
        kind: "status_gathered",
        turn,
        report: {
          recordsToday: store.countRecords({ fromWallMs, untilWallMs: fromWallMs + dayMs }),
          freeMegabytes: Math.round(upkeep.freeMegabytes()),
          clockTrusted: parts.clockTrusted(),
          faults: interpreter.state().faults,
          ...(next === undefined ? {} : { nextName: next.name }),
        },
      });
    });
  }

  function setFault(fault: FaultCode, standing: boolean): void {
    dispatch(standing ? { kind: "fault_raised", fault } : { kind: "fault_cleared", fault });
  }

  function onRecognizerHealth(health: RecognizerHealth): void {
    const isDown = health.kind === "restarting";
    const isModel = isDown && (health.reason === "model_missing" || health.reason === "model_corrupt");
    // The new fault first: between the two the device would seem well.
    if (isModel) setFault("model_unusable", true);
    setFault("recognizer_down", isDown && !isModel);
    if (!isModel) setFault("model_unusable", false);
    if (isDown) parts.onFailure("recogniser", health.detail);
  }

  function announce(messages: readonly Message[]): void {
    for (const message of messages) dispatch({ kind: "announce", message });
  }

  return {
    async start(announcements) {
      for (const { key, delayMs } of timersOf(initialState)) startTimer(key, delayMs);
      const begin = new AbortController();
      recognizer.onHealth(onRecognizerHealth);
      duplex.start();
      pupil.inspectorIs(keeper.view().context.inspector);
      const [loaded] = await Promise.all([recognizer.start(begin.signal), upkeep.lookAtSpace()]);
      if (!loaded.ok) {
        const unusable = loaded.error.kind === "model_missing" || loaded.error.kind === "model_corrupt";
        setFault(unusable ? "model_unusable" : "recognizer_down", true);
      }
      // Told to stop meanwhile: nothing may begin any more.
      if (isStopped) return;
      setFault("clock_untrusted", !parts.clockTrusted());
      dispatch({ kind: "started", view: keeper.view(), announcements });
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
    gateEvent: levels.gateEvent,
    raise: (fault) => setFault(fault, true),
    clear: (fault) => setFault(fault, false),
    storeCame(announcements) {
      const view = keeper.view();
      pupil.inspectorIs(view.context.inspector);
      dispatch({ kind: "view_changed", view });
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
      for (const timer of timers.values()) timer.cancel();
      timers.clear();
      await sticks.close();
      await tasks.close(stopGraceMs);
    },
  };
}

function gestureKindOf(gesture: Gesture): GestureKind {
  if (gesture.kind !== "long_hold") return gesture.kind;
  return gesture.stage === "warn" ? "long_hold_warn" : "long_hold_halt";
}
