import { type Child, type ChildExit, startChild } from "../runtime/child.js";
import type { Clock } from "../runtime/clock.js";
import { err, ok, type Result } from "../runtime/result.js";
import { alsaMissing, diagnoseAlsa } from "./alsa-diagnosis.js";
import { type DeviceName, nameOf } from "./device-name.js";
import type { Speaker, SpeakerError } from "./speaker.js";
import { samplesToBytes } from "./wav.js";

export interface AlsaSpeakerOptions {
  /** ALSA name, as `plughw:CARD=<id>,DEV=0`. */
  readonly device: DeviceName;
  /** Default aplay, found on PATH. */
  readonly program?: string;
  /** ALSA's ring buffer, in milliseconds: what is lost at most when a sound is stopped. Default 100. */
  readonly bufferMs?: number;
}

/** A stopped sound must be gone before the listening tone. */
const stopGraceMs = 60;

/**
 * A real speaker: one aplay a sound, raw samples on its standard input; its exit means that the last sample has left the
 * device. `onFirstSample` is called when the pipe to it took the first tenth of a second: aplay opens the device a few
 * milliseconds earlier or later, it does not say when.
 */
export function createAlsaSpeaker(clock: Clock, options: AlsaSpeakerOptions): Speaker {
  const { program = "aplay", bufferMs = 100 } = options;
  const playing = new Set<Child>();
  let closed = false;

  return {
    async play(
      { samples, sampleRateHz },
      signal,
      onFirstSample,
    ): Promise<Result<"played" | "stopped", SpeakerError>> {
      const device = await nameOf(options.device);
      if (closed || signal.aborted) return ok("stopped");
      const args = ["-q", "-D", device, "-t", "raw", "-f", "S16_LE", "-c", "1", "-r", String(sampleRateHz)];
      args.push(`--buffer-time=${bufferMs * 1000}`);
      const child = startChild(clock, { program, args, env: { LC_ALL: "C" }, input: true }, {});
      playing.add(child);
      const onAbort = (): void => void child.stop(stopGraceMs);
      signal.addEventListener("abort", onAbort, { once: true });
      const bytes = samplesToBytes(samples);
      const firstBytes = 2 * Math.round(sampleRateHz / 10);
      child.write(bytes.subarray(0, firstBytes), onFirstSample);
      child.write(bytes.subarray(firstBytes));
      child.endInput();
      const exit = await child.ended;
      signal.removeEventListener("abort", onAbort);
      playing.delete(child);
      return isAborted(signal) || isClosed() ? ok("stopped") : outcomeOf(program, device, exit);
    },
    async close() {
      closed = true;
      await Promise.all([...playing].map((child) => child.stop(stopGraceMs)));
    },
  };

  // Asked again after a wait, which the compiler cannot know.
  function isClosed(): boolean {
    return closed;
  }
}

function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function outcomeOf(program: string, device: string, exit: ChildExit): Result<"played", SpeakerError> {
  switch (exit.kind) {
    case "not_started":
      return err(
        exit.missing ? faultOf(alsaMissing(program)) : { kind: "playback_failed", detail: exit.detail },
      );
    case "unkillable":
      return err({ kind: "playback_failed", detail: `${program} cannot be killed` });
    case "exited": {
      const { code, signal, lastLines } = exit;
      if (code === 0) return ok("played");
      return err(faultOf(diagnoseAlsa(program, device, lastLines, `ended (${signal ?? code ?? "unknown"})`)));
    }
  }
}

function faultOf(fault: ReturnType<typeof alsaMissing>): SpeakerError {
  return fault.kind === "failed" ? { kind: "playback_failed", detail: fault.detail } : fault;
}
