import type { Command } from "../controller/commands.js";
import type { CommitFailure, ControllerEvent, Heard, StoreView } from "../controller/events.js";
import type { FaultCode } from "../controller/faults.js";
import type { StoredRecord } from "../inspection/record.js";
import { createAgenda } from "./agenda.js";
import { createMemory } from "./memory.js";
import type { Random } from "./random.js";
import { createRunningTimers } from "./running-timers.js";

/** How often the parts misbehave, each drawn from the seed; all 0 once the faults stop. */
export interface FaultRates {
  readonly never: number;
  readonly twice: number;
  readonly fails: number;
  readonly late: number;
}

/**
 * The parts around the controller on virtual time: a store in memory with the store's semantics, a speaker, a
 * recogniser, timers. Each command is answered after a drawn delay, or late, twice, never, or with a failure.
 */
export interface World {
  carryOut(command: Command): void;
  schedule(afterMs: number, event: ControllerEvent): void;
  /** Takes the next event and moves the time to it; undefined when nothing is due before `untilMs`. */
  takeNext(untilMs: number): ControllerEvent | undefined;
  nowMs(): number;
  records(): readonly StoredRecord[];
  view(): StoreView;
  setRates(rates: FaultRates): void;
  /** Turn whose gate is open. */
  openTurn(): number | undefined;
  /** Turn of the sound that is playing. */
  soundingTurn(): number | undefined;
  isTimerRunning(key: string): boolean;
  /** Sticks that were unmounted so far. */
  releases(): number;
  /** What the operator says in the next turn whose gate opens. */
  nextSentence: Sentence;
}

/** What is said, and how well it is understood. */
export type Sentence = Pick<Heard, "text" | "confidence" | "band" | "audioMs" | "decodeMs">;

/** Builds a world whose every draw comes from `random`. */
export function createWorld(random: Random, initialRates: FaultRates): World {
  const agenda = createAgenda();
  const { schedule, nowMs } = agenda;
  const memory = createMemory(nowMs);
  const timers = createRunningTimers();
  let rates = initialRates;
  let open: number | undefined;
  let sounding: number | undefined;
  let releases = 0;
  let lastSoundEndMs = Number.NEGATIVE_INFINITY;

  /** Answers a command as a part would that is not always well. */
  function answer(afterMs: number, success: ControllerEvent, failure: ControllerEvent): void {
    if (random.chance(rates.never)) return;
    const delay = random.chance(rates.late) ? afterMs + 4_000 + random.below(30_000) : afterMs;
    const event = random.chance(rates.fails) ? failure : success;
    schedule(delay, event);
    if (random.chance(rates.twice)) schedule(delay + random.below(500), event);
  }

  function commit(turn: number, command: Extract<Command, { kind: "commit" }>): void {
    if (random.chance(rates.fails)) {
      const failure: CommitFailure = { kind: "fault", fault: random.pick(["card_full", "store_unusable"]) };
      answer(
        random.below(20),
        { kind: "commit_failed", turn, failure },
        { kind: "commit_failed", turn, failure },
      );
      return;
    }
    const outcome = memory.change(command.operation);
    const event: ControllerEvent =
      "outcome" in outcome
        ? { kind: "committed", turn, outcome: outcome.outcome, view: memory.view() }
        : { kind: "commit_failed", turn, failure: outcome.failure };
    // What was written stays written, even when its answer is late or lost.
    answer(random.below(20), event, event);
  }

  const world: World = {
    nextSentence: { text: "", confidence: 1, band: "sure", audioMs: 0, decodeMs: 0 },
    carryOut(command) {
      switch (command.kind) {
        case "listen": {
          const failure: FaultCode = "microphone_lost";
          answer(
            330,
            { kind: "gate_opened", turn: command.turn },
            { kind: "listen_failed", turn: command.turn, fault: failure },
          );
          open = command.turn;
          const { text } = world.nextSentence;
          if (text !== "") schedule(900, { kind: "partial", turn: command.turn, text: text.slice(0, 2) });
          schedule(text === "" ? 6_000 : 1_800, { kind: "endpoint", turn: command.turn });
          return;
        }
        case "finish_recognition": {
          open = undefined;
          const { text, confidence, band, audioMs, decodeMs } = world.nextSentence;
          const sinceOwnSoundMs = nowMs() - lastSoundEndMs;
          const heard: Heard = { text, confidence, band, sinceOwnSoundMs, audioMs, decodeMs };
          answer(
            60,
            { kind: "transcribed", turn: command.turn, heard },
            { kind: "recognition_failed", turn: command.turn, fault: "recognizer_down" },
          );
          return;
        }
        case "abandon_turn":
          if (open === command.turn) open = undefined;
          return;
        case "commit":
          commit(command.turn, command);
          return;
        case "keep_reading":
          return;
        case "learn_voice": {
          const outcome = { kind: "unchanged" } as const;
          schedule(60_000, { kind: "announce", message: { kind: "voice_learnt", outcome } });
          return;
        }
        case "gather_status": {
          const report = {
            recordsToday: memory.records().length,
            freeMegabytes: 1_000,
            clockTrusted: true,
            faults: [],
          };
          const event: ControllerEvent = { kind: "status_gathered", turn: command.turn, report };
          answer(5, event, event);
          return;
        }
        case "speak": {
          sounding = command.turn;
          lastSoundEndMs = nowMs() + 1_500;
          const spoken: ControllerEvent = { kind: "spoken", turn: command.turn, text: command.message.kind };
          answer(1_500, spoken, { kind: "speech_failed", turn: command.turn, fault: "speaker_lost" });
          return;
        }
        case "stop_speaking":
          if (sounding === command.turn) sounding = undefined;
          return;
        case "start_timer":
          timers.start(command.key, schedule(command.delayMs, { kind: "timer", key: command.key }));
          return;
        case "cancel_timer": {
          const started = timers.end(command.key);
          if (started !== undefined) agenda.cancel(started);
          return;
        }
        case "export":
          answer(
            2_000,
            { kind: "exported", stickId: command.stickId, records: memory.records().length },
            {
              kind: "export_failed",
              stickId: command.stickId,
              fault: random.pick(["full", "read_only", "verify_failed"]),
            },
          );
          return;
        case "release_stick":
          answer(
            300,
            { kind: "released", stickId: command.stickId },
            { kind: "export_failed", stickId: command.stickId, fault: "write_failed" },
          );
          return;
        case "prepare_halt":
          answer(100, { kind: "halt_prepared" }, { kind: "halt_prepared" });
          return;
        case "abandon_export":
        case "tick":
        case "halt":
        case "note_fault":
          return;
      }
    },
    schedule: (afterMs, event) => void schedule(afterMs, event),
    takeNext(untilMs) {
      const event = agenda.takeNext(untilMs);
      if (event === undefined) return undefined;
      if (event.kind === "timer") timers.end(event.key);
      if (event.kind === "released") releases += 1;
      if ((event.kind === "spoken" || event.kind === "speech_failed") && sounding === event.turn) {
        sounding = undefined;
      }
      return event;
    },
    nowMs,
    releases: () => releases,
    records: memory.records,
    view: memory.view,
    setRates(next) {
      rates = next;
    },
    openTurn: () => open,
    soundingTurn: () => sounding,
    isTimerRunning: timers.isRunning,
  };
  return world;
}
