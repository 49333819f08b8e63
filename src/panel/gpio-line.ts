import { accessSync, constants, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Gpio } from "onoff";
import { messageOf } from "../runtime/assert.js";
import { err, ok, type Result } from "../runtime/result.js";
import { chooseGpioChip, type GpioChip } from "./gpio-chips.js";

const gpioRoot = "/sys/class/gpio";

export interface LineOptions {
  /** BCM number. */
  readonly pin: number;
  readonly chipLabel?: string;
}

export interface LineError {
  /** What can be done about it, in one line. */
  readonly detail: string;
  /** The files of a line that was exported just now are not yet permitted: udev may still do it. */
  readonly mayPass: boolean;
}

/**
 * Opens one line of the header. What cannot be opened is named with its remedy; udev permits the files of a line a moment
 * after it was exported, so that the next attempt may succeed.
 */
export function openLine(
  { pin, chipLabel }: LineOptions,
  direction: "in" | "out",
  edge: "none" | "both",
): Result<Gpio, LineError> {
  const choice = chooseGpioChip(readChips(), chipLabel);
  if (!choice.ok) return err({ detail: choice.detail, mayPass: false });
  try {
    const number = choice.chip.base + pin;
    exportLine(number);
    const line = new Gpio(number, direction, edge, { reconfigureDirection: true });
    // After a crash the pin is still exported, and then a wrong configuration is not reported.
    if (line.direction() !== direction || line.edge() !== edge) {
      line.unexport();
      return err({
        detail: `GPIO ${pin} keeps another direction or edge: another program uses it`,
        mayPass: false,
      });
    }
    return ok(line);
  } catch (thrown) {
    return err(errorOf(pin, thrown));
  }
}

/**
 * What a line reads that is exported already, as the running service has it; undefined for any other. To open and close
 * such a line would take it from the one who has it.
 */
export function readExported({ pin, chipLabel }: LineOptions): 0 | 1 | undefined {
  const choice = chooseGpioChip(readChips(), chipLabel);
  if (!choice.ok) return undefined;
  try {
    const value = readFileSync(join(gpioRoot, `gpio${choice.chip.base + pin}`, "value"), "utf8");
    return value.startsWith("1") ? 1 : 0;
  } catch {
    return undefined;
  }
}

/** onoff would wait for the permissions without giving way: the lamp would stand still, and the sound. */
function exportLine(number: number): void {
  const folder = join(gpioRoot, `gpio${number}`);
  if (!existsSync(folder)) writeFileSync(join(gpioRoot, "export"), String(number));
  for (const file of ["value", "direction", "edge"]) {
    // A line without interrupts has no edges.
    const path = join(folder, file);
    if (existsSync(path)) accessSync(path, constants.R_OK | constants.W_OK);
  }
}

function readChips(): readonly GpioChip[] {
  try {
    return readdirSync(gpioRoot)
      .filter((name) => name.startsWith("gpiochip"))
      .map((name) => {
        const read = (file: string): string => readFileSync(join(gpioRoot, name, file), "utf8").trim();
        return { label: read("label"), base: Number(read("base")), lines: Number(read("ngpio")) };
      });
  } catch {
    return [];
  }
}

function errorOf(pin: number, thrown: unknown): LineError {
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  switch (code) {
    case "EACCES":
      return { detail: `GPIO ${pin}: not permitted, the user must be in the group gpio`, mayPass: true };
    case "EBUSY":
      return { detail: `GPIO ${pin} is taken by an overlay or another program`, mayPass: false };
    default:
      return { detail: `GPIO ${pin}: ${messageOf(thrown)}`, mayPass: false };
  }
}
