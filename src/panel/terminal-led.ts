import type { Led } from "./led.js";

/** A lamp drawn at the beginning of the terminal's line. */
export function createTerminalLed(write: (text: string) => void): Led {
  return {
    set(on) {
      write(on ? "\r● " : "\r○ ");
    },
    close() {
      write("\r  \r");
      return Promise.resolve();
    },
  };
}
