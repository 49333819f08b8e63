import { open } from "node:fs/promises";
import { type FileError, writeDurably } from "../runtime/durable-file.js";
import { err, ok, type Result } from "../runtime/result.js";
import { captureRateHz, type Pcm } from "./pcm.js";
import { resample, toInt16 } from "./resample.js";
import { decodeWav } from "./wav-decode.js";

export type WavError =
  | { readonly kind: "missing"; readonly path: string; readonly detail: string }
  | { readonly kind: "unreadable"; readonly path: string; readonly detail: string }
  | { readonly kind: "not_wav"; readonly path: string; readonly detail: string }
  | { readonly kind: "unsupported"; readonly path: string; readonly detail: string }
  | { readonly kind: "empty"; readonly path: string; readonly detail: string }
  | { readonly kind: "too_large"; readonly path: string; readonly detail: string };

/** Ten minutes of 48 kHz stereo at 16 bit, in bytes: more than any utterance. The decoder bounds what it unpacks to. */
const defaultByteLimit = 120 * 1024 * 1024;

/**
 * Reads a WAV file of any usual form as 16 kHz mono 16-bit sound. `detail` is one line that says what is wrong with the
 * file and, where something can be done, what.
 */
export async function readWavFile(
  path: string,
  byteLimit = defaultByteLimit,
): Promise<Result<Pcm, WavError>> {
  const bytes = await readBytes(path, byteLimit);
  if (!bytes.ok) return bytes;
  return wavToPcm(bytes.value, path);
}

/** The same for bytes in memory; `path` names them in errors. */
export function wavToPcm(bytes: Uint8Array, path: string): Result<Pcm, WavError> {
  const sound = decodeWav(bytes);
  if (!sound.ok) return err({ ...sound.error, path, detail: `${path} ${sound.error.detail}` });
  const samples = toInt16(resample(sound.value.samples, sound.value.sampleRateHz, captureRateHz));
  // Less than one sample at 16 kHz.
  if (samples.length === 0) return err({ kind: "empty", path, detail: `${path} holds no sound` });
  return ok({ samples, sampleRateHz: captureRateHz });
}

/** Writes 16-bit mono sound, whole or not at all. */
export async function writeWavFile(path: string, pcm: Pcm): Promise<Result<void, FileError>> {
  return writeDurably(path, wavBytes(pcm));
}

/** A whole WAV file, 16-bit mono. */
export function wavBytes({ samples, sampleRateHz }: Pcm): Buffer {
  return Buffer.concat([wavHeader(samples.length, sampleRateHz), samplesToBytes(samples)]);
}

/** The 44 bytes before the samples of a 16-bit mono file. */
export function wavHeader(sampleCount: number, sampleRateHz: number): Buffer {
  const dataBytes = sampleCount * 2;
  const header = Buffer.alloc(44);
  header.write("RIFF", 0, "latin1");
  header.writeUInt32LE(36 + dataBytes, 4);
  header.write("WAVEfmt ", 8, "latin1");
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sampleRateHz, 24);
  header.writeUInt32LE(sampleRateHz * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36, "latin1");
  header.writeUInt32LE(dataBytes, 40);
  return header;
}

/** S16LE, whatever the byte order of this machine. */
export function samplesToBytes(samples: Int16Array): Buffer {
  const bytes = Buffer.alloc(samples.length * 2);
  for (let index = 0; index < samples.length; index += 1) bytes.writeInt16LE(samples[index] ?? 0, index * 2);
  return bytes;
}

async function readBytes(path: string, byteLimit: number): Promise<Result<Buffer, WavError>> {
  const unreadable = (detail: string): Result<never, WavError> => err({ kind: "unreadable", path, detail });
  try {
    const file = await open(path, "r");
    try {
      const status = await file.stat();
      if (!status.isFile()) return unreadable(`${path} is not a file`);
      if (status.size > byteLimit) {
        const megabytes = Math.floor(byteLimit / 1024 / 1024);
        return err({
          kind: "too_large",
          path,
          detail: `${path} is larger than ${megabytes} MiB: cut it into shorter files`,
        });
      }
      return ok(await file.readFile());
    } finally {
      await file.close();
    }
  } catch (thrown) {
    const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR")
      return err({ kind: "missing", path, detail: `${path} does not exist` });
    if (code === "EACCES") return unreadable(`${path} may not be read: check its permissions`);
    return unreadable(`${path} cannot be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
}
