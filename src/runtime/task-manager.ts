import { messageOf } from "./assert.js";
import type { Clock, Timer } from "./clock.js";
import { err, ok, type Result } from "./result.js";
import { within } from "./within.js";

/** Runs named work with a limit on how much of it runs at once. Nothing that it started is ever forgotten. */
export interface TaskManager {
  /** Starts `work`, or queues it while the limit is reached. `result` never rejects. */
  run<T>(name: string, options: TaskOptions, work: (signal: AbortSignal) => Promise<T>): Task<T>;
  /** Cancels all and waits until they have ended, `graceMs` at most. New tasks may be started meanwhile. */
  cancelAll(graceMs: number): Promise<TaskReport>;
  /** As `cancelAll`; from now on every new task is refused. */
  close(graceMs: number): Promise<TaskReport>;
  /** Everything that has not ended, the oldest first. */
  active(): readonly TaskInfo[];
}

export interface TaskOptions {
  /** Limit of the running time in milliseconds; the wait in the queue has the same limit of its own. */
  readonly timeoutMs: number;
  /** Cancels the task when it aborts. */
  readonly signal?: AbortSignal;
}

export interface Task<T> {
  readonly id: number;
  readonly name: string;
  /** Settles at once on a cancel or a time-out, also when the work ignores its signal. */
  readonly result: Promise<Result<T, TaskError>>;
  cancel(reason: string): void;
}

export type TaskError =
  | { readonly kind: "timed_out"; readonly afterMs: number; readonly where: "queue" | "running" }
  | { readonly kind: "cancelled"; readonly reason: string }
  | { readonly kind: "refused"; readonly reason: "queue_full" | "closed" }
  | { readonly kind: "failed"; readonly detail: string; readonly cause: unknown };

/** A straggler was cancelled or timed out and its work has not ended yet. */
export type TaskState = "queued" | "running" | "straggler";

export interface TaskInfo {
  readonly id: number;
  readonly name: string;
  readonly state: TaskState;
  /** Milliseconds since `run`. */
  readonly ageMs: number;
}

/** What became of the tasks that were active when they were cancelled. */
export interface TaskReport {
  readonly ended: readonly string[];
  readonly notEnded: readonly string[];
}

export type TaskEvent =
  | { readonly kind: "started"; readonly id: number; readonly name: string; readonly waitedMs: number }
  | {
      readonly kind: "settled";
      readonly id: number;
      readonly name: string;
      readonly outcome: "ok" | TaskError["kind"];
    }
  | { readonly kind: "straggling"; readonly id: number; readonly name: string }
  | { readonly kind: "straggler_ended"; readonly id: number; readonly name: string; readonly ageMs: number };

export interface TaskManagerDeps {
  readonly clock: Clock;
  /** How many tasks run at once; a straggler no longer counts, so that it cannot block the device. */
  readonly limit: number;
  /** How many more may wait; beyond that new ones are refused. Default 64. */
  readonly queueLimit?: number;
  readonly onEvent?: (event: TaskEvent) => void;
}

interface Entry {
  readonly id: number;
  readonly name: string;
  readonly startedAtMs: number;
  state: TaskState;
  readonly begin: () => void;
  readonly cancel: (reason: string) => void;
  readonly ended: Promise<void>;
}

