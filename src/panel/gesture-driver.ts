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
  start(onGesture: (gesture: Gesture) => void, onFault: (detail: string) => void): void;
  /** Closes the button too; no gesture is told after it was called. */
  close(): Promise<void>;
}

export interface GestureDriverDeps {
  readonly button: Button;
  readonly clock: Clock;
}

export function createGestureDriver(
  { button, clock }: GestureDriverDeps,
  limits: GestureLimits = standardGestureLimits,
): GestureDriver {
  let state = initialGestureState;
  let timer: Timer | undefined;
  let closed = false;
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
    const delayMs = Math.max(1, Math.ceil(due - clock.monotonicMs()));
    timer = clock.startTimer("gesture", delayMs, () => take(takeTime(state, clock.monotonicMs(), limits)));
  };

  const onEdge = (edge: ButtonEdge): void => {
    if (!closed) take(takeEdge(state, edge, limits));
  };

  return {
    start(onGesture, onFault) {
      tell = (gesture) => {
        if (!closed) onGesture(gesture);
      };
      button.start(onEdge, onFault);
    },
    async close() {
      closed = true;
      timer?.cancel();
      await button.close();
    },
  };
}
