import type { ButtonEdge, Gesture } from "./button.js";

/** Limits in milliseconds of the monotonic clock; `standardGestureLimits` are those of the operator's dialogue. */
export interface GestureLimits {
  /** A level counts once it has stood still this long; anything shorter is a bounce or a glitch. */
  readonly debounceMs: number;
  /** A press this long, or longer, is a hold; a shorter one is a tap. */
  readonly holdMs: number;
  /** A press that begins at most this long after a tap's release makes it a double tap. */
  readonly doubleTapMs: number;
  readonly warnMs: number;
  readonly haltMs: number;
  /** A press this long is no finger. */
  readonly stuckMs: number;
  /** A contact that has not stood still for this long is broken. */
  readonly restlessMs: number;
}

export const standardGestureLimits: GestureLimits = {
  debounceMs: 30,
  holdMs: 400,
  doubleTapMs: 350,
  warnMs: 6_000,
  haltMs: 9_000,
  stuckMs: 60_000,
  restlessMs: 2_000,
};

/** What is known about the button: its level as it is, bounces included, and what has been understood so far. */
export interface GestureState {
  readonly level: { readonly pressed: boolean; readonly sinceMs: number; readonly atStart: boolean };
  /** When the level began to change faster than `debounceMs` allows. */
  readonly restlessSinceMs: number;
  readonly phase: GesturePhase;
}

export type GesturePhase =
  | { readonly kind: "up"; readonly tapReleasedAtMs?: number }
  /** A press; `told` is the last thing that was told about it. */
  | { readonly kind: "down"; readonly sinceMs: number; readonly told: "press" | "hold" | "warn" | "halt" }
  /** The second press of a double tap: all is told about it already. */
  | { readonly kind: "spent"; readonly sinceMs: number }
  | { readonly kind: "stuck" };

export interface GestureStep {
  readonly state: GestureState;
  readonly gestures: readonly Gesture[];
}

/** The button is up until an edge says otherwise. */
export const initialGestureState: GestureState = {
  level: { pressed: false, sinceMs: Number.NEGATIVE_INFINITY, atStart: false },
  restlessSinceMs: Number.NEGATIVE_INFINITY,
  phase: { kind: "up" },
};

/**
 * Takes one raw edge. What was due before it is told first; an edge that repeats the level changes nothing; one that
 * lies before the last is taken as simultaneous with it.
 */
export function takeEdge(state: GestureState, edge: ButtonEdge, limits: GestureLimits): GestureStep {
  const atMs = Math.max(edge.atMs, state.level.sinceMs);
  const before = takeTime(state, atMs, limits);
  if (edge.pressed === before.state.level.pressed) return before;
  const stoodStill = atMs - before.state.level.sinceMs >= limits.debounceMs;
  const moved: GestureState = {
    level: { pressed: edge.pressed, sinceMs: atMs, atStart: edge.atStart === true },
    restlessSinceMs: stoodStill ? atMs : before.state.restlessSinceMs,
    phase: before.state.phase,
  };
  if (atMs - moved.restlessSinceMs >= limits.restlessMs && moved.phase.kind !== "stuck") {
    return {
      state: { ...moved, phase: { kind: "stuck" } },
      gestures: [...before.gestures, { kind: "stuck" }],
    };
  }
  // A glitch that ends may leave a limit overdue that had to wait for it.
  const after = takeTime(moved, atMs, limits);
  return { state: after.state, gestures: [...before.gestures, ...after.gestures] };
}

/** Tells what is due at `nowMs`; calling it too early or twice does no harm. */
export function takeTime(state: GestureState, nowMs: number, limits: GestureLimits): GestureStep {
  const gestures: Gesture[] = [];
  let current = state;
  for (let due = nextDeadlineMs(current, limits); due !== undefined && due <= nowMs; ) {
    const step = isSettling(current) ? settle(current, limits) : grow(current);
    gestures.push(...step.gestures);
    current = step.state;
    due = nextDeadlineMs(current, limits);
  }
  return { state: current, gestures };
}

/** The monotonic time at which `takeTime` must be called if no edge comes before; undefined when only an edge matters. */
export function nextDeadlineMs(state: GestureState, limits: GestureLimits): number | undefined {
  const { level, phase } = state;
  // While the level is in doubt nothing else is decided: a release at 390 ms is a tap, though it counts at 420 ms.
  if (isSettling(state)) return level.sinceMs + limits.debounceMs;
  if (phase.kind === "spent") return phase.sinceMs + limits.stuckMs;
  if (phase.kind !== "down") return undefined;
  const limit = { press: limits.holdMs, hold: limits.warnMs, warn: limits.haltMs, halt: limits.stuckMs };
  return phase.sinceMs + limit[phase.told];
}

function isSettling({ level, phase }: GestureState): boolean {
  return level.pressed !== (phase.kind !== "up");
}

/** The new level has stood still: it counts, from the moment at which it began. */
function settle(state: GestureState, limits: GestureLimits): GestureStep {
  const { level, phase } = state;
  const to = (next: GesturePhase, ...gestures: Gesture[]): GestureStep => ({
    state: { ...state, phase: next },
    gestures,
  });
  switch (phase.kind) {
    case "up": {
      if (level.atStart) return to({ kind: "stuck" }, { kind: "stuck" });
      const sinceTapMs = level.sinceMs - (phase.tapReleasedAtMs ?? Number.NEGATIVE_INFINITY);
      return sinceTapMs <= limits.doubleTapMs
        ? to({ kind: "spent", sinceMs: level.sinceMs }, { kind: "double_tap" })
        : to({ kind: "down", sinceMs: level.sinceMs, told: "press" }, { kind: "press" });
    }
    case "down":
      return phase.told === "press"
        ? to({ kind: "up", tapReleasedAtMs: level.sinceMs }, { kind: "tap" })
        : to({ kind: "up" }, { kind: "release" });
    case "spent":
      return to({ kind: "up" });
    case "stuck":
      return to({ kind: "up" }, { kind: "unstuck" });
  }
}

/** A press has reached its next limit. */
function grow(state: GestureState): GestureStep {
  const { phase } = state;
  const stuck: GestureStep = { state: { ...state, phase: { kind: "stuck" } }, gestures: [{ kind: "stuck" }] };
  if (phase.kind !== "down") return stuck;
  const to = (told: "hold" | "warn" | "halt", gesture: Gesture): GestureStep => ({
    state: { ...state, phase: { ...phase, told } },
    gestures: [gesture],
  });
  switch (phase.told) {
    case "press":
      return to("hold", { kind: "hold" });
    case "hold":
      return to("warn", { kind: "long_hold", stage: "warn" });
    case "warn":
      return to("halt", { kind: "long_hold", stage: "halt" });
    case "halt":
      return stuck;
  }
}
