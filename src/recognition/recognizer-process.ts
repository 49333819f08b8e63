import type { ChildProcess } from "node:child_process";
import type { Clock, Timer } from "../runtime/clock.js";
import { err, ok, type Result } from "../runtime/result.js";
import { createSupervisor, type SupervisedRun } from "../runtime/supervisor.js";
import { within } from "../runtime/within.js";
import { startChild } from "./child-life.js";
import { type BandThresholds, transcriptOf } from "./confidence.js";
import type { FromChild, ModelFiles, ToChild } from "./messages.js";
import type {
  Recognizer,
  RecognizerError,
  RecognizerHealth,
  RecognizerInfo,
  Transcript,
  TurnListener,
} from "./recognizer.js";

export interface RecognizerProcessOptions {
  readonly clock: Clock;
  /** 0 ≤ x < 1, for the backoff. */
  readonly random: () => number;
  readonly modelId: string;
  readonly language: RecognizerInfo["language"];
  readonly thresholds: BandThresholds;
  /** Checks the model's files; called before each life of the process. */
  readonly verify: () => Promise<Result<ModelFiles, RecognizerError>>;
  readonly threads?: number;
  /** Whole sentences are weighed, with the network at these phases of its frames; left out for a model of another make. */
  readonly phasesMs?: readonly number[];
  /** Limits in milliseconds. */
  readonly loadLimitMs?: number;
  /** From the end of the sound to its transcript. */
  readonly finishLimitMs?: number;
  readonly heartbeatMs?: number;
}

interface Pending {
  readonly turn: number;
  readonly isVoiceLearnt: boolean;
  readonly resolve: (outcome: Result<Transcript, RecognizerError>) => void;
}

