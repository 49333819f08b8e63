import type { Gpio } from "onoff";
import { messageOf } from "../runtime/assert.js";
import type { Clock } from "../runtime/clock.js";
import type { Button } from "./button.js";
import { type LineOptions, openLine } from "./gpio-line.js";

export interface GpioButtonOptions extends LineOptions {
  /** The button pulls the pin to ground. */
  readonly activeLow: boolean;
}

/** The button on a pin of the header, both edges; debouncing is the gestures' business. */
export function createGpioButton(clock: Clock, options: GpioButtonOptions): Button {
  let line: Gpio | undefined;
  return {
    start(onEdge, onFault) {
      const opened = openLine(options, "in", "both");
      if (!opened.ok) {
        onFault(opened.error);
        return;
      }
      line = opened.value;
      const tell = (level: number): void =>
        onEdge({ pressed: (level === 1) !== options.activeLow, atMs: clock.monotonicMs() });
      line.watch((error, level) => {
        if (error === null || error === undefined) tell(level);
        else onFault(messageOf(error));
      });
      // A button that is down at the start is a fault that only its level shows.
      tell(line.readSync());
    },
    close() {
      line?.unwatchAll();
      line?.unexport();
      line = undefined;
      return Promise.resolve();
    },
  };
}
