import { type Clock, eventLoopTurn } from "./clock.js";

/** A clock that stands still until it is moved: the simulator and the tests live on it. */
export interface VirtualClock extends Clock {
  /**
   * Moves time by `ms` and fires what falls due, in the order of the deadlines, those included that are started on the
   * way. Synchronous: promise reactions come after it. Throws when it is called from a timer.
   */
  advance(ms: number): void;
  /**
   * Moves time from timer to timer, with an event loop turn between, until `promise` settles, and gives its outcome.
   * Throws when it has not settled after `limitMs` of virtual time, or when no timer is left that could settle it: the
   * detector of hangs. Real input and output gets only a few turns before time moves on; with child processes in play
   * use the system clock.
   */
  advanceUntil<T>(promise: Promise<T>, limitMs: number): Promise<T>;
}

/** Turns of the event loop before time moves: enough for a chain of promises over synchronous parts. */
const turnsBeforeMove = 3;
/** Turns without any timer before a promise counts as hanging; real files settle far sooner. */
const turnsWithoutTimer = 20_000;

interface Entry {
  readonly name: string;
  readonly dueMs: number;
  readonly onFire: () => void;
}

/** Builds a clock whose monotonic time begins at 0 and whose wall clock shows `startWallMs`. */
export function createVirtualClock(startWallMs = Date.UTC(2026, 0, 5, 6, 0, 0)): VirtualClock {
  const entries = new Set<Entry>();
  let nowMs = 0;
  let advancing = false;

  /** The earliest deadline; among equals the one that was started first. */
  function earliest(): Entry | undefined {
    let first: Entry | undefined;
    for (const entry of entries) if (first === undefined || entry.dueMs < first.dueMs) first = entry;
    return first;
  }

  function advance(ms: number): void {
    if (advancing) throw new Error("The virtual clock is being advanced already: a timer must not move time");
    if (!(ms >= 0)) throw new Error(`Time moves forward by a number of milliseconds, not by ${ms}`);
    advancing = true;
    const untilMs = nowMs + ms;
    try {
      for (let next = earliest(); next !== undefined && next.dueMs <= untilMs; next = earliest()) {
        entries.delete(next);
        nowMs = Math.max(nowMs, next.dueMs);
        next.onFire();
      }
      nowMs = untilMs;
    } finally {
      advancing = false;
    }
  }

  async function advanceUntil<T>(promise: Promise<T>, limitMs: number): Promise<T> {
    const state = { settled: false };
    const mark = (): void => {
      state.settled = true;
    };
    promise.then(mark, mark);
    const untilMs = nowMs + limitMs;
    let idleTurns = 0;
    for (;;) {
      for (let turn = 0; turn < turnsBeforeMove && !state.settled; turn += 1) await eventLoopTurn();
      if (state.settled) return promise;
      const next = earliest();
      if (next === undefined) {
        idleTurns += turnsBeforeMove;
        if (idleTurns > turnsWithoutTimer) throw new Error("It hangs: no timer is left that could settle it");
        continue;
      }
      idleTurns = 0;
      if (next.dueMs > untilMs)
        throw new Error(`It hangs: not settled after ${limitMs} ms; waiting: ${names()}`);
      advance(Math.max(0, next.dueMs - nowMs));
    }
  }

  const names = (): string => [...entries].map((entry) => entry.name).join(", ");

  return {
    monotonicMs: () => nowMs,
    wallMs: () => startWallMs + nowMs,
    startTimer(name, delayMs, onFire) {
      const entry = { name, dueMs: nowMs + Math.max(0, delayMs), onFire };
      entries.add(entry);
      return {
        cancel() {
          entries.delete(entry);
        },
      };
    },
    activeTimers: () => [...entries].map((entry) => entry.name),
    advance,
    advanceUntil,
  };
}
