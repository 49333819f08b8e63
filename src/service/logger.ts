import { createRequire } from "node:module";
import type * as Pino from "pino";
import type { Logger } from "pino";

// The package is CommonJS whose export is the function itself.
const pino = createRequire(import.meta.url)("pino") as typeof Pino.pino;

/** journald's priorities of pino's levels (sd-daemon(3)). */
const priorities: Readonly<Record<number, number>> = { 10: 7, 20: 7, 30: 6, 40: 4, 50: 3, 60: 2 };

/**
 * One JSON line an entry on `write`, synchronous, since native code may abort the process after it. Under journald each
 * line is led by its priority.
 */
export function createLogger(level: string, write: (line: string) => void, underJournald: boolean): Logger {
  const destination = {
    lastLevel: 30,
    [Symbol.for("pino.metadata")]: true,
    write(line: string) {
      const prefix = underJournald ? `<${priorities[this.lastLevel] ?? 6}>` : "";
      write(prefix + line);
    },
  };
  return pino({ level, base: null }, destination);
}
