import { describe, expect, test } from "vitest";
import { createSentenceBeam, logSum, sentenceLog } from "../../src/recognition/sentence-beam.js";
import { createRandom } from "../../src/simulation/random.js";

/** Frames of probabilities over blank, 1 and 2. */
function frames(rows: readonly (readonly number[])[]): Float32Array {
  return Float32Array.from(rows.flat(), Math.log);
}

/** Probabilities of all sentences by going through every alignment. */
function exhaustive(rows: readonly (readonly number[])[]): Map<string, number> {
  const found = new Map<string, number>();
  const go = (frame: number, path: readonly number[], probability: number): void => {
    const row = rows[frame];
    if (row === undefined) {
      const said = path.filter((id, index) => id !== 0 && id !== path[index - 1]).join();
      found.set(said, (found.get(said) ?? 0) + probability);
      return;
    }
    for (const [id, one] of row.entries()) go(frame + 1, [...path, id], probability * one);
  };
  go(0, [], 1);
  return found;
}

function randomRows(seed: number): readonly (readonly number[])[] {
  const random = createRandom(seed);
  return Array.from({ length: 6 }, () => {
    const raw = [random.next(), random.next(), random.next()].map((one) => one + 0.05);
    const sum = raw.reduce((total, one) => total + one, 0);
    return raw.map((one) => one / sum);
  });
}

describe.each([1, 2, 3, 4, 5])("frames of seed %i", (seed) => {
  const rows = randomRows(seed);
  const all = exhaustive(rows);

  test("a sentence has the sum of all its alignments", () => {
    for (const [said, probability] of all) {
      const ids = said === "" ? [] : said.split(",").map(Number);
      expect(Math.exp(sentenceLog(frames(rows), 3, ids))).toBeCloseTo(probability, 6);
    }
  });

  test("the likeliest sentences are found, in their order", () => {
    const beam = createSentenceBeam(3);
    for (const row of rows) beam.advance(frames([row]));
    const best = [...all].sort((a, b) => b[1] - a[1]).map(([said]) => said);
    expect(beam.sentences().slice(0, 6).map(String)).toEqual(best.slice(0, 6));
  });
});

test("a token that is said twice is not one that is said long", () => {
  const long = [
    [0.1, 0.9, 0],
    [0.1, 0.9, 0],
  ];
  const twice = [
    [0.1, 0.9, 0],
    [0.9, 0.1, 0],
    [0.1, 0.9, 0],
  ];
  const best = (rows: readonly (readonly number[])[]): unknown => {
    const beam = createSentenceBeam(3);
    beam.advance(frames(rows));
    return beam.sentences()[0];
  };
  expect(best(long)).toEqual([1]);
  expect(best(twice)).toEqual([1, 1]);
});

test("nothing is a sentence, too", () => {
  const beam = createSentenceBeam(3);
  expect(beam.sentences()).toEqual([[]]);
  beam.advance(
    frames([
      [0.99, 0.01, 0],
      [0.99, 0, 0.01],
    ]),
  );
  expect(beam.sentences()[0]).toEqual([]);
  expect(sentenceLog(new Float32Array(), 3, [])).toBeCloseTo(0, 9);
});

test("the sum of two logarithms, also of what cannot be", () => {
  expect(logSum(Math.log(0.2), Math.log(0.3))).toBeCloseTo(Math.log(0.5), 12);
  expect(logSum(-Infinity, -3)).toBe(-3);
  expect(logSum(-3, -Infinity)).toBe(-3);
  expect(logSum(-Infinity, -Infinity)).toBe(-Infinity);
});
