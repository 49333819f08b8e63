import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readEncoder } from "../../src/network/encoder-file.js";
import { fbank, fbankFrames, featureBins, settledFrames } from "../../src/network/fbank.js";
import { forward, stackedFrames } from "../../src/network/network.js";
import { createNetworkStream } from "../../src/network/network-stream.js";
import { packageRoot } from "../../src/runtime/compiled-module.js";
import { createRandom } from "../../src/simulation/random.js";

const encoder = join(packageRoot(), "models", "vg-zh-compact", "encoder.onnx");

function weights() {
  const read = readEncoder(new Uint8Array(readFileSync(encoder)));
  if (!read.ok) throw new Error(read.error);
  return read.value.weights;
}

/** Two seconds of a chirp with noise, so that every frame is another. */
function sound(): Int16Array {
  const random = createRandom(11);
  return Int16Array.from(
    { length: 32_000 },
    (_, index) => 6_000 * Math.sin((index * (400 + index / 40)) / 16_000) + 2_000 * random.next(),
  );
}

test.each([1, 2, 3, 4, 7, 16, 50])("%i feature frames at a time give what all at once give", (step) => {
  const network = weights();
  const { values } = fbank(sound());
  const whole = forward(network, values);
  const stream = createNetworkStream(network);
  const outputs: number[] = [];
  for (let from = 0; from < values.length; from += step * featureBins)
    outputs.push(...stream.advance(values.subarray(from, from + step * featureBins)));
  expect(outputs).toHaveLength(whole.logProbabilities.length);
  const furthest = outputs.reduce(
    (most, value, index) => Math.max(most, Math.abs(value - (whole.logProbabilities[index] ?? 0))),
    0,
  );
  // The same sums; a row that is multiplied alone and one that has a neighbour are rounded alike.
  expect(furthest).toBeLessThan(1e-5);
});

test("no frame waits for sound that comes later than its own", () => {
  const network = weights();
  const stream = createNetworkStream(network);
  const { values } = fbank(sound());
  let frames = 0;
  for (let taken = 1; taken <= 40; taken += 1) {
    const row = values.subarray((taken - 1) * featureBins, taken * featureBins);
    frames += stream.advance(row).length / network.tokens;
    expect(frames).toBe(Math.floor(taken / stackedFrames));
  }
});

test("frames that are settled are not changed by what follows", () => {
  const samples = sound();
  for (const count of [0, 279, 280, 439, 440, 5_000]) {
    const settled = settledFrames(count);
    const early = fbankFrames(samples.subarray(0, count), 0, settled);
    expect([...early]).toEqual([...fbankFrames(samples, 0, settled)]);
  }
  expect(settledFrames(279)).toBe(0);
  expect(settledFrames(280)).toBe(1);
});
