import { err, ok, type Result } from "../runtime/result.js";

/** Mono sound as floats of full scale ±1, at the rate of the file. */
export interface DecodedWav {
  readonly samples: Float32Array;
  readonly sampleRateHz: number;
}

/** `detail` continues a sentence that begins with the name of the file. */
export interface WavDecodeError {
  readonly kind: "not_wav" | "unsupported" | "empty" | "too_large";
  readonly detail: string;
}

interface Format {
  readonly encoding: "integer" | "float";
  readonly channels: number;
  readonly sampleRateHz: number;
  readonly bits: number;
}

const remedy = "convert it with: ffmpeg -i FILE -ac 1 -ar 16000 -c:a pcm_s16le NEW.wav";
const rates = { lowestHz: 4_000, highestHz: 384_000 };
/**
 * Two limits of what is unpacked, whatever the width of a sample in the file: 10 minutes at 48 kHz, and half an hour at
 * any rate. Either is 115 MB of floats; a Pi has 512 MB in all.
 */
const longest = { frames: 28_800_000, seconds: 1_800 };

/**
 * Decodes RIFF WAVE: integer PCM of 8, 16, 24 and 32 bit, floats of 32 and 64 bit, WAVE_FORMAT_EXTENSIBLE, any number of
 * channels (their mean is taken). A file that was cut off, or written as a stream with a size that nobody knew (0,
 * 0xFFFFFFFF, espeak-ng's 0x7FFFF000), gives what is there. Layout: Microsoft, "Multimedia Programming Interface and
 * Data Specifications 1.0" and "WAVEFORMATEXTENSIBLE".
 */
export function decodeWav(bytes: Uint8Array): Result<DecodedWav, WavDecodeError> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length === 0) return err({ kind: "empty", detail: "is empty" });
  if (bytes.length < 12 || tag(view, 8) !== "WAVE") return notWav();
  const magic = tag(view, 0);
  if (magic === "RF64" || magic === "RIFX") return unsupported(`is of the rare form ${magic}`);
  if (magic !== "RIFF") return notWav();
  const streamed = isUnknownSize(view.getUint32(4, true));

  let format: Format | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = tag(view, at);
    const size = view.getUint32(at + 4, true);
    const body = at + 8;
    const rest = bytes.length - body;
    if (name === "fmt ") {
      const read = readFormat(view, body, Math.min(size, rest));
      if (!read.ok) return read;
      format = read.value;
    }
    if (name === "data") {
      if (format === undefined)
        return err({ kind: "not_wav", detail: "is a damaged WAV file: no format before the sound" });
      const length = size > rest || (size === 0 && streamed) ? rest : size;
      return decodeData(view, body, length, format);
    }
    at = body + size + (size % 2);
  }
  return err({ kind: "empty", detail: "holds no sound" });
}

function notWav(): Result<never, WavDecodeError> {
  return err({ kind: "not_wav", detail: "is not a WAV file" });
}

function unsupported(what: string): Result<never, WavDecodeError> {
  return err({ kind: "unsupported", detail: `${what}: ${remedy}` });
}

function isUnknownSize(size: number): boolean {
  return size === 0 || size >= 0x7fff_0000;
}

function readFormat(view: DataView, at: number, size: number): Result<Format, WavDecodeError> {
  if (size < 16) return err({ kind: "not_wav", detail: "is a damaged WAV file: its format is cut off" });
  const code = view.getUint16(at, true);
  // In an extensible format the first two bytes of the sub-format's GUID are the code.
  const extensible = code === 0xfffe;
  if (extensible && size < 26)
    return err({ kind: "not_wav", detail: "is a damaged WAV file: its format is cut off" });
  const effective = extensible ? view.getUint16(at + 24, true) : code;
  const channels = view.getUint16(at + 2, true);
  const sampleRateHz = view.getUint32(at + 4, true);
  const bits = view.getUint16(at + 14, true);
  if (channels === 0) return err({ kind: "not_wav", detail: "is a damaged WAV file: it has no channels" });
  if (sampleRateHz < rates.lowestHz || sampleRateHz > rates.highestHz)
    return unsupported(`is sampled at ${sampleRateHz} Hz`);
  if (effective === 1 && [8, 16, 24, 32].includes(bits))
    return ok({ encoding: "integer", channels, sampleRateHz, bits });
  if (effective === 3 && [32, 64].includes(bits))
    return ok({ encoding: "float", channels, sampleRateHz, bits });
  return unsupported(`is coded as format ${effective} with ${bits} bit`);
}

function decodeData(
  view: DataView,
  at: number,
  length: number,
  format: Format,
): Result<DecodedWav, WavDecodeError> {
  const { channels, sampleRateHz, bits } = format;
  const width = bits / 8;
  const frames = Math.floor(length / (width * channels));
  if (frames === 0) return err({ kind: "empty", detail: "holds no sound" });
  if (frames > longest.frames || frames > longest.seconds * sampleRateHz) {
    const minutes = Math.floor(frames / sampleRateHz / 60);
    const detail = `lasts ${minutes} minutes at ${sampleRateHz} Hz: cut it into files of at most ten minutes`;
    return err({ kind: "too_large", detail });
  }
  const read = readerOf(view, format);
  const samples = new Float32Array(frames);
  for (let frame = 0; frame < frames; frame += 1) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel += 1)
      sum += read(at + (frame * channels + channel) * width);
    samples[frame] = sum / channels;
  }
  return ok({ samples, sampleRateHz });
}

/** Reads one sample at a byte offset, full scale ±1; 8 bit is unsigned, everything else signed. */
function readerOf(view: DataView, { encoding, bits }: Format): (at: number) => number {
  if (encoding === "float")
    return bits === 32 ? (at) => view.getFloat32(at, true) : (at) => view.getFloat64(at, true);
  switch (bits) {
    case 8:
      return (at) => (view.getUint8(at) - 128) / 128;
    case 16:
      return (at) => view.getInt16(at, true) / 32_768;
    case 24:
      return (at) => (view.getUint8(at) | (view.getInt16(at + 1, true) << 8)) / 8_388_608;
    default:
      return (at) => view.getInt32(at, true) / 2_147_483_648;
  }
}

function tag(view: DataView, at: number): string {
  return String.fromCharCode(
    view.getUint8(at),
    view.getUint8(at + 1),
    view.getUint8(at + 2),
    view.getUint8(at + 3),
  );
}
