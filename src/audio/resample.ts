import type { Pcm } from "./pcm.js";

/** Zero crossings of the sinc on each side of the centre, at the lower of the two rates. */
const crossings = 16;
/** Of the lower Nyquist frequency; the rest is the slope of the filter. */
const passband = 0.94;
/** Kernels kept for rates whose ratio repeats; others are computed as they are needed. */
const keptKernels = 2_048;

/**
 * Changes the sample rate with a windowed sinc (Blackman, 16 crossings a side): flat in the passband, images and aliases
 * below -70 dB. Values in and out are floats of full scale ±1; length is `input.length * toHz / fromHz`, rounded.
 */
export function resample(input: Float32Array, fromHz: number, toHz: number): Float32Array {
  if (fromHz === toHz) return input;
  const output = new Float32Array(Math.round((input.length * toHz) / fromHz));
  const divisor = greatestCommonDivisor(fromHz, toHz);
  const phases = toHz / divisor;
  const step = fromHz / divisor;
  const cutoff = passband * Math.min(1, toHz / fromHz);
  const half = Math.ceil(crossings / Math.min(1, toHz / fromHz));
  const kernels = new Map<number, Float64Array>();
  for (let index = 0; index < output.length; index += 1) {
    const phase = (index * step) % phases;
    const centre = (index * step - phase) / phases;
    let kernel = kernels.get(phase);
    if (kernel === undefined) {
      kernel = kernelAt(phase / phases, cutoff, half);
      if (kernels.size < keptKernels) kernels.set(phase, kernel);
    }
    let sum = 0;
    const from = centre - half + 1;
    for (let tap = 0; tap < kernel.length; tap += 1) sum += (kernel[tap] ?? 0) * (input[from + tap] ?? 0);
    output[index] = sum;
  }
  return output;
}

/** The same for 16-bit sound; values that overshoot full scale are clamped. */
export function resamplePcm(pcm: Pcm, toHz: number): Pcm {
  if (pcm.sampleRateHz === toHz) return pcm;
  const floats = new Float32Array(pcm.samples.length);
  for (let index = 0; index < floats.length; index += 1) floats[index] = (pcm.samples[index] ?? 0) / 32_768;
  return { samples: toInt16(resample(floats, pcm.sampleRateHz, toHz)), sampleRateHz: toHz };
}

/**
 * Floats of full scale ±1 as 16-bit samples; clamped, not-a-number is silence. A loop, because `from` with a
 * function first makes a list of all values: twenty times slower, and an hour of sound ends the process.
 */
export function toInt16(floats: Float32Array): Int16Array {
  const samples = new Int16Array(floats.length);
  for (let index = 0; index < samples.length; index += 1) {
    const scaled = Math.round((floats[index] ?? 0) * 32_768);
    samples[index] = Number.isNaN(scaled) ? 0 : Math.max(-32_768, Math.min(32_767, scaled));
  }
  return samples;
}

/** Taps for an output that lies `fraction` of an input sample after tap `half - 1`; their sum is 1 (no ripple at 0 Hz). */
function kernelAt(fraction: number, cutoff: number, half: number): Float64Array {
  const kernel = new Float64Array(2 * half);
  let sum = 0;
  for (let tap = 0; tap < kernel.length; tap += 1) {
    const x = tap - (half - 1) - fraction;
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * cutoff * x) / (Math.PI * cutoff * x);
    const position = x / half;
    const window = 0.42 + 0.5 * Math.cos(Math.PI * position) + 0.08 * Math.cos(2 * Math.PI * position);
    kernel[tap] = sinc * window;
    sum += sinc * window;
  }
  return kernel.map((value) => value / sum);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
