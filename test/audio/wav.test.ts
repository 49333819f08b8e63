import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readWavFile, samplesToBytes, wavBytes, wavToPcm, writeWavFile } from "../../src/audio/wav.js";
import { decodeWav } from "../../src/audio/wav-decode.js";
import { createSystemClock } from "../../src/runtime/clock.js";
import { runProgram } from "../../src/runtime/run-program.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "voicegauge-wav-"));
});
afterAll(() => rm(folder, { recursive: true }));

interface Form {
  readonly code: number;
  readonly channels: number;
  readonly rate: number;
  readonly bits: number;
  readonly extensible?: boolean;
}

/** A WAV file from its parts; `sizes` overrides what the header claims. */
function wav(
  form: Form,
  data: Buffer,
  sizes: { riff?: number; data?: number } = {},
  before: Buffer = Buffer.alloc(0),
): Buffer {
  const { code, channels, rate, bits, extensible = false } = form;
  const format = Buffer.alloc(extensible ? 40 : 16);
  format.writeUInt16LE(extensible ? 0xfffe : code, 0);
  format.writeUInt16LE(channels, 2);
  format.writeUInt32LE(rate, 4);
  format.writeUInt32LE((rate * channels * bits) / 8, 8);
  format.writeUInt16LE((channels * bits) / 8, 12);
  format.writeUInt16LE(bits, 14);
  if (extensible) format.writeUInt16LE(code, 24);
  const chunk = (name: string, size: number, body: Buffer): Buffer => {
    const head = Buffer.alloc(8);
    head.write(name, 0, "latin1");
    head.writeUInt32LE(size, 4);
    return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
  };
  const body = Buffer.concat([
    Buffer.from("WAVE", "latin1"),
    before,
    chunk("fmt ", format.length, format),
    chunk("data", sizes.data ?? data.length, data),
  ]);
  const riff = Buffer.alloc(8);
  riff.write("RIFF", 0, "latin1");
  riff.writeUInt32LE(sizes.riff ?? body.length, 4);
  return Buffer.concat([riff, body]);
}

const mono16: Form = { code: 1, channels: 1, rate: 16_000, bits: 16 };
const samplesOf = (bytes: Uint8Array): number[] => {
  const outcome = wavToPcm(bytes, "test.wav");
  if (!outcome.ok) throw new Error(outcome.error.detail);
  return [...outcome.value.samples];
};
const errorOf = (bytes: Uint8Array): string => {
  const outcome = wavToPcm(bytes, "test.wav");
  return outcome.ok ? "ok" : outcome.error.kind;
};

