import { featureBins } from "./fbank.js";
import { addGradients, multiply, multiplyBack } from "./kernels.js";

/**
 * The network of models/training/network.py, outside of sherpa-onnx: forwards and backwards on one utterance at a time,
 * for training on the device. Batch normalisations are lines here, as in the exported model.
 */

/** Feature frames that one output frame takes over from before, and that it takes new. */
export const front = 4;
export const stackedFrames = 4;
export const inputSize = (front + stackedFrames) * featureBins;
export const dilations = [1, 1, 2, 4, 1, 2, 4, 8] as const;
/** Frames of the layer before that a hidden layer looks at. */
export const taps = 3;

/** `into = relu(from * matrix + bias) * scale + shift`; the last one has neither relu nor scale nor shift. */
export interface Layer {
  /** Row after row: `inputs * outputs`. */
  readonly matrix: Float32Array;
  readonly bias: Float32Array;
  readonly scale: Float32Array;
  readonly shift: Float32Array;
}

export interface Weights {
  readonly mean: Float32Array;
  readonly inverseDeviation: Float32Array;
  readonly input: Layer;
  /** One for each of the dilations. */
  readonly hidden: readonly Layer[];
  readonly output: Pick<Layer, "matrix" | "bias">;
  readonly width: number;
  readonly tokens: number;
}

/** How many hidden layers the network has. */
export const hiddenLayers = dilations.length;
/** Inputs of the first layer, and of a hidden one. */
export const inputsOf = { input: inputSize, hidden: (width: number): number => taps * width };

/** What `backward` needs of a run of `forward`. */
export interface Run {
  /** Output frames of 40 ms. */
  readonly frames: number;
  /** `frames * tokens`. */
  readonly logProbabilities: Float32Array;
  /** What each layer was given, `frames * inputs`, and its outputs before relu. */
  readonly given: readonly Float32Array[];
  readonly raw: readonly Float32Array[];
  readonly last: Float32Array;
}

/** Gradients, in the shape of what can be trained. */
export interface Gradients {
  readonly layers: readonly { readonly matrix: Float32Array; readonly bias: Float32Array }[];
}

/** All layers with a matrix, from the input to the output. */
export function layersOf(weights: Weights): readonly Pick<Layer, "matrix" | "bias">[] {
  return [weights.input, ...weights.hidden, weights.output];
}

/**
 * @param features `count * featureBins`, not normalised; a rest of fewer than four frames is not used
 */
export function forward(weights: Weights, features: Float32Array): Run {
  const { width, tokens } = weights;
  const stacked = stack(weights, features);
  const frames = stacked.length / inputSize;
  const given: Float32Array[] = [stacked];
  const raw: Float32Array[] = [];
  let current = new Float32Array(frames * width);
  const first = multiply(stacked, weights.input.matrix, weights.input.bias, inputSize);
  raw.push(first);
  addActivated(current, first, weights.input, width);
  for (const [index, layer] of weights.hidden.entries()) {
    const spliced = splice(current, frames, width, dilations[index] ?? 1);
    const hidden = multiply(spliced, layer.matrix, layer.bias, taps * width);
    given.push(spliced);
    raw.push(hidden);
    current = current.slice();
    addActivated(current, hidden, layer, width);
  }
  const logProbabilities = multiply(current, weights.output.matrix, weights.output.bias, width);
  logSoftmax(logProbabilities, tokens);
  return { frames, logProbabilities, given, raw, last: current };
}

/** Adds the gradients of one run to `into`, from the gradient by the outputs before the softmax. */
export function backward(weights: Weights, run: Run, gradient: Float32Array, into: Gradients): void {
  const { width } = weights;
  const { frames } = run;
  const outputGradients = into.layers.at(-1);
  if (outputGradients === undefined) return;
  const current = new Float32Array(frames * width);
  addGradients(run.last, gradient, outputGradients, width);
  multiplyBack(gradient, weights.output.matrix, current, width);
  for (let index = weights.hidden.length - 1; index >= 0; index -= 1) {
    const layer = weights.hidden[index];
    const [given, raw, gradients] = [run.given[index + 1], run.raw[index + 1], into.layers[index + 1]];
    if (layer === undefined || given === undefined || raw === undefined || gradients === undefined) return;
    const inner = activatedBack(current, raw, layer, width);
    addGradients(given, inner, gradients, taps * width);
    const spliced = new Float32Array(frames * taps * width);
    multiplyBack(inner, layer.matrix, spliced, taps * width);
    spliceBack(spliced, current, frames, width, dilations[index] ?? 1);
  }
  const [given, raw, gradients] = [run.given[0], run.raw[0], into.layers[0]];
  if (given === undefined || raw === undefined || gradients === undefined) return;
  addGradients(given, activatedBack(current, raw, weights.input, width), gradients, inputSize);
}

