import { type Gradients, layersOf, type Weights } from "../network/network.js";

const [keepMean, keepSquare, tiny] = [0.9, 0.999, 1e-8];
/** Longer gradients are shortened: one odd sentence may not throw the network over. */
const longestGradient = 5;

/** Moves weights against their gradients. */
export interface Adam {
  follow(gradients: Gradients, rate: number): void;
}

/** Kingma and Ba, “Adam”, 2015, algorithm 1. The weights are changed in place. */
export function createAdam(weights: Weights): Adam {
  const slots = layersOf(weights).flatMap(({ matrix, bias }) => [matrix, bias].map(slotOf));
  let steps = 0;
  return {
    follow(gradients, rate) {
      steps += 1;
      const flat = gradients.layers.flatMap(({ matrix, bias }) => [matrix, bias]);
      const shorten = Math.min(1, longestGradient / (lengthOf(flat) + tiny));
      const meanScale = 1 / (1 - keepMean ** steps);
      const squareScale = 1 / (1 - keepSquare ** steps);
      for (const [index, { values, means, squares }] of slots.entries()) {
        const gradient = flat[index] ?? values;
        for (let place = 0; place < values.length; place += 1) {
          const slope = (gradient[place] ?? 0) * shorten;
          const mean = keepMean * (means[place] ?? 0) + (1 - keepMean) * slope;
          const square = keepSquare * (squares[place] ?? 0) + (1 - keepSquare) * slope * slope;
          means[place] = mean;
          squares[place] = square;
          const move = (mean * meanScale) / (Math.sqrt(square * squareScale) + tiny);
          values[place] = (values[place] ?? 0) - rate * move;
        }
      }
    },
  };
}

function slotOf(values: Float32Array) {
  return { values, means: new Float32Array(values.length), squares: new Float32Array(values.length) };
}

function lengthOf(vectors: readonly Float32Array[]): number {
  let sum = 0;
  for (const vector of vectors) for (const value of vector) sum += value * value;
  return Math.sqrt(sum);
}
