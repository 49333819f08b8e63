import { createKeeper, type Keeper } from "../../src/appliance/keeper.js";
import type { Command } from "../../src/controller/commands.js";
import type { ControllerEvent, GestureKind, Heard } from "../../src/controller/events.js";
import { reduce } from "../../src/controller/machine.js";
import { type ControllerState, initialState } from "../../src/controller/state.js";
import type { Store } from "../../src/store/store.js";
import type { Language } from "../../src/wording/labels.js";
import { speechOf } from "../../src/wording/speech.js";

/**
 * The ring around the controller with everything but sound: a real store, the real words, an operator who presses and
 * speaks. Commands that only move sound are answered at once, so that a test reads as the dialogue reads.
 */
export interface DialogueBench {
  readonly heard: readonly string[];
  readonly commands: readonly Command[];
  state(): ControllerState;
  dispatch(event: ControllerEvent): void;
  gesture(...gestures: readonly GestureKind[]): void;
  /** Press, tap, say `text`, pause; gives what the device answered. */
  say(text: string, options?: Partial<Omit<Heard, "text">>): string;
  /** The answer to a question whose gate is open already. */
  answer(text: string, options?: Partial<Omit<Heard, "text">>): string;
  /** A tap on the button; gives what the device answered. */
  tap(): string;
  /** Fires the running timer of this name. */
  fire(name: string): string;
}

export interface DialogueBenchOptions {
  readonly store: Store;
  readonly language?: Language;
  readonly mayRecord?: () => boolean;
  /** Leaves speech unanswered, so that a test can act while the device speaks. */
  readonly holdSpeech?: () => boolean;
}

export function createDialogueBench(options: DialogueBenchOptions): DialogueBench {
  const { store, language = "zh", mayRecord = () => true, holdSpeech = () => false } = options;
  const keeper = createKeeper(store, mayRecord);
  const heard: string[] = [];
  const commands: Command[] = [];
  const timers = new Set<string>();
  const inbox: ControllerEvent[] = [];
  let state = initialState;
  let draining = false;

  function dispatch(event: ControllerEvent): void {
    inbox.push(event);
    if (draining) return;
    draining = true;
    for (let next = inbox.shift(); next !== undefined; next = inbox.shift()) {
      const step = reduce(state, next);
      state = step.state;
      for (const command of step.commands) carryOut(command, keeper);
    }
    draining = false;
  }

  function carryOut(command: Command, store: Keeper): void {
    commands.push(command);
    switch (command.kind) {
      case "listen":
        dispatch({ kind: "gate_opened", turn: command.turn });
        return;
      case "commit": {
        const { turn, operation } = command;
        const outcome = store.carryOut(operation);
        dispatch(
          outcome.ok
            ? { kind: "committed", turn, outcome: outcome.value, view: store.view() }
            : { kind: "commit_failed", turn, failure: outcome.error },
        );
        return;
      }
      case "gather_status":
        dispatch({
          kind: "status_gathered",
          turn: command.turn,
          report: {
            recordsToday: options.store.countRecords(),
            freeMegabytes: 9999,
            clockTrusted: true,
            faults: state.faults,
          },
        });
        return;
      case "speak": {
        const text = speechOf(command.message, language);
        heard.push(text);
        if (!holdSpeech()) dispatch({ kind: "spoken", turn: command.turn, text });
        return;
      }
      case "prepare_halt":
        dispatch({ kind: "halt_prepared" });
        return;
      case "start_timer":
        timers.add(command.key);
        return;
      case "cancel_timer":
        timers.delete(command.key);
        return;
      case "finish_recognition":
      case "abandon_turn":
      case "stop_speaking":
      case "tick":
      case "export":
      case "abandon_export":
      case "release_stick":
      case "halt":
      case "keep_reading":
      case "learn_voice":
      case "note_fault":
        return;
    }
  }

  function answerOf(act: () => void): string {
    const before = heard.length;
    act();
    return heard.slice(before).join("／");
  }

  function transcribe(text: string, rest: Partial<Omit<Heard, "text">>): void {
    const { talk } = state;
    if (talk.kind !== "listening" && talk.kind !== "asking")
      throw new Error(`nobody listens in ${talk.kind}`);
    dispatch({ kind: "endpoint", turn: talk.turn });
    const whole = {
      audioMs: 0,
      decodeMs: 0,
      confidence: 0.99,
      band: "sure",
      sinceOwnSoundMs: Number.POSITIVE_INFINITY,
      ...rest,
    } as const;
    dispatch({ kind: "transcribed", turn: talk.turn, heard: { text, ...whole } });
  }

  function gesture(...gestures: readonly GestureKind[]): void {
    for (const one of gestures) dispatch({ kind: "gesture", gesture: one });
  }

  dispatch({ kind: "started", view: keeper.view(), announcements: [] });

  return {
    heard,
    commands,
    state: () => state,
    dispatch,
    gesture,
    say: (text, rest = {}) =>
      answerOf(() => {
        gesture("press", "tap");
        transcribe(text, rest);
      }),
    answer: (text, rest = {}) => answerOf(() => transcribe(text, rest)),
    tap: () => answerOf(() => gesture("press", "tap")),
    fire: (name) =>
      answerOf(() => {
        const key = [...timers].find((one) => one.startsWith(`${name}:`));
        if (key === undefined) throw new Error(`no timer ${name} runs: ${[...timers].join(", ")}`);
        timers.delete(key);
        dispatch({ kind: "timer", key });
      }),
  };
}