/** The same weights, of which the trainable parts can be changed without changing the others. */
export function copyOf(weights: Weights): Weights {
  const copied = <T extends Pick<Layer, "matrix" | "bias">>(layer: T): T => ({
    ...layer,
    matrix: layer.matrix.slice(),
    bias: layer.bias.slice(),
  });
  return {
    ...weights,
    input: copied(weights.input),
    hidden: weights.hidden.map(copied),
    output: copied(weights.output),
  };
}

/** Zeros in the shape of the trainable parts. */
export function emptyGradients(weights: Weights): Gradients {
  return {
    layers: layersOf(weights).map(({ matrix, bias }) => ({
      matrix: new Float32Array(matrix.length),
      bias: new Float32Array(bias.length),
    })),
  };
}

/** Best token of each frame, repeats and blanks left out, with the probability of the frame in which it begins. */
export function bestPath(
  { frames, logProbabilities }: Run,
  tokens: number,
): readonly { readonly token: number; readonly probability: number }[] {
  const path: { readonly token: number; readonly probability: number }[] = [];
  let before = 0;
  for (let frame = 0; frame < frames; frame += 1) {
    let best = 0;
    for (let token = 1; token < tokens; token += 1)
      if ((logProbabilities[frame * tokens + token] ?? 0) > (logProbabilities[frame * tokens + best] ?? 0))
        best = token;
    if (best !== 0 && best !== before)
      path.push({ token: best, probability: Math.exp(logProbabilities[frame * tokens + best] ?? 0) });
    before = best;
  }
  return path;
}

/** Normalises, and puts four frames with the four before them into one row; before the first there are zeros. */
function stack({ mean, inverseDeviation }: Weights, features: Float32Array): Float32Array {
  const count = features.length / featureBins;
  const frames = Math.floor(count / stackedFrames);
  const stacked = new Float32Array(frames * inputSize);
  for (let frame = 0; frame < frames; frame += 1) {
    for (let row = 0; row < front + stackedFrames; row += 1) {
      const from = (frame * stackedFrames + row - front) * featureBins;
      if (from < 0) continue;
      const to = frame * inputSize + row * featureBins;
      for (let bin = 0; bin < featureBins; bin += 1)
        stacked[to + bin] = ((features[from + bin] ?? 0) - (mean[bin] ?? 0)) * (inverseDeviation[bin] ?? 1);
    }
  }
  return stacked;
}

/** Each frame with the two before it at the dilation; before the first there are zeros. */
function splice(values: Float32Array, frames: number, width: number, dilation: number): Float32Array {
  const spliced = new Float32Array(frames * taps * width);
  for (let frame = 0; frame < frames; frame += 1) {
    for (let tap = 0; tap < taps; tap += 1) {
      const source = frame - (taps - 1 - tap) * dilation;
      if (source < 0) continue;
      spliced.set(values.subarray(source * width, (source + 1) * width), (frame * taps + tap) * width);
    }
  }
  return spliced;
}

function spliceBack(
  gradient: Float32Array,
  into: Float32Array,
  frames: number,
  width: number,
  dilation: number,
): void {
  for (let frame = 0; frame < frames; frame += 1) {
    for (let tap = 0; tap < taps; tap += 1) {
      const source = frame - (taps - 1 - tap) * dilation;
      if (source < 0) continue;
      const [to, from] = [source * width, (frame * taps + tap) * width];
      for (let unit = 0; unit < width; unit += 1)
        into[to + unit] = (into[to + unit] ?? 0) + (gradient[from + unit] ?? 0);
    }
  }
}

/** Adds what a layer makes of its outputs before relu. */
export function addActivated(into: Float32Array, raw: Float32Array, layer: Layer, width: number): void {
  for (let index = 0; index < into.length; index += 1) {
    const unit = index % width;
    into[index] =
      (into[index] ?? 0) + Math.max(0, raw[index] ?? 0) * (layer.scale[unit] ?? 1) + (layer.shift[unit] ?? 0);
  }
}

function activatedBack(gradient: Float32Array, raw: Float32Array, layer: Layer, width: number): Float32Array {
  return Float32Array.from(gradient, (value, index) =>
    (raw[index] ?? 0) > 0 ? value * (layer.scale[index % width] ?? 1) : 0,
  );
}

/** Outputs to logarithms of probabilities, in place, `tokens` a frame. */
export function logSoftmax(values: Float32Array, tokens: number): void {
  for (let from = 0; from < values.length; from += tokens) {
    let largest = -Infinity;
    for (let token = 0; token < tokens; token += 1) largest = Math.max(largest, values[from + token] ?? 0);
    let sum = 0;
    for (let token = 0; token < tokens; token += 1) sum += Math.exp((values[from + token] ?? 0) - largest);
    const logarithm = largest + Math.log(sum);
    for (let token = 0; token < tokens; token += 1)
      values[from + token] = (values[from + token] ?? 0) - logarithm;
  }
}
