import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createVirtualClock } from "../../src/runtime/virtual-clock.js";
import { createBoardHealth } from "../../src/service/board-health.js";
import { temporaryFolder } from "../doubles/temporary-store.js";

/** The files of a Pi's sensors, as its kernel shows them. */
function board() {
  const root = temporaryFolder();
  const set = (path: string, text: string): void => {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), `${text}\n`);
  };
  set("class/hwmon/hwmon0/name", "cpu_thermal");
  set("class/hwmon/hwmon1/name", "rpi_volt");
  set("class/hwmon/hwmon1/in0_lcrit_alarm", "0");
  set("class/thermal/thermal_zone0/temp", "48312");
  const clock = createVirtualClock();
  return { look: createBoardHealth(clock, root), set, clock };
}

test("a board that is well is well", async () => {
  expect(await board().look()).toEqual({ undervoltage: false, overheating: false });
});

test("a weak supply is seen by the alarm of the voltage sensor alone", async () => {
  const { look, set } = board();
  set("class/hwmon/hwmon0/in0_lcrit_alarm", "1");
  expect(await look()).toMatchObject({ undervoltage: false });
  set("class/hwmon/hwmon1/in0_lcrit_alarm", "1");
  expect(await look()).toMatchObject({ undervoltage: true });
});

test("a supply that was weak stays a fault for ten minutes after the last time", async () => {
  const { look, set, clock } = board();
  const alarm = "class/hwmon/hwmon1/in0_lcrit_alarm";
  for (const [value, minutes, isWeak] of [
    ["1", 0, true],
    ["0", 9, true],
    ["1", 0, true],
    ["0", 9, true],
    ["0", 2, false],
  ] as const) {
    set(alarm, value);
    clock.advance(minutes * 60_000);
    expect(await look()).toMatchObject({ undervoltage: isWeak });
  }
});

test("heat counts from 80 degrees, and until it is below 75 again", async () => {
  const { look, set } = board();
  for (const [milli, isHot] of [
    ["79999", false],
    ["80000", true],
    ["76000", true],
    ["74999", false],
    ["79000", false],
  ] as const) {
    set("class/thermal/thermal_zone0/temp", milli);
    expect(await look(), milli).toMatchObject({ overheating: isHot });
  }
});

test("a machine without sensors has no such trouble", async () => {
  expect(await createBoardHealth(createVirtualClock(), temporaryFolder())()).toEqual({
    undervoltage: false,
    overheating: false,
  });
});
