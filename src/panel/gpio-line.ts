import { readdirSync, readFileSync } from "node:fs";
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

/** Opens one line of the header. What cannot be opened is named with its remedy. */
export function openLine(
  { pin, chipLabel }: LineOptions,
  direction: "in" | "out",
  edge: "none" | "both",
): Result<Gpio, string> {
  const choice = chooseGpioChip(readChips(), chipLabel);
  if (!choice.ok) return err(choice.detail);
  try {
    const line = new Gpio(choice.chip.base + pin, direction, edge, { reconfigureDirection: true });
    // After a crash the pin is still exported, and then a wrong configuration is not reported.
    if (line.direction() !== direction || line.edge() !== edge) {
      line.unexport();
      return err(`GPIO ${pin} keeps another direction or edge: another program uses it`);
    }
    return ok(line);
  } catch (thrown) {
    return err(remedyOf(pin, thrown));
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

function remedyOf(pin: number, thrown: unknown): string {
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  switch (code) {
    case "EACCES":
      return `GPIO ${pin}: not permitted, the user must be in the group gpio`;
    case "EBUSY":
      return `GPIO ${pin} is taken by an overlay or another program`;
    default:
      return `GPIO ${pin}: ${messageOf(thrown)}`;
  }
}
