import type { Clock, Timer } from "../runtime/clock.js";
import type { Button, ButtonEdge, Gesture } from "./button.js";
import {
  type GestureLimits,
  type GestureStep,
  initialGestureState,
  nextDeadlineMs,
  standardGestureLimits,
  takeEdge,
  takeTime,
} from "./gestures.js";

/** Turns a button's edges into gestures; keeps one timer, for the next moment that matters. */
export interface GestureDriver {
  /** Starts the button. Both listeners are called from timers and device callbacks: they should only enqueue. */
  start(
    onGesture: (gesture: Gesture) => void,
    onFault: (detail: string) => void,
    onUsable?: () => void,
  ): void;
  /** Closes the button too; no gesture is told after it was called. */
  close(): Promise<void>;
}

export interface GestureDriverDeps {
  readonly button: Button;
  readonly clock: Clock;
}

/**
 * A timer that comes so much too late tells of a process that stood still, in milliseconds. What the finger did meanwhile
 * lies in the inbox and has no time of its own.
 */
const stallMs = 100;
/** Time for the inbox before the timer counts, in milliseconds. */
const inboxMs = 10;

export function createGestureDriver(
  { button, clock }: GestureDriverDeps,
  limits: GestureLimits = standardGestureLimits,
): GestureDriver {
  let state = initialGestureState;
  let timer: Timer | undefined;
  let closed = false;
  /** Time in which the process stood still, which nobody can have held the button for: it would switch the device off. */
  let lostMs = 0;
  let tell: (gesture: Gesture) => void = () => undefined;

  const take = (step: GestureStep): void => {
    state = step.state;
    timer?.cancel();
    timer = undefined;
    // Armed before the listener runs: whatever it does, the next limit is kept.
    arm();
    for (const gesture of step.gestures) tell(gesture);
  };

  const arm = (): void => {
    const due = nextDeadlineMs(state, limits);
    if (due === undefined || closed) return;
    // A timer may fire a fraction of a millisecond early, and a clock may stand still: never a busy loop.
    const delayMs = Math.max(1, Math.ceil(due - nowMs()));
    timer = clock.startTimer("gesture", delayMs, () => {
      // What waits in the inbox goes first.
      if (hasStoodStill(nowMs())) arm();
      else take(takeTime(state, nowMs(), limits));
    });
  };

  const nowMs = (): number => clock.monotonicMs() - lostMs;

  /** Whether a limit has passed unnoticed; then the time since does not count. */
  const hasStoodStill = (atMs: number): boolean => {
    const due = nextDeadlineMs(state, limits);
    if (due === undefined || atMs - due < stallMs) return false;
    lostMs += atMs - due + inboxMs;
    return true;
  };

  const onEdge = (edge: ButtonEdge): void => {
    if (closed) return;
    // It may come before the timer that is late.
    hasStoodStill(edge.atMs - lostMs);
    take(takeEdge(state, { ...edge, atMs: edge.atMs - lostMs }, limits));
  };

  return {
    start(onGesture, onFault, onUsable = () => undefined) {
      tell = (gesture) => {
        if (!closed) onGesture(gesture);
      };
      button.start(onEdge, onFault, onUsable);
    },
    async close() {
      closed = true;
      timer?.cancel();
      await button.close();
    },
  };
}
