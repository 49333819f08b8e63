import { messageOf } from "../runtime/assert.js";
import type { Clock } from "../runtime/clock.js";
import type { Button } from "./button.js";
import { type HeldLine, holdLine } from "./gpio-held-line.js";
import { type LineOptions, openLine } from "./gpio-line.js";

export interface GpioButtonOptions extends LineOptions {
  /** The button pulls the pin to ground. */
  readonly activeLow: boolean;
}

/**
 * The button on a pin of the header, both edges; debouncing is the gestures' business. A pin that cannot be used yet is
 * tried again until it can. `random` is for the backoff, `open` for tests.
 */
export function createGpioButton(
  clock: Clock,
  random: () => number,
  options: GpioButtonOptions,
  open: Parameters<typeof holdLine>[0]["open"] = () => openLine(options, "in", "both"),
): Button {
  let held: HeldLine | undefined;
  return {
    start(onEdge, onFault, onUsable) {
      const pressed = (level: number): boolean => (level === 1) !== options.activeLow;
      held = holdLine({
        clock,
        random,
        open,
        onFault,
        onOpen(line) {
          line.watch((error, level) => {
            if (error === null || error === undefined)
              onEdge({ pressed: pressed(level), atMs: clock.monotonicMs() });
            else held?.lose(messageOf(error));
          });
          // A button that is down before anybody looked is no press but a fault, which only its level shows.
          onEdge({ pressed: pressed(line.readSync()), atMs: clock.monotonicMs(), atStart: true });
          onUsable();
        },
      });
    },
    close() {
      held?.close();
      held = undefined;
      return Promise.resolve();
    },
  };
}
