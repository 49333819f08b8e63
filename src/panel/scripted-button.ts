import type { Clock } from "../runtime/clock.js";
import type { Button, ButtonEdge } from "./button.js";

/** A button that a program presses: the operator of the demonstration. */
export interface ScriptedButton extends Button {
  press(): void;
  release(): void;
}

/** Builds it; presses before `start` are lost, as on a device that is off. */
export function createScriptedButton(clock: Clock): ScriptedButton {
  let tell: ((edge: ButtonEdge) => void) | undefined;
  return {
    start(onEdge) {
      tell = onEdge;
    },
    press: () => tell?.({ pressed: true, atMs: clock.monotonicMs() }),
    release: () => tell?.({ pressed: false, atMs: clock.monotonicMs() }),
    close() {
      tell = undefined;
      return Promise.resolve();
    },
  };
}
