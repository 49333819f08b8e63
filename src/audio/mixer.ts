import type { Clock } from "../runtime/clock.js";
import { err, ok, type Result } from "../runtime/result.js";
import { runProgram } from "../runtime/run-program.js";

/** A control of a card, as `amixer scontents` tells of it. */
export interface MixerControl {
  /** With its index, as amixer wants it: `'Speaker',0`. */
  readonly name: string;
  readonly hasPlayback: boolean;
  readonly hasCapture: boolean;
}

/** The levels that a card should have, in percent; undefined leaves that side alone. */
export interface MixerLevels {
  readonly playback?: number;
  readonly capture?: number;
}

const limitMs = 3_000;
/** A card names no more than this; the rest would be a fault of the driver. */
const mostControls = 40;

/**
 * Sets the levels of the card of an ALSA device: USB cards come muted, or at a third, and forget when they are pulled. A
 * microphone that is played back into the speaker (its “sidetone”) is shut: the device would hear itself. A device that is
 * no card of its own (`default`, a plug-in) is left alone. Gives how many controls were set.
 *
 * @param program amixer, found on PATH when left out
 */
export async function setMixer(
  clock: Clock,
  device: string,
  levels: MixerLevels,
  program = "amixer",
): Promise<Result<number, string>> {
  const card = /\bCARD=([\w-]+)/.exec(device)?.[1];
  if (card === undefined) return ok(0);
  const run = (...args: readonly string[]) =>
    runProgram(clock, program, ["-D", `hw:CARD=${card}`, ...args], {
      timeoutMs: limitMs,
      env: { LC_ALL: "C" },
    });
  const listed = await run("scontents");
  if (!listed.ok) return err("detail" in listed.error ? listed.error.detail : "stopped");
  let set = 0;
  for (const change of changesFor(controlsIn(listed.value.stdout.toString("utf8")), levels)) {
    const done = await run("-q", "sset", ...change);
    if (!done.ok) return err("detail" in done.error ? done.error.detail : "stopped");
    set += 1;
  }
  return ok(set);
}

/** Reads the list of amixer. */
export function controlsIn(scontents: string): readonly MixerControl[] {
  return scontents
    .split(/^(?=Simple mixer control )/m)
    .flatMap((block) => {
      const name = /^Simple mixer control ('.*',\d+)/.exec(block)?.[1];
      const capabilities = /^\s+Capabilities:(.*)$/m.exec(block)?.[1]?.trim().split(/\s+/) ?? [];
      if (name === undefined) return [];
      return [
        {
          name,
          hasPlayback: capabilities.some((one) => one.startsWith("pvolume")),
          hasCapture: capabilities.some((one) => one.startsWith("cvolume")),
        },
      ];
    })
    .slice(0, mostControls);
}

/** The arguments of `amixer sset`, one list a change. */
function changesFor(
  controls: readonly MixerControl[],
  { playback, capture }: MixerLevels,
): readonly (readonly string[])[] {
  return controls.flatMap(({ name, hasPlayback, hasCapture }) => {
    const isInput = hasCapture || /mic|line|capture/i.test(name);
    const changes: string[][] = [];
    if (playback !== undefined && hasPlayback)
      changes.push(isInput ? [name, "playback", "0%", "mute"] : [name, "playback", `${playback}%`, "unmute"]);
    if (capture !== undefined && hasCapture) changes.push([name, "capture", `${capture}%`, "cap"]);
    return changes;
  });
}
