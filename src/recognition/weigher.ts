import { fbankFrames, featureBins, settledFrames, silentFeature } from "../network/fbank.js";
import type { Weights } from "../network/network.js";
import { createNetworkStream, joined, type NetworkStream } from "../network/network-stream.js";
import type { WeighedSentence } from "./messages.js";
import { createSentenceBeam, logSum, type SentenceBeam, sentenceLog } from "./sentence-beam.js";

/** Distance of two feature frames, in milliseconds. */
const featureFrameMs = 10;

/** Weighs what may have been said in one turn, sentence by sentence. */
export interface Weigher {
  /** 16 kHz mono. */
  accept(samples: Int16Array): void;
  /** The likely sentences with their shares of all that was found, the likeliest first. */
  sentences(): readonly WeighedSentence[];
}

/** What lies below a thousandth changes no decision. */
const leastShare = 0.001;

/**
 * The network is run on the same sound once a phase, against the frames of 40 ms: independent opinions on where a token
 * may begin. The likely sentences of all phases are given the mean of their logarithmic probabilities, and shares of
 * the sum of all.
 *
 * @param names the tokens by their numbers
 * @param phasesMs silence before the sound, in whole feature frames of 10 ms
 */
export function createWeigher(
  weights: Weights,
  names: readonly string[],
  phasesMs: readonly number[],
): Weigher {
  const { tokens } = weights;
  const runs = phasesMs.map((phaseMs): Run => {
    const run = { stream: createNetworkStream(weights), beam: createSentenceBeam(tokens), outputs: [] };
    advance(run, new Float32Array((phaseMs / featureFrameMs) * featureBins).fill(silentFeature));
    return run;
  });
  let samples = new Int16Array(16_000 * 4);
  let count = 0;
  let taken = 0;

  return {
    accept(more) {
      if (count + more.length > samples.length) {
        const larger = new Int16Array(2 * (count + more.length));
        larger.set(samples.subarray(0, count));
        samples = larger;
      }
      samples.set(more, count);
      count += more.length;
      const settled = settledFrames(count);
      if (settled <= taken) return;
      const features = fbankFrames(samples.subarray(0, count), taken, settled);
      taken = settled;
      for (const run of runs) advance(run, features);
    },
    sentences() {
      const found = new Map<string, readonly number[]>();
      for (const { beam } of runs) for (const ids of beam.sentences()) found.set(ids.join(), ids);
      const outputs = runs.map((run) => joined(run.outputs));
      const weighed = [...found.values()].map((ids) => ({
        ids,
        log: outputs.reduce((sum, output) => sum + sentenceLog(output, tokens, ids), 0) / outputs.length,
      }));
      const all = weighed.reduce((sum, { log }) => logSum(sum, log), -Infinity);
      return weighed
        .map(({ ids, log }) => ({ tokens: ids.map((id) => names[id] ?? ""), share: Math.exp(log - all) }))
        .filter(({ share }) => share >= leastShare)
        .sort((a, b) => b.share - a.share);
    },
  };
}

interface Run {
  readonly stream: NetworkStream;
  readonly beam: SentenceBeam;
  readonly outputs: Float32Array[];
}

function advance({ stream, beam, outputs }: Run, features: Float32Array): void {
  const more = stream.advance(features);
  outputs.push(more);
  beam.advance(more);
}
