import { closeSync, openSync, writeSync } from "node:fs";
import { messageOf } from "../runtime/assert.js";
import { type Clock, sleep } from "../runtime/clock.js";
import { err, ok, type Result } from "../runtime/result.js";
import { resamplePcm } from "./resample.js";
import type { Speaker, SpeakerError } from "./speaker.js";
import { samplesToBytes, wavHeader } from "./wav.js";

export interface FileSpeakerOptions {
  /** The WAV file; one that is there is replaced at the first sound. */
  readonly path: string;
  /** Sample rate of the file, in Hz; sounds of other rates are converted. Default 22 050. */
  readonly sampleRateHz?: number;
  /** How long a sound takes, as a multiple of its length; 0 takes no time. Default 1. */
  readonly pace?: number;
  /** Longest silence that is kept between two sounds, in milliseconds. Default 2000. */
  readonly silenceCapMs?: number;
}

/** Sound is written and waited for in pieces, so that a sound that was stopped ends in the file where it was stopped. */
const pieceMs = 50;
const headerBytes = 44;
/** The sizes in a WAV header have 32 bit. */
const largestDataBytes = 0xffff_ffff - headerBytes;

/**
 * A speaker that plays into one WAV file, which is whole and valid at any moment. It takes as long as the sound is, so
 * that half duplex is as real as with a loudspeaker.
 */
export function createFileSpeaker(clock: Clock, options: FileSpeakerOptions): Speaker {
  const { path, sampleRateHz = 22_050, pace = 1, silenceCapMs = 2_000 } = options;
  const closing = new AbortController();
  let descriptor: number | undefined;
  let written = 0;
  let lastEndMs: number | undefined;

  /** Small writes to the page cache; synchronous, so that a piece and its header are never apart for a reader. */
  function append(samples: Int16Array): void {
    descriptor ??= openSync(path, "w");
    if ((written + samples.length) * 2 > largestDataBytes)
      throw new Error(`${path} is full: a WAV file ends at 4 GiB`);
    writeFully(descriptor, samplesToBytes(samples), headerBytes + written * 2);
    written += samples.length;
    writeFully(descriptor, wavHeader(written, sampleRateHz), 0);
  }

  function appendPause(): void {
    const pauseMs = lastEndMs === undefined ? 0 : Math.min(clock.monotonicMs() - lastEndMs, silenceCapMs);
    append(new Int16Array(Math.round((pauseMs * sampleRateHz) / 1000)));
  }

  async function playPieces(
    samples: Int16Array,
    signal: AbortSignal,
    onFirstSample: () => void,
  ): Promise<"played" | "stopped"> {
    const pieceLength = Math.round((pieceMs * sampleRateHz) / 1000);
    const fromMs = clock.monotonicMs();
    for (let at = 0; at < samples.length; at += pieceLength) {
      if (signal.aborted) return "stopped";
      const piece = samples.subarray(at, at + pieceLength);
      append(piece);
      if (at === 0) onFirstSample();
      // Against the beginning, not the piece before: rounding must not add up.
      const dueMs = fromMs + (((at + piece.length) * 1000) / sampleRateHz) * pace;
      const waitMs = dueMs - clock.monotonicMs();
      if (waitMs > 0 && (await sleep(clock, "file speaker", waitMs, signal)) === "aborted") return "stopped";
    }
    return "played";
  }

  return {
    async play(
      pcm,
      outer,
      onFirstSample = () => undefined,
    ): Promise<Result<"played" | "stopped", SpeakerError>> {
      if (closing.signal.aborted) return ok("stopped");
      const signal = AbortSignal.any([outer, closing.signal]);
      try {
        appendPause();
        return ok(await playPieces(resamplePcm(pcm, sampleRateHz).samples, signal, onFirstSample));
      } catch (thrown) {
        return err({ kind: "playback_failed", detail: `cannot write ${path}: ${messageOf(thrown)}` });
      } finally {
        lastEndMs = clock.monotonicMs();
      }
    },
    close() {
      closing.abort();
      if (descriptor !== undefined) closeSync(descriptor);
      descriptor = undefined;
      return Promise.resolve();
    },
  };
}

function writeFully(descriptor: number, bytes: Buffer, position: number): void {
  for (let at = 0; at < bytes.length; )
    at += writeSync(descriptor, bytes, at, bytes.length - at, position + at);
}
