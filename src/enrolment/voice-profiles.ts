import { createHash } from "node:crypto";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { captureRateHz } from "../audio/pcm.js";
import { readWavFile, writeWavFile } from "../audio/wav.js";
import { messageOf } from "../runtime/assert.js";
import { writeDurably } from "../runtime/durable-file.js";
import { makeFolder } from "../runtime/make-folder.js";
import { err, ok, type Result } from "../runtime/result.js";
import type { Lesson, Reading } from "./lesson.js";

/** Folder of the voices below the state folder. */
export const voicesFolder = "voices";

const scoreSchema = v.strictObject({
  sentences: v.number(),
  right: v.number(),
  tokens: v.number(),
  errors: v.number(),
});

const profileSchema = v.strictObject({
  version: v.literal(1),
  /** The model that was taught, and the SHA-256 of its encoder: for another one the voice must be learnt again. */
  model: v.string(),
  base: v.string(),
  encoder: v.string(),
  sha256: v.string(),
  learntAt: v.string(),
  before: scoreSchema,
  after: scoreSchema,
});

/** What is known of a learnt voice. */
export type VoiceProfile = v.InferOutput<typeof profileSchema>;

/** The learnt voices of a device, one folder a person. */
export interface VoiceProfiles {
  /** Names of the people with a voice, in the order of their names. */
  names(): Promise<readonly string[]>;
  profile(name: string): Promise<VoiceProfile | undefined>;
  /** Path of the person's encoder if it was made from this base and is whole; undefined otherwise. */
  encoderOf(name: string, baseSha256: string): Promise<string | undefined>;
  /** Keeps what was read, so that the voice can be learnt again for another model. */
  keepReadings(name: string, readings: readonly (Reading | undefined)[]): Promise<Result<void, string>>;
  /** What was read of the texts, a place for each of them; undefined when nothing was. */
  readingsOf(name: string, texts: readonly string[]): Promise<readonly (Reading | undefined)[] | undefined>;
  save(
    name: string,
    lesson: Lesson,
    base: { readonly model: string; readonly sha256: string; readonly learntAt: Date },
  ): Promise<Result<void, string>>;
  /** Removes everything that is known of the person's voice; false when there is nothing. */
  remove(name: string): Promise<boolean>;
}

/** Builds the store of voices in `directory`. */
export function createVoiceProfiles(directory: string): VoiceProfiles {
  const folderOf = (name: string): string => join(directory, folderName(name));
  const readingPath = (name: string, index: number): string =>
    join(folderOf(name), `reading-${String(index + 1).padStart(2, "0")}.wav`);

  async function profile(name: string): Promise<VoiceProfile | undefined> {
    try {
      const text = await readFile(join(folderOf(name), "voice.json"), "utf8");
      return v.parse(profileSchema, JSON.parse(text));
    } catch {
      return undefined;
    }
  }

  return {
    profile,
    async names() {
      const folders = await readdir(directory, { withFileTypes: true }).catch(() => []);
      return folders
        .filter((entry) => entry.isDirectory())
        .map((entry) => decodeURIComponent(entry.name))
        .sort();
    },
    async encoderOf(name, baseSha256) {
      const known = await profile(name);
      if (known === undefined || known.base !== baseSha256) return undefined;
      const path = join(folderOf(name), known.encoder);
      const bytes = await readFile(path).catch(() => undefined);
      return bytes !== undefined && sha256Of(bytes) === known.sha256 ? path : undefined;
    },
    async keepReadings(name, readings) {
      return attempt(async () => {
        await makeFolder(folderOf(name));
        for (const [index, reading] of readings.entries()) {
          await rm(readingPath(name, index), { force: true });
          if (reading === undefined) continue;
          const sound = { samples: reading.samples, sampleRateHz: captureRateHz };
          const written = await writeWavFile(readingPath(name, index), sound);
          if (!written.ok) return err(written.error.detail);
        }
        return ok(undefined);
      });
    },
    async readingsOf(name, texts) {
      const readings: (Reading | undefined)[] = [];
      for (const [index, text] of texts.entries()) {
        const read = await readWavFile(readingPath(name, index));
        readings.push(read.ok ? { samples: read.value.samples, text } : undefined);
      }
      return readings.some((reading) => reading !== undefined) ? readings : undefined;
    },
    async save(name, { encoder, before, after }, { model, sha256: base, learntAt }) {
      return attempt(async () => {
        const folder = folderOf(name);
        await makeFolder(folder);
        const sha256 = sha256Of(encoder);
        const file = `encoder-${sha256.slice(0, 12)}.onnx`;
        const written = await writeDurably(join(folder, file), encoder);
        if (!written.ok) return err(written.error.detail);
        const known: VoiceProfile = {
          version: 1,
          model,
          base,
          encoder: file,
          sha256,
          learntAt: learntAt.toISOString(),
          before,
          after,
        };
        // From here on the new voice is the one in use; the old encoder is then only rubbish.
        const named = await writeDurably(join(folder, "voice.json"), `${JSON.stringify(known, null, 2)}\n`);
        if (!named.ok) return err(named.error.detail);
        for (const other of await readdir(folder))
          if (other.endsWith(".onnx") && other !== file) await rm(join(folder, other));
        return ok(undefined);
      });
    },
    async remove(name) {
      const isKnown = (await this.names()).includes(name);
      await rm(folderOf(name), { recursive: true, force: true });
      return isKnown;
    },
  };
}

/** A name as one plain part of a path, whatever it is made of. */
function folderName(name: string): string {
  return encodeURIComponent(name).replaceAll(".", "%2E").slice(0, 200);
}

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function attempt(work: () => Promise<Result<void, string>>): Promise<Result<void, string>> {
  try {
    return await work();
  } catch (thrown) {
    return err(messageOf(thrown));
  }
}
