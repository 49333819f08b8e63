import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { createSystemClock, sleep } from "../../src/runtime/clock.js";

export const clock = createSystemClock();
export const device = "plughw:CARD=Mic,DEV=0";

/** A folder of the test file, with a space in its name, as users have them. */
export const place = { folder: "" };

/** Makes the folder before the tests of a file and removes it after them. */
export function usePlace(): void {
  beforeAll(async () => {
    place.folder = await mkdtemp(join(tmpdir(), "voicegauge alsa "));
  });
  afterAll(() => rm(place.folder, { recursive: true }));
}

/** A program in the place of arecord or aplay; `$HERE` is a folder of its own. */
export async function program(name: string, script: string): Promise<string> {
  const here = join(place.folder, name);
  await mkdir(here);
  const path = join(here, "program");
  await writeFile(path, `#!/bin/sh\nHERE='${here}'\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

/** Waits for something that children do; fails after 15 s. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const limitMs = clock.monotonicMs() + 15_000;
  while (!condition()) {
    if (clock.monotonicMs() > limitMs) throw new Error(`never: ${what}`);
    await sleep(clock, "poll", 5);
  }
}

/** A process with this id exists. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
