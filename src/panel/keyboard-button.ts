import type { Clock } from "../runtime/clock.js";
import type { Button } from "./button.js";

/** The part of a terminal's input that the keyboard button needs. */
export interface KeyInput {
  setRawMode(raw: boolean): unknown;
  on(event: "data", listener: (bytes: Buffer) => void): unknown;
  off(event: "data", listener: (bytes: Buffer) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

export interface KeyboardButtonOptions {
  readonly clock: Clock;
  readonly input: KeyInput;
  /** Called for q and Ctrl-C. */
  readonly onQuit: () => void;
}

/** How long a tap holds the button down, in milliseconds: longer than the debounce, shorter than a hold. */
const tapMs = 60;

/**
 * The keyboard as the button. A terminal does not tell when a key goes up, so the space bar is a tap, pressed twice a
 * double tap, and h presses the button until h is typed again.
 */
export function createKeyboardButton({ clock, input, onQuit }: KeyboardButtonOptions): Button {
  let listener: ((bytes: Buffer) => void) | undefined;
  let held = false;

  return {
    start(onEdge) {
      const edge = (pressed: boolean): void => onEdge({ pressed, atMs: clock.monotonicMs() });
      listener = (bytes) => {
        for (const key of bytes.toString("utf8")) {
          if (key === "q" || key === "\u0003") onQuit();
          if (key === "h") {
            held = !held;
            edge(held);
          }
          if (key === " " && !held) {
            edge(true);
            clock.startTimer("space bar", tapMs, () => edge(false));
          }
        }
      };
      input.setRawMode(true);
      input.on("data", listener);
      input.resume();
    },
    close() {
      if (listener !== undefined) {
        input.off("data", listener);
        input.setRawMode(false);
        input.pause();
        listener = undefined;
      }
      return Promise.resolve();
    },
  };
}
