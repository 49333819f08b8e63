import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../runtime/clock.js";

/** What the board says of its own power and heat. A machine without such sensors has neither trouble. */
export interface BoardHealth {
  /**
   * The supply has been below 4.63 V in the last ten minutes: reading resets the firmware's alarm, and a supply that is
   * weak now and then is one fault, not one each time.
   */
  readonly undervoltage: boolean;
  /** Too hot: from 80 °C on, where the firmware of a Pi begins to slow it down, until it is below 75 °C again. */
  readonly overheating: boolean;
}

const hotC = 80;
const coolC = 75;
const weakForMs = 10 * 60_000;

/**
 * Reads the alarm of the kernel's raspberrypi-hwmon driver (`rpi_volt`, `in0_lcrit_alarm`; Documentation/hwmon/
 * raspberrypi.rst) and the processor's temperature (`thermal_zone0/temp`, thousandths of a degree). The limits are those
 * of the firmware (raspberrypi.com/documentation, “Frequency management and thermal control”).
 */
export function createBoardHealth(clock: Clock, root = "/sys"): () => Promise<BoardHealth> {
  let wasHot = false;
  let lastAlarmMs = Number.NEGATIVE_INFINITY;
  return async () => {
    const alarm = await voltageAlarm(join(root, "class", "hwmon"));
    if (alarm === "1") lastAlarmMs = clock.monotonicMs();
    const temperature = Number(await textOf(join(root, "class", "thermal", "thermal_zone0", "temp"))) / 1_000;
    wasHot = Number.isFinite(temperature) && temperature >= (wasHot ? coolC : hotC);
    return { undervoltage: clock.monotonicMs() - lastAlarmMs < weakForMs, overheating: wasHot };
  };
}

async function voltageAlarm(folder: string): Promise<string | undefined> {
  for (const name of await readdir(folder).catch((): string[] => [])) {
    if ((await textOf(join(folder, name, "name"))) === "rpi_volt")
      return textOf(join(folder, name, "in0_lcrit_alarm"));
  }
  return undefined;
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").then(
    (text) => text.trim(),
    () => undefined,
  );
}
