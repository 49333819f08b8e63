import type { Command } from "../controller/commands.js";
import type {
  CommitFailure,
  CommitOutcome,
  ControllerEvent,
  Heard,
  StoreView,
} from "../controller/events.js";
import type { FaultCode } from "../controller/faults.js";
import type { MeasurementDraft, StoredRecord } from "../inspection/record.js";
import type { Random } from "./random.js";

/** How often the parts misbehave, each drawn from the seed; all 0 once the faults stop. */
export interface FaultRates {
  readonly never: number;
  readonly twice: number;
  readonly fails: number;
  readonly late: number;
}

/** An event that will happen at a virtual time. */
export interface Scheduled {
  readonly atMs: number;
  readonly order: number;
  readonly event: ControllerEvent;
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
  pendingTimers(): readonly string[];
  /** Sticks that were unmounted so far. */
  releases(): number;
  /** What the operator says in the next turn whose gate opens. */
  nextSentence: Omit<Heard, "sinceOwnSoundMs">;
}

/** Builds a world whose every draw comes from `random`. */
export function createWorld(random: Random, initialRates: FaultRates): World {
  const queue: Scheduled[] = [];
  const records: StoredRecord[] = [];
  const timers = new Map<string, number>();
  let context: StoreView["context"] = {};
  let rates = initialRates;
  let nowMs = 0;
  let order = 0;
  let open: number | undefined;
  let sounding: number | undefined;
  let releases = 0;
  let lastSoundEndMs = Number.NEGATIVE_INFINITY;

  function schedule(afterMs: number, event: ControllerEvent): number {
    order += 1;
    const scheduled = { atMs: nowMs + afterMs, order, event };
    const index = queue.findIndex((one) => one.atMs > scheduled.atMs);
    queue.splice(index === -1 ? queue.length : index, 0, scheduled);
    return order;
  }

  /** Answers a command as a part would that is not always well. */
  function answer(afterMs: number, success: ControllerEvent, failure: ControllerEvent): void {
    if (random.chance(rates.never)) return;
    const delay = random.chance(rates.late) ? afterMs + 4_000 + random.below(30_000) : afterMs;
    const event = random.chance(rates.fails) ? failure : success;
    schedule(delay, event);
    if (random.chance(rates.twice)) schedule(delay + random.below(500), event);
  }

  function view(): StoreView {
    const last = records.findLast((record) => record.status === "valid");
    return { context, ...(last === undefined ? {} : { last }) };
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
    const outcome = change(command.operation);
    const event: ControllerEvent =
      "outcome" in outcome
        ? { kind: "committed", turn, outcome: outcome.outcome, view: view() }
        : { kind: "commit_failed", turn, failure: outcome.failure };
    // What was written stays written, even when its answer is late or lost.
    answer(random.below(20), event, event);
  }

  function change(
    operation: Extract<Command, { kind: "commit" }>["operation"],
  ): { readonly outcome: CommitOutcome } | { readonly failure: CommitFailure } {
    switch (operation.kind) {
      case "measure":
        return { outcome: { kind: "stored", record: append(operation.draft) } };
      case "correct": {
        const index = records.findIndex(({ id, status }) => id === operation.recordId && status === "valid");
        const old = records[index];
        if (old === undefined) return { failure: { kind: "not_found", recordNumber: operation.recordId } };
        const record = append(operation.draft);
        records[index] = { ...old, status: "superseded", supersededBy: record.id };
        return { outcome: { kind: "corrected", record, replaced: old.id } };
      }
      case "withdraw": {
        const index = records.findIndex(({ id, status }) => id === operation.recordId && status === "valid");
        const old = records[index];
        if (old === undefined) return { failure: { kind: "not_found", recordNumber: operation.recordId } };
        const record: StoredRecord = { ...old, status: "withdrawn" };
        records[index] = record;
        return { outcome: { kind: "withdrawn", record } };
      }
      case "set_context":
        context = { ...context, ...operation.change };
        return { outcome: { kind: "context_set" } };
      case "next_part":
        return { outcome: { kind: "context_set" } };
    }
  }

  function append(draft: MeasurementDraft): StoredRecord {
    const record: StoredRecord = {
      ...draft,
      id: records.length + 1,
      deviceId: "simulated",
      status: "valid",
      wallMs: nowMs,
      bootId: "simulated",
      monotonicMs: nowMs,
      clockTrusted: true,
    };
    records.push(record);
    return record;
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
          const heard: Heard = { ...world.nextSentence, sinceOwnSoundMs: nowMs - lastSoundEndMs };
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
            recordsToday: records.length,
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
          lastSoundEndMs = nowMs + 1_500;
          const spoken: ControllerEvent = { kind: "spoken", turn: command.turn, text: command.message.kind };
          answer(1_500, spoken, { kind: "speech_failed", turn: command.turn, fault: "speaker_lost" });
          return;
        }
        case "stop_speaking":
          if (sounding === command.turn) sounding = undefined;
          return;
        case "start_timer":
          timers.set(command.key, schedule(command.delayMs, { kind: "timer", key: command.key }));
          return;
        case "cancel_timer": {
          const started = timers.get(command.key);
          timers.delete(command.key);
          const index = queue.findIndex((one) => one.order === started);
          if (index !== -1) queue.splice(index, 1);
          return;
        }
        case "export":
          answer(
            2_000,
            { kind: "exported", stickId: command.stickId, records: records.length },
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
      const next = queue[0];
      if (next === undefined || next.atMs > untilMs) {
        nowMs = untilMs;
        return undefined;
      }
      queue.shift();
      nowMs = next.atMs;
      if (next.event.kind === "timer") timers.delete(next.event.key);
      if (next.event.kind === "released") releases += 1;
      if (
        (next.event.kind === "spoken" || next.event.kind === "speech_failed") &&
        sounding === next.event.turn
      ) {
        sounding = undefined;
      }
      return next.event;
    },
    nowMs: () => nowMs,
    releases: () => releases,
    records: () => records,
    view,
    setRates(next) {
      rates = next;
    },
    openTurn: () => open,
    soundingTurn: () => sounding,
    pendingTimers: () => [...timers.keys()],
  };
  return world;
}