/** Builds a task manager. */
export function createTaskManager(deps: TaskManagerDeps): TaskManager {
  const { clock, limit, queueLimit = 64, onEvent = () => undefined } = deps;
  const entries = new Map<number, Entry>();
  let lastId = 0;
  let closed = false;

  const inState = (state: TaskState): Entry[] =>
    [...entries.values()].filter((entry) => entry.state === state);

  function beginNext(): void {
    const next = inState("queued")[0];
    if (next !== undefined && inState("running").length < limit) next.begin();
  }

  function run<T>(name: string, options: TaskOptions, work: (signal: AbortSignal) => Promise<T>): Task<T> {
    lastId += 1;
    const id = lastId;
    const refusal = closed ? "closed" : inState("queued").length >= queueLimit ? "queue_full" : undefined;
    if (refusal !== undefined) {
      onEvent({ kind: "settled", id, name, outcome: "refused" });
      const result = Promise.resolve(err({ kind: "refused", reason: refusal } as const));
      return { id, name, result, cancel: () => undefined };
    }
    const { timeoutMs, signal: outer } = options;
    const startedAtMs = clock.monotonicMs();
    const controller = new AbortController();
    const settling = deferred<Result<T, TaskError>>();
    const ending = deferred<undefined>();
    let settled = false;
    let timer: Timer;

    const settle = (outcome: Result<T, TaskError>): void => {
      settled = true;
      timer.cancel();
      outer?.removeEventListener("abort", onOuterAbort);
      settling.resolve(outcome);
      onEvent({ kind: "settled", id, name, outcome: outcome.ok ? "ok" : outcome.error.kind });
    };
    const finish = (): void => {
      entries.delete(id);
      ending.resolve(undefined);
    };
    /** Ends the task from outside; the work is told and may take its time, or never notice. */
    const give = (error: TaskError): void => {
      if (settled) return;
      const wasRunning = entry.state === "running";
      if (wasRunning) entry.state = "straggler";
      settle(err(error));
      controller.abort(new Error(`${name}: ${error.kind}`));
      if (!wasRunning) finish();
      else onEvent({ kind: "straggling", id, name });
      beginNext();
    };
    const onOuterAbort = (): void => give({ kind: "cancelled", reason: "aborted by its owner" });
    const limitTime = (where: "queue" | "running"): Timer =>
      clock.startTimer(`task ${name}`, timeoutMs, () =>
        give({ kind: "timed_out", afterMs: timeoutMs, where }),
      );

    const begin = (): void => {
      entry.state = "running";
      timer.cancel();
      timer = limitTime("running");
      onEvent({ kind: "started", id, name, waitedMs: clock.monotonicMs() - startedAtMs });
      void carryOut();
    };
    const carryOut = async (): Promise<void> => {
      let outcome: Result<T, TaskError>;
      try {
        outcome = ok(await work(controller.signal));
      } catch (cause) {
        outcome = err({ kind: "failed", detail: messageOf(cause), cause });
      }
      if (settled) onEvent({ kind: "straggler_ended", id, name, ageMs: clock.monotonicMs() - startedAtMs });
      else settle(outcome);
      finish();
      beginNext();
    };

    const cancel = (reason: string): void => give({ kind: "cancelled", reason });
    const entry: Entry = { id, name, startedAtMs, state: "queued", begin, cancel, ended: ending.promise };
    entries.set(id, entry);
    timer = limitTime("queue");
    outer?.addEventListener("abort", onOuterAbort, { once: true });
    if (outer?.aborted === true) onOuterAbort();
    else beginNext();
    return { id, name, result: settling.promise, cancel };
  }

  async function cancelAll(graceMs: number): Promise<TaskReport> {
    const all = [...entries.values()];
    // The queue first: a place that becomes free must not be given to one that is about to be cancelled.
    for (const state of ["queued", "running"] as const) {
      for (const entry of all) if (entry.state === state) entry.cancel("all tasks are being cancelled");
    }
    if (all.length > 0) {
      await within(clock, "cancel all tasks", graceMs, Promise.all(all.map((entry) => entry.ended)));
    }
    const names = (ended: boolean): string[] =>
      all.filter(({ id }) => entries.has(id) !== ended).map(({ name }) => name);
    return { ended: names(true), notEnded: names(false) };
  }

  return {
    run,
    cancelAll,
    close(graceMs) {
      closed = true;
      return cancelAll(graceMs);
    },
    active() {
      const nowMs = clock.monotonicMs();
      return [...entries.values()].map(({ id, name, state, startedAtMs }) => ({
        id,
        name,
        state,
        ageMs: nowMs - startedAtMs,
      }));
    },
  };
}

function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((take) => {
    resolve = take;
  });
  return { promise, resolve };
}
