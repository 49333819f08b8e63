/** Token 0 is the blank. */
const blank = 0;

/** The loss of one utterance and its gradient. */
export interface CtcLoss {
  /** Negative log-probability of the labels, in nats; Infinity when they do not fit into the frames. */
  readonly loss: number;
  /** Gradient by the network's outputs before the softmax, `frames * tokens`. */
  readonly gradient: Float32Array;
}

/**
 * Connectionist temporal classification (Graves et al. 2006, equations 6 to 16), in logarithms.
 *
 * @param logProbabilities `frames * tokens`, after the log-softmax
 * @param labels the tokens that were said, without blanks
 */
export function ctcLoss(
  logProbabilities: Float32Array,
  frames: number,
  tokens: number,
  labels: readonly number[],
): CtcLoss {
  const gradient = new Float32Array(frames * tokens);
  const path = labels.flatMap((label) => [label, blank]);
  path.unshift(blank);
  const states = path.length;
  const maySkip = path.map((token, state) => token !== blank && token !== path[state - 2]);
  const at = (frame: number, state: number): number =>
    logProbabilities[frame * tokens + (path[state] ?? blank)] ?? 0;
  const alpha = new Float64Array(frames * states).fill(-Infinity);
  const beta = new Float64Array(frames * states).fill(-Infinity);
  for (let frame = 0; frame < frames; frame += 1) {
    for (let state = 0; state < states; state += 1) {
      let reached = frame === 0 && state < 2 ? 0 : -Infinity;
      if (frame > 0) {
        const before = (frame - 1) * states + state;
        reached = alpha[before] ?? -Infinity;
        if (state > 0) reached = logAdd(reached, alpha[before - 1] ?? -Infinity);
        if (state > 1 && maySkip[state] === true) reached = logAdd(reached, alpha[before - 2] ?? -Infinity);
      }
      alpha[frame * states + state] = reached + at(frame, state);
    }
  }
  for (let frame = frames - 1; frame >= 0; frame -= 1) {
    for (let state = states - 1; state >= 0; state -= 1) {
      let left = frame === frames - 1 && state >= states - 2 ? 0 : -Infinity;
      if (frame < frames - 1) {
        const after = (frame + 1) * states + state;
        left = (beta[after] ?? -Infinity) + at(frame + 1, state);
        if (state + 1 < states)
          left = logAdd(left, (beta[after + 1] ?? -Infinity) + at(frame + 1, state + 1));
        if (state + 2 < states && maySkip[state + 2] === true)
          left = logAdd(left, (beta[after + 2] ?? -Infinity) + at(frame + 1, state + 2));
      }
      beta[frame * states + state] = left;
    }
  }
  const last = (frames - 1) * states;
  const total = logAdd(
    alpha[last + states - 1] ?? -Infinity,
    states > 1 ? (alpha[last + states - 2] ?? -Infinity) : -Infinity,
  );
  if (!Number.isFinite(total)) return { loss: Infinity, gradient };
  for (let frame = 0; frame < frames; frame += 1) {
    for (let token = 0; token < tokens; token += 1)
      gradient[frame * tokens + token] = Math.exp(logProbabilities[frame * tokens + token] ?? -Infinity);
    for (let state = 0; state < states; state += 1) {
      const place = frame * states + state;
      const part = Math.exp((alpha[place] ?? -Infinity) + (beta[place] ?? -Infinity) - total);
      const index = frame * tokens + (path[state] ?? blank);
      gradient[index] = (gradient[index] ?? 0) - part;
    }
  }
  return { loss: -total, gradient };
}

function logAdd(left: number, right: number): number {
  const larger = Math.max(left, right);
  return larger === -Infinity ? -Infinity : larger + Math.log1p(Math.exp(Math.min(left, right) - larger));
}