/** A recogniser in a process of its own, which is started again when it dies or no longer answers. */
export function createRecognizerProcess(
  options: RecognizerProcessOptions,
): Recognizer & { pid(): number | undefined } {
  const { clock, random, modelId, language, thresholds, verify, threads = 1, phasesMs = [] } = options;
  const { loadLimitMs = 20_000, finishLimitMs = 5_000, heartbeatMs = 2_000 } = options;
  const healthListeners = new Set<(health: RecognizerHealth) => void>();
  let child: ChildProcess | undefined;
  let turn:
    | {
        readonly id: number;
        readonly listener: TurnListener;
        readonly heardBy: ChildProcess | undefined;
        readonly isVoiceLearnt: boolean;
      }
    | undefined;
  let pending: Pending | undefined;
  let info: RecognizerInfo | undefined;
  let heartbeat: Timer | undefined;
  let answered = true;
  let refreshes = 0;
  let loaded: ModelFiles | undefined;
  let firstReady: ((outcome: Result<RecognizerInfo, RecognizerError>) => void) | undefined;

  const supervisor = createSupervisor<RecognizerError>({
    clock,
    random,
    name: "recogniser",
    begin,
    tooSlow: { kind: "timed_out", detail: "the recogniser did not load in time" },
    beginLimitMs: loadLimitMs,
    onHealth(health) {
      if (health.state !== "waiting" || health.lastReason === undefined) return;
      firstReady?.(err(health.lastReason));
      tell({ kind: "restarting", reason: health.lastReason.kind, detail: detailOf(health.lastReason) });
    },
  });

  async function begin(
    signal: AbortSignal,
  ): Promise<Result<SupervisedRun<RecognizerError>, RecognizerError>> {
    const files = await verify();
    if (!files.ok) return files;
    const { child: born, loaded: hasLoaded, ended } = startChild(signal, onMessage);
    void ended.then(onEnded);
    child = born;
    loaded = files.value;
    send({ kind: "load", files: files.value, threads, phasesMs });
    const outcome = await Promise.race([hasLoaded, ended.then((error) => err(error))]);
    if (!outcome.ok) {
      born.kill("SIGKILL");
      return outcome;
    }
    info = { modelId, language, residentBytes: outcome.value };
    answered = true;
    beat();
    tell({ kind: "ready", info });
    firstReady?.(ok(info));
    const stop = async (): Promise<void> => {
      born.kill("SIGKILL");
      await ended;
    };
    return ok({ ended, stop });
  }

  /** A process that is alive but no longer answers is no use: it is killed, and so restarted. */
  function beat(): void {
    heartbeat?.cancel();
    heartbeat = clock.startTimer("recogniser heartbeat", heartbeatMs, () => {
      if (!answered) {
        child?.kill("SIGKILL");
        return;
      }
      answered = false;
      send({ kind: "ping" });
      beat();
    });
  }

  function onEnded(error: RecognizerError): void {
    heartbeat?.cancel();
    child = undefined;
    info = undefined;
    turn = undefined;
    pending?.resolve(err(error));
    pending = undefined;
  }

  function onMessage(message: FromChild): void {
    answered = true;
    switch (message.kind) {
      case "partial":
        if (turn?.id === message.turn) turn.listener.onPartial(message.text);
        return;
      case "endpoint":
        if (turn?.id === message.turn) turn.listener.onEndpoint();
        return;
      case "final":
        if (pending?.turn !== message.turn) return;
        pending.resolve(
          ok({
            ...transcriptOf(message.heard, thresholds),
            ...(pending.isVoiceLearnt ? { isVoiceLearnt: true } : {}),
          }),
        );
        pending = undefined;
        return;
      case "loaded":
      case "load_failed":
      case "pong":
        return;
    }
  }

  function send(message: ToChild): void {
    if (child?.connected === true) child.send(message, () => undefined);
  }

  function tell(health: RecognizerHealth): void {
    for (const listener of healthListeners) listener(health);
  }

  return {
    pid: () => child?.pid,
    async start(signal) {
      const ready = new Promise<Result<RecognizerInfo, RecognizerError>>((resolve) => {
        firstReady = resolve;
        signal.addEventListener("abort", () => resolve(err({ kind: "aborted" })), { once: true });
      });
      supervisor.start();
      const outcome = await ready;
      firstReady = undefined;
      return outcome;
    },
    beginTurn(id, listener) {
      turn = { id, listener, heardBy: child, isVoiceLearnt: loaded?.isVoiceLearnt === true };
      send({ kind: "begin", turn: id });
    },
    accept(samples) {
      if (turn !== undefined) send({ kind: "samples", turn: turn.id, samples });
    },
    async finishTurn(signal) {
      const current = turn;
      turn = undefined;
      if (current === undefined) return err({ kind: "unavailable", detail: "no turn is running" });
      // A process that was born in the middle of a turn has heard nothing of its beginning.
      if (child === undefined || child !== current.heardBy)
        return err({ kind: "crashed", detail: "the recogniser was restarted in the middle of the turn" });
      const final = new Promise<Result<Transcript, RecognizerError>>((resolve) => {
        pending = { turn: current.id, isVoiceLearnt: current.isVoiceLearnt, resolve };
        signal.addEventListener("abort", () => resolve(err({ kind: "aborted" })), { once: true });
      });
      send({ kind: "finish", turn: current.id });
      const outcome = await within(clock, "final transcript", finishLimitMs, final);
      if (outcome.kind === "settled") return outcome.value;
      pending = undefined;
      // It took seconds for what takes milliseconds: a new process is the quicker cure.
      child.kill("SIGKILL");
      return err({ kind: "timed_out", detail: `no transcript within ${finishLimitMs} ms` });
    },
    abandonTurn() {
      turn = undefined;
      pending?.resolve(err({ kind: "aborted" }));
      pending = undefined;
    },
    refresh() {
      // Without a process there is nothing to do: the next one asks for its files.
      const current = child;
      if (current === undefined) return;
      refreshes += 1;
      const mine = refreshes;
      void verify().then((files) => {
        // Files that are no longer good are told when the process that still has the old ones ends.
        const isNew = files.ok && files.value.encoder !== loaded?.encoder;
        if (isNew && current === child && mine === refreshes) {
          loaded = files.value;
          send({ kind: "load", files: files.value, threads, phasesMs });
        }
      });
    },
    onHealth(listener) {
      healthListeners.add(listener);
      if (info !== undefined) listener({ kind: "ready", info });
    },
    async close() {
      heartbeat?.cancel();
      healthListeners.clear();
      await supervisor.stop();
      heartbeat?.cancel();
    },
  };
}

function detailOf(error: RecognizerError): string {
  return error.kind === "aborted" ? "stopped" : error.detail;
}