describe("reading WAV", () => {
  it("reads each width of sample as the same sound", () => {
    const values = [0, 0.5, -0.5, 0.25, -1];
    const encode = (bytes: number, write: (buffer: Buffer, value: number, at: number) => void): Buffer => {
      const buffer = Buffer.alloc(values.length * bytes);
      for (const [index, value] of values.entries()) write(buffer, value, index * bytes);
      return buffer;
    };
    const forms: readonly [Form, Buffer][] = [
      [{ ...mono16, bits: 8 }, encode(1, (b, v, at) => b.writeUInt8(128 + v * 128, at))],
      [mono16, encode(2, (b, v, at) => b.writeInt16LE(v * 32_768, at))],
      [{ ...mono16, bits: 24 }, encode(3, (b, v, at) => b.writeIntLE(v * 8_388_608, at, 3))],
      [{ ...mono16, bits: 32 }, encode(4, (b, v, at) => b.writeInt32LE(v * 2_147_483_648, at))],
      [{ ...mono16, code: 3, bits: 32 }, encode(4, (b, v, at) => b.writeFloatLE(v, at))],
      [{ ...mono16, code: 3, bits: 64 }, encode(8, (b, v, at) => b.writeDoubleLE(v, at))],
    ];
    for (const [form, data] of forms) {
      for (const extensible of [false, true]) {
        expect(samplesOf(wav({ ...form, extensible }, data)), JSON.stringify(form)).toEqual([
          0, 16_384, -16_384, 8_192, -32_768,
        ]);
      }
    }
  });

  it("mixes channels, skips other chunks and clamps floats", () => {
    const stereo = samplesToBytes(Int16Array.from([100, 300, -50, -150]));
    const odd = Buffer.concat([Buffer.from("LIST\x03\0\0\0abc\0", "latin1")]);
    expect(samplesOf(wav({ ...mono16, channels: 2 }, stereo, {}, odd))).toEqual([200, -100]);
    const loud = Buffer.alloc(12);
    for (const [index, value] of [2, -2, Number.NaN].entries()) loud.writeFloatLE(value, index * 4);
    expect(samplesOf(wav({ ...mono16, code: 3, bits: 32 }, loud))).toEqual([32_767, -32_768, 0]);
  });

  it("takes what is there of a file that was cut off or whose size nobody knew", () => {
    const data = samplesToBytes(Int16Array.from([1, 2, 3, 4]));
    const whole = wav(mono16, data);
    expect(samplesOf(whole.subarray(0, whole.length - 3))).toEqual([1, 2]);
    for (const size of [0, 0xffff_ffff, 0x7fff_f000]) {
      expect(samplesOf(wav(mono16, data, { riff: size, data: size }))).toEqual([1, 2, 3, 4]);
    }
    expect(errorOf(wav(mono16, Buffer.alloc(0)))).toBe("empty");
  });

  it("reads what espeak-ng writes to a pipe", async () => {
    const spoken = await runProgram(createSystemClock(), "espeak-ng", ["--stdout", "-v", "en", "one"], {
      timeoutMs: 20_000,
    });
    if (!spoken.ok) throw new Error(spoken.error.kind);
    const samples = samplesOf(spoken.value.stdout);
    expect(samples.length).toBeGreaterThan(16_000 * 0.2);
    expect(Math.max(...samples)).toBeGreaterThan(2_000);
  });

  it("says what is wrong", async () => {
    const data = samplesToBytes(Int16Array.from([1, 2]));
    expect(errorOf(Buffer.alloc(0))).toBe("empty");
    expect(errorOf(Buffer.from("length 120.5 mm, this is a text file named .wav"))).toBe("not_wav");
    expect(errorOf(Buffer.from("RIFF"))).toBe("not_wav");
    expect(errorOf(wav({ ...mono16, channels: 0 }, data))).toBe("not_wav");
    expect(errorOf(wav({ ...mono16, code: 7, bits: 8 }, data))).toBe("unsupported");
    expect(errorOf(wav({ ...mono16, rate: 100 }, data))).toBe("unsupported");
    expect(errorOf(wav(mono16, data).subarray(0, 20))).toBe("not_wav");
    expect(errorOf(wav(mono16, data).subarray(0, 36))).toBe("empty");
    const read = async (name: string): Promise<unknown> => {
      const outcome = await readWavFile(join(folder, name), 100);
      return outcome.ok ? "ok" : `${outcome.error.kind}: ${outcome.error.detail.replace(folder, "")}`;
    };
    await writeFile(join(folder, "long.wav"), Buffer.alloc(101));
    await writeFile(join(folder, "text.wav"), "text");
    expect(await read("none.wav")).toBe("missing: /none.wav does not exist");
    expect(await read("text.wav/none.wav")).toBe("missing: /text.wav/none.wav does not exist");
    expect(await read("")).toMatch(/^unreadable: .* is not a file$/u);
    expect(await read("long.wav")).toMatch(/^too_large: \/long.wav is larger/u);
    expect(await read("text.wav")).toBe("not_wav: /text.wav is not a WAV file");
  });

  it("refuses what a Pi could not hold, though the file is small, and reads ten minutes", () => {
    const eightBit = (seconds: number): Buffer =>
      wav({ ...mono16, bits: 8, rate: 8_000 }, Buffer.alloc(seconds * 8_000, 128));
    const outcome = wavToPcm(eightBit(1_801), "shift.wav");
    expect(outcome).toEqual({
      ok: false,
      error: {
        kind: "too_large",
        path: "shift.wav",
        detail: "shift.wav lasts 30 minutes at 8000 Hz: cut it into files of at most ten minutes",
      },
    });
    const read = wavToPcm(eightBit(600), "talk.wav");
    expect(read.ok && read.value.samples.length).toBe(600 * 16_000);
  });

  it("says that a file may not be read", async (context) => {
    context.skip(process.getuid?.() === 0, "root may read every file; run the tests as another user");
    const path = join(folder, "secret.wav");
    await writeFile(path, "x");
    await chmod(path, 0);
    expect(await readWavFile(path)).toMatchObject({ error: { kind: "unreadable" } });
  });

  it("never throws, whatever the bytes", () => {
    const whole = wav({ ...mono16, channels: 2, bits: 24 }, Buffer.alloc(60));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 6 }),
        fc.nat(whole.length),
        (hits, end) => {
          const bytes = Uint8Array.from(whole.subarray(0, end));
          for (const [at, value] of hits) if (at < bytes.length) bytes[at] = value;
          expect(typeof decodeWav(bytes).ok).toBe("boolean");
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe("writing WAV", () => {
  it("gives back the same samples, and bytes that another program reads", async () => {
    const samples = Int16Array.from({ length: 1_600 }, (_, index) => ((index * 7_919) % 65_536) - 32_768);
    const path = join(folder, "out.wav");
    expect(await writeWavFile(path, { samples, sampleRateHz: 16_000 })).toMatchObject({ ok: true });
    expect(samplesOf(await readFile(path))).toEqual([...samples]);
    const info = await runProgram(createSystemClock(), "file", ["-b", path], { timeoutMs: 10_000 });
    if (info.ok)
      expect(info.value.stdout.toString()).toMatch(/WAVE audio, Microsoft PCM, 16 bit, mono 16000 Hz/u);
    expect(
      await writeWavFile(join(folder, "no", "out.wav"), { samples, sampleRateHz: 16_000 }),
    ).toMatchObject({
      error: { kind: "missing" },
    });
  });

  it("reads its own bytes at any rate with the length in time kept", () => {
    for (const rate of [8_000, 11_025, 22_050, 44_100, 48_000]) {
      const count = samplesOf(wavBytes({ samples: new Int16Array(rate), sampleRateHz: rate })).length;
      expect(count).toBe(16_000);
    }
  });
});
