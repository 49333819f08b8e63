import type { Command } from "./commands.js";
import type { ControllerState, StickRegion, Talk } from "./state.js";

/**
 * Time limits as a function of the state: a state that is left loses its timers, a state that is entered gets its own,
 * and none but *ready* is without one. All in milliseconds.
 */
export const limitsMs = {
  start: 30_000,
  /** Tone 80 ms, tail guard 250 ms, and a slow sound card. */
  gate: 4_000,
  listenHold: 62_000,
  /** A hold ends this long after the finger: the last syllable is often spoken while it lifts. */
  releaseTail: 150,
  recognise: 6_000,
  commit: 5_000,
  speak: 45_000,
  ask: 12_000,
  firstTick: 1_500,
  nextTick: 2_500,
  halt: 10_000,
  /** A bare “不对” waits this long for its value; later a number is a new measurement. */
  correction: 45_000,
  stickWrite: 20 * 60_000,
  stickRelease: 60_000,
  /** The lamp tells the fault of a stick that was unmounted this long: whether it is still plugged in cannot be seen. */
  stickFault: 60_000,
} as const;

export type TimerName =
  | "start_limit"
  | "gate_limit"
  | "listen_limit"
  | "release_tail"
  | "recognise_limit"
  | "commit_limit"
  | "work_tick"
  | "speak_limit"
  | "ask_limit"
  | "halt_limit"
  | "correction_limit"
  | "stick_limit";

export interface TimerSpec {
  readonly name: TimerName;
  /** Names the very stay in the state, so that a timer that fired too late to be cancelled is recognised. */
  readonly key: string;
  readonly delayMs: number;
}

const none: readonly never[] = [];

/** The timers that run while the controller is in `state`. */
export function timersOf(state: ControllerState): readonly TimerSpec[] {
  const { talk, stick, correcting, settings } = state;
  const talking = timersOfTalk(talk, settings.listenLimitMs);
  const plugged = stickTimers(stick);
  if (plugged.length === 0 && correcting === undefined) return talking;
  return [
    ...talking,
    ...plugged,
    ...(correcting === undefined ? [] : [timer("correction_limit", correcting.id, limitsMs.correction)]),
  ];
}

/** The commands that turn the timers of one state into those of the next. */
export function timerChanges(before: ControllerState, after: ControllerState): readonly Command[] {
  const same =
    before.talk === after.talk && before.stick === after.stick && before.correcting === after.correcting;
  if (same) return none;
  const old = timersOf(before);
  const now = timersOf(after);
  const changes: Command[] = [];
  for (const { key } of old) if (!holds(now, key)) changes.push({ kind: "cancel_timer", key });
  for (const { key, delayMs } of now)
    if (!holds(old, key)) changes.push({ kind: "start_timer", key, delayMs });
  return changes;
}

function holds(specs: readonly TimerSpec[], key: string): boolean {
  for (const spec of specs) if (spec.key === key) return true;
  return false;
}

/** The newest answer: what comes after one event is what stands before the next. */
let newest:
  | { readonly talk: Talk; readonly listenTapMs: number; readonly specs: readonly TimerSpec[] }
  | undefined;

function timersOfTalk(talk: Talk, listenTapMs: number): readonly TimerSpec[] {
  if (newest?.talk === talk && newest.listenTapMs === listenTapMs) return newest.specs;
  const specs = talkTimers(talk, listenTapMs);
  newest = { talk, listenTapMs, specs };
  return specs;
}

function talkTimers(talk: Talk, listenTapMs: number): readonly TimerSpec[] {
  switch (talk.kind) {
    case "starting":
      return [timer("start_limit", "start", limitsMs.start)];
    case "ready":
      return none;
    case "listening": {
      if (talk.gate === "opening") return [timer("gate_limit", talk.turn, limitsMs.gate)];
      const limit = talk.mode === "tap" ? listenTapMs : limitsMs.listenHold;
      const whole = timer("listen_limit", `${talk.turn}:${talk.mode}`, limit);
      return talk.released ? [whole, timer("release_tail", talk.turn, limitsMs.releaseTail)] : [whole];
    }
    case "asking":
      return [timer("ask_limit", `${talk.turn}:${talk.gate}`, limitsMs.ask)];
    case "recognising":
      return [timer("recognise_limit", talk.turn, limitsMs.recognise), tick(talk.turn, talk.ticks)];
    case "committing":
      return [timer("commit_limit", talk.turn, limitsMs.commit), tick(talk.turn, talk.ticks)];
    case "speaking":
      return [timer("speak_limit", talk.turn, limitsMs.speak)];
    case "halting":
      return talk.phase === "halted"
        ? none
        : [timer("halt_limit", `${talk.turn}:${talk.phase}`, limitsMs.halt)];
  }
}

function stickTimers(stick: StickRegion): readonly TimerSpec[] {
  switch (stick.kind) {
    case "writing":
      return [timer("stick_limit", `writing:${stick.stickId}`, limitsMs.stickWrite)];
    case "releasing":
      return [timer("stick_limit", `releasing:${stick.stickId}`, limitsMs.stickRelease)];
    case "fault":
      return stick.released ? [timer("stick_limit", `fault:${stick.stickId}`, limitsMs.stickFault)] : none;
    case "absent":
    case "verified":
      return none;
  }
}

function timer(name: TimerName, stay: string | number, delayMs: number): TimerSpec {
  return { name, key: `${name}:${stay}`, delayMs };
}

function tick(turn: number, ticks: number): TimerSpec {
  return timer("work_tick", `${turn}:${ticks}`, ticks === 0 ? limitsMs.firstTick : limitsMs.nextTick);
}
