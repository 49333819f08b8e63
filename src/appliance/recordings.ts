import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { captureRateHz } from "../audio/pcm.js";
import { writeWavFile } from "../audio/wav.js";
import { messageOf } from "../runtime/assert.js";
import type { Clock } from "../runtime/clock.js";
import { makeFolder } from "../runtime/make-folder.js";

/** The sound of each turn, kept for a while beside the database. */
export interface Recordings {
  /** Begins to write the sound of a turn; the name of its file goes into the record. */
  keep(turn: number, samples: Int16Array): string;
  /**
   * Removes what is too old, as far as the clock can tell, and, beyond the allowed size, the oldest: first what a stick has
   * already got. Once an hour.
   */
  prune(): Promise<void>;
}

export interface RecordingsDeps {
  readonly clock: Clock;
  readonly directory: string;
  readonly longestMs: number;
  readonly mostBytes: number;
  /** Names of the recordings whose records are on a stick. */
  readonly onSticks: () => ReadonlySet<string>;
  /** Whether the wall clock can tell an age: after a jump ahead everything would be too old. */
  readonly canTellAge: () => boolean;
  /** After each recording: why it could not be written, undefined when it was. */
  readonly onWritten: (problem: string | undefined) => void;
}

/** A folder of thousands of files takes a moment to look at. */
const pruneEveryMs = 60 * 60_000;

interface Recording {
  readonly name: string;
  readonly path: string;
  readonly wallMs: number;
  readonly bytes: number;
}

/** Folder of the recordings below the state folder. */
export const audioFolder = "audio";

/** `1763943005123-17.wav`: wall time in ms and the turn. Nothing else in the folder is touched. */
const namePattern = /^(\d{10,14})-\d+\.wav$/;

export function createRecordings(deps: RecordingsDeps): Recordings {
  const { clock, directory, longestMs, mostBytes, onSticks, canTellAge, onWritten } = deps;

  async function write(name: string, samples: Int16Array): Promise<void> {
    await makeFolder(directory);
    const written = await writeWavFile(join(directory, name), { samples, sampleRateHz: captureRateHz });
    onWritten(written.ok ? undefined : written.error.detail);
  }

  async function list(): Promise<readonly Recording[]> {
    const names = await readdir(directory).catch((): string[] => []);
    const found: Recording[] = [];
    for (const name of names) {
      const [, wallMs] = namePattern.exec(name) ?? [];
      if (wallMs === undefined) continue;
      const path = join(directory, name);
      const entry = await stat(path).catch(() => undefined);
      if (entry !== undefined) found.push({ name, path, wallMs: Number(wallMs), bytes: entry.size });
    }
    return found.sort((left, right) => left.wallMs - right.wallMs);
  }

  let prunedAtMs = Number.NEGATIVE_INFINITY;

  return {
    keep(turn, samples) {
      const name = `${Math.round(clock.wallMs())}-${turn}.wav`;
      write(name, samples).catch((thrown: unknown) => onWritten(messageOf(thrown)));
      return name;
    },
    async prune() {
      if (clock.monotonicMs() - prunedAtMs < pruneEveryMs) return;
      prunedAtMs = clock.monotonicMs();
      const all = await list();
      const oldestMs = canTellAge() ? clock.wallMs() - longestMs : Number.NEGATIVE_INFINITY;
      const exported = onSticks();
      let excess = all.reduce((sum, { bytes }) => sum + bytes, 0) - mostBytes;
      const isExported = ({ name }: Recording): boolean => exported.has(name);
      const inOrder = [...all.filter(isExported), ...all.filter((one) => !isExported(one))];
      for (const recording of inOrder) {
        if (recording.wallMs >= oldestMs && excess <= 0) continue;
        await rm(recording.path, { force: true });
        excess -= recording.bytes;
      }
    },
  };
}
