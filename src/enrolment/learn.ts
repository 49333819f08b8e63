import type { Features } from "../network/fbank.js";
import { backward, copyOf, emptyGradients, forward, type Run, type Weights } from "../network/network.js";
import { createAdam } from "./adam.js";
import { ctcLoss } from "./ctc.js";
import { disturbed } from "./disturb.js";

/** A sentence that was read, or spoken by a synthetic voice. */
export interface Example {
  readonly features: Features;
  /** The tokens that were said. */
  readonly labels: readonly number[];
}

export interface LearningOptions {
  readonly own: readonly Example[];
  /** Other voices, for which the network must go on to answer as it did: else it forgets the words that were not read. */
  readonly rehearsal: readonly Example[];
  /** 0 ≤ x < 1. */
  readonly random: () => number;
  /** How much of the work is done, 0 to 1. */
  readonly onProgress?: (part: number) => void;
}

// Chosen on a person and on synthetic voices that the model was not trained on, see models/vg-zh-compact/README.md.
const epochs = 8;
const rate = 1e-3;
const lastPartOfRate = 0.05;
const warmUpSteps = 5;
const rehearsalsAnEpoch = 20;
/** How much a changed answer at a rehearsal weighs against a wrong one at an own sentence. */
const rehearsalWeight = 20;
const batch = 4;

/**
 * Trains the weights on one person's sentences. The loss is the usual one (CTC) at these, and at the rehearsals the
 * distance from the answers that the network gave before (Li and Hoiem, “Learning without Forgetting”, 2016). The
 * given weights stay as they are.
 */
export function learn(before: Weights, options: LearningOptions): Weights {
  const { own, rehearsal, random, onProgress } = options;
  const weights = copyOf(before);
  const adam = createAdam(weights);
  const steps = epochs * Math.ceil((own.length + Math.min(rehearsalsAnEpoch, rehearsal.length)) / batch);
  for (let step = 0, epoch = 0; epoch < epochs; epoch += 1) {
    const rehearsed = shuffled(rehearsal, random).slice(0, rehearsalsAnEpoch);
    const turns = shuffled([...own, ...rehearsed], random);
    for (let from = 0; from < turns.length; from += batch, step += 1) {
      const gradients = emptyGradients(weights);
      for (const example of turns.slice(from, from + batch)) {
        const features = disturbed(example.features, random);
        const run = forward(weights, features.values);
        const gradient = own.includes(example)
          ? wrongness(run, weights.tokens, example.labels)
          : change(run, forward(before, features.values));
        backward(weights, run, gradient, gradients);
      }
      adam.follow(gradients, rateAt(step, steps));
      onProgress?.((step + 1) / steps);
    }
  }
  return weights;
}

/** Gradient of the loss at what was said, for each token of it. */
function wrongness(run: Run, tokens: number, labels: readonly number[]): Float32Array {
  const { gradient } = ctcLoss(run.logProbabilities, run.frames, tokens, labels);
  const weight = 1 / (batch * Math.max(1, labels.length));
  return gradient.map((value) => value * weight);
}

/** Gradient of the Kullback-Leibler distance from the answers before, for each frame. */
function change(run: Run, before: Run): Float32Array {
  const weight = rehearsalWeight / (batch * run.frames);
  return run.logProbabilities.map(
    (value, index) => weight * (Math.exp(value) - Math.exp(before.logProbabilities[index] ?? 0)),
  );
}

/** Rises over the first steps, then falls by a cosine. */
function rateAt(step: number, steps: number): number {
  const falling = Math.max(lastPartOfRate, 0.5 * (1 + Math.cos((Math.PI * step) / steps)));
  return rate * Math.min(1, (step + 1) / warmUpSteps) * falling;
}

function shuffled<T>(items: readonly T[], random: () => number): readonly T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((left, right) => left.place - right.place)
    .map(({ item }) => item);
}
