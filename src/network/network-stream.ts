import { featureBins } from "./fbank.js";
import { multiply } from "./kernels.js";
import {
  addActivated,
  dilations,
  front,
  inputSize,
  logSoftmax,
  stackedFrames,
  taps,
  type Weights,
} from "./network.js";

/** The network on sound that is still going on: the same outputs as `forward`, a few frames at a time. */
export interface NetworkStream {
  /**
   * @param features whole frames of `featureBins` values, not normalised
   * @returns `tokens` logarithms of probabilities for each output frame (40 ms) that is complete now
   */
  advance(features: Float32Array): Float32Array;
}

/** Begins a stream, with silence before it. */
export function createNetworkStream(weights: Weights): NetworkStream {
  const { width, tokens } = weights;
  /** Normalised features: the four frames before the next output frame, and those that wait for it to be complete. */
  let waiting: Float32Array = new Float32Array(front * featureBins);
  const before = dilations.map((dilation) => new Float32Array((taps - 1) * dilation * width));

  return {
    advance(features) {
      const rows = joined([waiting, normalised(weights, features)]);
      const step = stackedFrames * featureBins;
      const frames = Math.floor((rows.length - front * featureBins) / step);
      waiting = rows.slice(frames * step);
      const stacked = new Float32Array(frames * inputSize);
      for (let frame = 0; frame < frames; frame += 1)
        stacked.set(rows.subarray(frame * step, frame * step + inputSize), frame * inputSize);
      const current = new Float32Array(frames * width);
      addActivated(
        current,
        multiply(stacked, weights.input.matrix, weights.input.bias, inputSize),
        weights.input,
        width,
      );
      for (const [index, layer] of weights.hidden.entries()) {
        const dilation = dilations[index] ?? 1;
        const past = before[index] ?? new Float32Array();
        const whole = joined([past, current]);
        before[index] = whole.slice(whole.length - past.length);
        const spliced = new Float32Array(frames * taps * width);
        for (let frame = 0; frame < frames; frame += 1)
          for (let tap = 0; tap < taps; tap += 1) {
            const from = (frame + tap * dilation) * width;
            spliced.set(whole.subarray(from, from + width), (frame * taps + tap) * width);
          }
        addActivated(current, multiply(spliced, layer.matrix, layer.bias, taps * width), layer, width);
      }
      const outputs = multiply(current, weights.output.matrix, weights.output.bias, width);
      logSoftmax(outputs, tokens);
      return outputs;
    },
  };
}

function normalised({ mean, inverseDeviation }: Weights, features: Float32Array): Float32Array {
  return features.map((value, index) => {
    const bin = index % featureBins;
    return (value - (mean[bin] ?? 0)) * (inverseDeviation[bin] ?? 1);
  });
}

/** One behind the other. */
export function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
