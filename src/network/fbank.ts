import { captureRateHz } from "../audio/pcm.js";

/** Mel bins of one feature frame. */
export const featureBins = 80;
/** Distance of two feature frames, in samples: 10 ms. */
export const featureShift = 160;
/** What digital silence gives: the logarithm of the smallest float that is added, as in kaldi. */
export const silentFeature = Math.log(1.1920929e-7);

const frameLength = 400;
const fftLength = 512;
const lowestHz = 20;
const highestHz = 7_600;
const preEmphasis = 0.97;

/** Logarithmic mel energies, `featureBins` values a frame, one frame each 10 ms. */
export interface Features {
  readonly frames: number;
  readonly values: Float32Array;
}

/**
 * The features that sherpa-onnx computes from sound (kaldi's fbank with its own settings: 25 ms povey window,
 * pre-emphasis 0.97, mean removed, 20 to 7600 Hz, no dither, edges mirrored). Here they are needed outside of it, to
 * train on a person's own sentences and to weigh what was heard.
 *
 * @param samples 16 kHz mono
 */
export function fbank(samples: Int16Array): Features {
  const frames = Math.floor((samples.length + featureShift / 2) / featureShift);
  return { frames, values: fbankFrames(samples, 0, frames) };
}

/** How many frames lie wholly inside so many samples, so that more sound does not change them. */
export function settledFrames(samples: number): number {
  return Math.max(0, Math.floor((samples - featureShift / 2 - frameLength / 2) / featureShift) + 1);
}

/** The frames from number `first` up to `end`, which is left out; `featureBins` values a frame. */
export function fbankFrames(samples: Int16Array, first: number, end: number): Float32Array {
  const values = new Float32Array((end - first) * featureBins);
  const real = new Float64Array(fftLength);
  const imaginary = new Float64Array(fftLength);
  const power = new Float64Array(fftLength / 2);
  for (let frame = first; frame < end; frame += 1) {
    cutFrame(samples, frame, real);
    imaginary.fill(0);
    transform(real, imaginary);
    for (let bin = 0; bin < power.length; bin += 1)
      power[bin] = (real[bin] ?? 0) ** 2 + (imaginary[bin] ?? 0) ** 2;
    for (const [bin, { from, weights }] of melBanks.entries()) {
      let energy = 0;
      for (const [offset, weight] of weights.entries()) energy += weight * (power[from + offset] ?? 0);
      values[(frame - first) * featureBins + bin] = Math.log(Math.max(energy, 1.1920929e-7));
    }
  }
  return values;
}

/** One windowed frame, padded with zeros to the length of the transform. */
function cutFrame(samples: Int16Array, frame: number, into: Float64Array): void {
  const count = samples.length;
  const start = frame * featureShift + featureShift / 2 - frameLength / 2;
  let mean = 0;
  for (let index = 0; index < frameLength; index += 1) {
    let place = start + index;
    if (place < 0) place = -place - 1;
    if (place >= count) place = 2 * count - 1 - place;
    const sample = (samples[Math.min(count - 1, Math.max(0, place))] ?? 0) / 32_768;
    into[index] = sample;
    mean += sample / frameLength;
  }
  let before = (into[0] ?? 0) - mean;
  for (let index = 0; index < frameLength; index += 1) {
    const sample = (into[index] ?? 0) - mean;
    into[index] = (sample - preEmphasis * before) * (povey[index] ?? 0);
    before = sample;
  }
  into.fill(0, frameLength);
}

const povey = Float64Array.from(
  { length: frameLength },
  (_, index) => (0.5 - 0.5 * Math.cos((2 * Math.PI * index) / (frameLength - 1))) ** 0.85,
);

interface MelBank {
  readonly from: number;
  readonly weights: readonly number[];
}

const melBanks: readonly MelBank[] = makeMelBanks();

/** Triangles that are straight on the mel axis (1127 ln(1 + f / 700), as in HTK and kaldi). */
function makeMelBanks(): readonly MelBank[] {
  const mel = (hertz: number): number => 1_127 * Math.log(1 + hertz / 700);
  const step = (mel(highestHz) - mel(lowestHz)) / (featureBins + 1);
  return Array.from({ length: featureBins }, (_, bank) => {
    const left = mel(lowestHz) + bank * step;
    const weights: number[] = [];
    let from = 0;
    for (let bin = 0; bin < fftLength / 2; bin += 1) {
      const place = (mel((bin * captureRateHz) / fftLength) - left) / step;
      const weight = Math.min(place, 2 - place);
      if (weight <= 0) continue;
      if (weights.length === 0) from = bin;
      weights.push(weight);
    }
    return { from, weights };
  });
}

const reversed = Uint16Array.from({ length: fftLength }, (_, index) => {
  let result = 0;
  for (let bit = 1, mirrored = fftLength / 2; bit < fftLength; bit *= 2, mirrored /= 2)
    if ((index & bit) !== 0) result |= mirrored;
  return result;
});

const cosines = Float64Array.from({ length: fftLength / 2 }, (_, turn) =>
  Math.cos((-2 * Math.PI * turn) / fftLength),
);
const sines = Float64Array.from({ length: fftLength / 2 }, (_, turn) =>
  Math.sin((-2 * Math.PI * turn) / fftLength),
);

/** Fourier transform in place (Cooley and Tukey, radix 2). */
function transform(real: Float64Array, imaginary: Float64Array): void {
  for (let index = 0; index < fftLength; index += 1) {
    const other = reversed[index] ?? 0;
    if (other <= index) continue;
    swap(real, index, other);
    swap(imaginary, index, other);
  }
  for (let half = 1; half < fftLength; half *= 2) {
    for (let offset = 0; offset < half; offset += 1) {
      const turn = (offset * fftLength) / (2 * half);
      const cosine = cosines[turn] ?? 0;
      const sine = sines[turn] ?? 0;
      for (let low = offset; low < fftLength; low += 2 * half) {
        const high = low + half;
        const re = (real[high] ?? 0) * cosine - (imaginary[high] ?? 0) * sine;
        const im = (real[high] ?? 0) * sine + (imaginary[high] ?? 0) * cosine;
        real[high] = (real[low] ?? 0) - re;
        imaginary[high] = (imaginary[low] ?? 0) - im;
        real[low] = (real[low] ?? 0) + re;
        imaginary[low] = (imaginary[low] ?? 0) + im;
      }
    }
  }
}

function swap(values: Float64Array, left: number, right: number): void {
  const kept = values[left] ?? 0;
  values[left] = values[right] ?? 0;
  values[right] = kept;
}
