/** A token's number in `tokens.txt`; 0 is CTC's blank. */
type TokenId = number;

const blankId: TokenId = 0;

/** Sentences that are followed at the same time. */
const beamWidth = 24;

/** Logarithm of the smallest probability with which a token may go on a sentence: 0.25 %. */
const leastLog = -6;

/** What has been said up to now, in one of the ways that are followed. */
interface Way {
  readonly parent: Way | undefined;
  readonly token: TokenId;
  /** Logarithms: of all alignments whose last frame is blank, and of those whose last frame is the last token. */
  blank: number;
  ends: number;
  /** The same after the frame that is being taken. */
  nextBlank: number;
  nextEnds: number;
}

/** The likely sentences of a CTC network's output, frame by frame (prefix beam search, Hannun et al. 2014). */
export interface SentenceBeam {
  /** Takes whole frames of `tokens` logarithms of probabilities. */
  advance(logProbabilities: Float32Array): void;
  /** The sentences that are likely now, as numbers of tokens, the likeliest first; the empty one may be among them. */
  sentences(): readonly (readonly TokenId[])[];
}

/** @param tokens how many there are, the blank included */
export function createSentenceBeam(tokens: number): SentenceBeam {
  let beam: readonly Way[] = [
    {
      parent: undefined,
      token: blankId,
      blank: 0,
      ends: -Infinity,
      nextBlank: -Infinity,
      nextEnds: -Infinity,
    },
  ];

  function takeFrame(row: Float32Array): void {
    const blank = row[blankId] ?? -Infinity;
    const likely: TokenId[] = [];
    for (let id = 1; id < tokens; id += 1) if ((row[id] ?? -Infinity) > leastLog) likely.push(id);
    const children = new Map<Way | undefined, Map<TokenId, Way>>();
    for (const way of beam) childrenOf(children, way.parent).set(way.token, way);
    const next: Way[] = [...beam];
    for (const way of beam) {
      const total = logSum(way.blank, way.ends);
      way.nextBlank = logSum(way.nextBlank, total + blank);
      if (way.parent !== undefined)
        way.nextEnds = logSum(way.nextEnds, way.ends + (row[way.token] ?? -Infinity));
      if (likely.length === 0) continue;
      const known = childrenOf(children, way);
      for (const token of likely) {
        // The same token again is a new one only behind a blank.
        const before = way.parent !== undefined && token === way.token ? way.blank : total;
        const log = before + (row[token] ?? -Infinity);
        const child = known.get(token);
        if (child !== undefined) child.nextEnds = logSum(child.nextEnds, log);
        else {
          const born = {
            parent: way,
            token,
            blank: -Infinity,
            ends: -Infinity,
            nextBlank: -Infinity,
            nextEnds: log,
          };
          known.set(token, born);
          next.push(born);
        }
      }
    }
    for (const way of next) {
      [way.blank, way.ends] = [way.nextBlank, way.nextEnds];
      [way.nextBlank, way.nextEnds] = [-Infinity, -Infinity];
    }
    if (next.length > beamWidth) next.sort(likeliestFirst);
    beam = next.slice(0, beamWidth);
  }

  return {
    advance(logProbabilities) {
      for (let from = 0; from < logProbabilities.length; from += tokens)
        takeFrame(logProbabilities.subarray(from, from + tokens));
    },
    sentences: () => [...beam].sort(likeliestFirst).map(tokensOf),
  };
}

/** Logarithm of the probability of a sentence over all its alignments (CTC's forward pass). */
export function sentenceLog(
  logProbabilities: Float32Array,
  tokens: number,
  sentence: readonly TokenId[],
): number {
  const frames = logProbabilities.length / tokens;
  const states = 2 * sentence.length + 1;
  const idOf = (state: number): TokenId => (state % 2 === 0 ? blankId : (sentence[state >> 1] ?? blankId));
  const row = new Float64Array(states).fill(-Infinity);
  row[0] = 0;
  for (let frame = 0; frame < frames; frame += 1) {
    const from = frame * tokens;
    for (let state = states - 1; state >= 0; state -= 1) {
      // In the first frame the row stands before the sound: only its first two states can be reached.
      let sum = frame === 0 && state > 0 ? -Infinity : (row[state] ?? -Infinity);
      if (state > 0) sum = logSum(sum, row[state - 1] ?? -Infinity);
      if (frame > 0 && state > 1 && state % 2 === 1 && idOf(state) !== idOf(state - 2))
        sum = logSum(sum, row[state - 2] ?? -Infinity);
      row[state] = sum + (logProbabilities[from + idOf(state)] ?? -Infinity);
    }
  }
  return logSum(row[states - 1] ?? -Infinity, states > 1 ? (row[states - 2] ?? -Infinity) : -Infinity);
}

/** log(exp a + exp b). */
export function logSum(a: number, b: number): number {
  if (a === -Infinity) return b;
  if (b === -Infinity) return a;
  return a > b ? a + Math.log1p(Math.exp(b - a)) : b + Math.log1p(Math.exp(a - b));
}

function childrenOf(
  children: Map<Way | undefined, Map<TokenId, Way>>,
  way: Way | undefined,
): Map<TokenId, Way> {
  const known = children.get(way) ?? new Map<TokenId, Way>();
  children.set(way, known);
  return known;
}

function likeliestFirst(a: Way, b: Way): number {
  return logSum(b.blank, b.ends) - logSum(a.blank, a.ends);
}

function tokensOf(way: Way): readonly TokenId[] {
  const tokens: TokenId[] = [];
  for (let at = way; at.parent !== undefined; at = at.parent) tokens.unshift(at.token);
  return tokens;
}
