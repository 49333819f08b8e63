import { err, ok, type Result } from "../runtime/result.js";
import { featureBins } from "./fbank.js";
import { hiddenLayers, inputsOf, type Layer, type Weights } from "./network.js";
import { findTensors, type Tensor } from "./onnx-tensors.js";

/** An encoder that models/training/export.py has written, taken apart. */
export interface EncoderFile {
  readonly weights: Weights;
  /** The same file with other matrices and biases, int8 with one scale a column as before. */
  withWeights(changed: Weights): Uint8Array;
}

const float32 = 1;
const int8 = 3;
const largestInt8 = 127;

interface MatrixPlace {
  readonly whole: Tensor;
  readonly scale: Tensor;
}

/**
 * Reads an encoder; an error, in English, for one that is built in another way and so can neither learn nor weigh sentences
 * here.
 */
export function readEncoder(file: Uint8Array): Result<EncoderFile, string> {
  const found = findTensors(file);
  if (!found.ok) return found;
  const { initializers, constants } = found.value;
  const named = (suffix: string): readonly Tensor[] =>
    initializers.filter(({ name }) => name.endsWith(suffix));
  const scales = named("_scale");
  const places = named("_int8").flatMap((whole, index): readonly MatrixPlace[] => {
    const scale = scales[index];
    return scale === undefined || whole.type !== int8 ? [] : [{ whole, scale }];
  });
  const biases = named(".bias");
  const [mean, deviation] = [named("network.mean")[0], named("network.inverse_deviation")[0]];
  const width = places[0]?.whole.shape[1] ?? 0;
  const tokens = places.at(-1)?.whole.shape[1] ?? 0;
  // Each layer but the last has a scale and a shift of its batch normalisation, in this order.
  const lines = constants.filter(({ type, shape }) => type === float32 && shape.join() === String(width));
  const isKnown =
    mean?.shape.join() === String(featureBins) &&
    deviation?.shape.join() === String(featureBins) &&
    places.length === hiddenLayers + 2 &&
    biases.length === places.length &&
    lines.length === 2 * (hiddenLayers + 1) &&
    places.every(({ whole }, index) => whole.shape.join() === shapeOf(index, width, tokens)) &&
    places.every(({ whole, scale }) => scale.bytes.length === 4 * (whole.shape[1] ?? 0));
  if (!isKnown) return err("it is not a network of models/training");
  const layers = places.map((place, index) => ({
    matrix: dequantise(place),
    bias: floats(biases[index]),
    scale: floats(lines[2 * index]),
    shift: floats(lines[2 * index + 1]),
  }));
  const [input, output] = [layers[0], layers.at(-1)];
  if (input === undefined || output === undefined) return err("it has no layers");
  const weights: Weights = {
    mean: floats(mean),
    inverseDeviation: floats(deviation),
    input,
    hidden: layers.slice(1, -1),
    output,
    width,
    tokens,
  };
  return ok({
    weights,
    withWeights(changed) {
      const copy = new Uint8Array(file);
      const shared = { from: file.byteOffset, to: copy };
      const all: readonly Pick<Layer, "matrix" | "bias">[] = [
        changed.input,
        ...changed.hidden,
        changed.output,
      ];
      for (const [index, { matrix, bias }] of all.entries()) {
        const [place, biasPlace] = [places[index], biases[index]];
        if (place === undefined || biasPlace === undefined) continue;
        const { whole, scale } = quantise(matrix, place.whole.shape[1] ?? 0);
        put(shared, place.whole, new Uint8Array(whole.buffer));
        put(shared, place.scale, new Uint8Array(scale.buffer));
        put(shared, biasPlace, new Uint8Array(bias.slice().buffer));
      }
      return copy;
    },
  });
}

function shapeOf(index: number, width: number, tokens: number): string {
  if (index === 0) return `${inputsOf.input},${width}`;
  return index <= hiddenLayers ? `${inputsOf.hidden(width)},${width}` : `${width},${tokens}`;
}

function floats(tensor: Tensor | undefined): Float32Array {
  // A copy: the place in the file need not be one where a float may begin.
  return new Float32Array(new Uint8Array(tensor?.bytes ?? []).buffer);
}

function dequantise({ whole, scale }: MatrixPlace): Float32Array {
  const scales = floats(scale);
  const values = new Int8Array(new Uint8Array(whole.bytes).buffer);
  return Float32Array.from(values, (value, index) => value * (scales[index % scales.length] ?? 0));
}

function quantise(matrix: Float32Array, columns: number) {
  const scale = new Float32Array(columns).fill(1e-8 / largestInt8);
  for (const [index, value] of matrix.entries())
    scale[index % columns] = Math.max(scale[index % columns] ?? 0, Math.abs(value) / largestInt8);
  const whole = Int8Array.from(matrix, (value, index) => Math.round(value / (scale[index % columns] ?? 1)));
  return { whole, scale };
}

function put(
  { from, to }: { readonly from: number; readonly to: Uint8Array },
  tensor: Tensor,
  bytes: Uint8Array,
): void {
  to.set(bytes, tensor.bytes.byteOffset - from);
}
