import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ctcLoss } from "../../src/enrolment/ctc.js";
import { readEncoder } from "../../src/network/encoder-file.js";
import { fbank, featureBins, silentFeature } from "../../src/network/fbank.js";
import { backward, bestPath, copyOf, emptyGradients, forward } from "../../src/network/network.js";
import { chooseModel, readManifest, verifyModel } from "../../src/recognition/model.js";
import { createRecognizerProcess } from "../../src/recognition/recognizer-process.js";
import { transcribe } from "../../src/recognition/transcribe.js";
import { createSystemClock } from "../../src/runtime/clock.js";
import { packageRoot } from "../../src/runtime/compiled-module.js";
import { createEspeakVoice } from "../../src/voice/espeak-voice.js";

const models = join(packageRoot(), "models");
const bundled = join(models, "vg-zh-compact");
const clock = createSystemClock();

function encoder() {
  const read = readEncoder(new Uint8Array(readFileSync(join(bundled, "encoder.onnx"))));
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

/** A minimal generator of repeatable numbers. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

test("digital silence has the features that sherpa-onnx gives it", () => {
  const { frames, values } = fbank(new Int16Array(1_600));
  expect(frames).toBe(10);
  expect(values.every((value) => Math.abs(value - silentFeature) < 1e-6)).toBe(true);
});

test("a sine is loudest in the bin of its pitch", () => {
  const sine = Int16Array.from(
    { length: 16_000 },
    (_, index) => 8_000 * Math.sin((2 * Math.PI * 1_000 * index) / 16_000),
  );
  const { values } = fbank(sine);
  const middle = values.subarray(50 * featureBins, 51 * featureBins);
  // 1000 Hz is 999.99 mel of 31.75 to 2787: (999.99 - 31.75) / (2755.3 / 81) = 28.5, between bins 27 and 28.
  expect([27, 28]).toContain(middle.indexOf(Math.max(...middle)));
});

test("the network here understands what sherpa-onnx understands, token by token", async () => {
  const manifest = await readManifest(models);
  const model = manifest.ok ? chooseModel(manifest.value, "vg-zh-compact", "zh") : manifest;
  if (!model.ok) throw new Error("no bundled model");
  const voice = createEspeakVoice({
    clock,
    language: "zh",
    wordsPerMinute: 170,
    volume: 0.8,
    variant: "+f5",
  });
  const sound = await voice.synthesize("外径四十九点九八毫米", new AbortController().signal);
  if (!sound.ok) throw new Error("espeak-ng is needed");
  const recognizer = createRecognizerProcess({
    clock,
    random: () => 0,
    modelId: "vg-zh-compact",
    language: "zh",
    thresholds: model.value.thresholds,
    verify: () => verifyModel(models, model.value),
  });
  try {
    const started = await recognizer.start(new AbortController().signal);
    expect(started.ok).toBe(true);
    const heard = await transcribe(recognizer, sound.value);
    if (!heard.ok) throw new Error(heard.error.kind);
    const padded = new Int16Array(sound.value.samples.length + 8_000);
    padded.set(sound.value.samples);
    const { weights } = encoder();
    const names = readFileSync(join(bundled, "tokens.txt"), "utf8")
      .split("\n")
      .map((line) => line.split(" ")[0] ?? "");
    const path = bestPath(forward(weights, fbank(padded).values), weights.tokens);
    expect(path.map(({ token }) => names[token]).join("")).toBe(heard.value.text);
    expect(heard.value.text).toMatch(/四十九点九八/);
  } finally {
    await recognizer.close();
  }
});

describe("gradients", () => {
  test("of the loss are the slopes of the loss", () => {
    const [frames, tokens] = [7, 5];
    const random = numbers(3);
    const outputs = Float64Array.from({ length: frames * tokens }, () => 2 * random() - 1);
    const logSoftmaxOf = (values: Float64Array): Float32Array => {
      const result = new Float32Array(values.length);
      for (let from = 0; from < values.length; from += tokens) {
        const row = values.subarray(from, from + tokens);
        const sum = Math.log(row.reduce((total, value) => total + Math.exp(value), 0));
        for (let token = 0; token < tokens; token += 1) result[from + token] = (row[token] ?? 0) - sum;
      }
      return result;
    };
    // A repeated label needs a blank between: the path that is easily got wrong.
    const labels = [2, 2, 4];
    const { gradient } = ctcLoss(logSoftmaxOf(outputs), frames, tokens, labels);
    const step = 1e-3;
    for (let index = 0; index < outputs.length; index += 1) {
      const moved = (by: number): number => {
        const other = outputs.slice();
        other[index] = (other[index] ?? 0) + by;
        return ctcLoss(logSoftmaxOf(other), frames, tokens, labels).loss;
      };
      expect(gradient[index]).toBeCloseTo((moved(step) - moved(-step)) / (2 * step), 3);
    }
  });

  test("of the weights are the slopes of the loss, in every layer", () => {
    const { weights } = encoder();
    const random = numbers(5);
    const features = Float32Array.from({ length: 60 * featureBins }, () => 4 * random() - 10);
    const labels = [6, 6, 9];
    const lossOf = (one: typeof weights): number => {
      const run = forward(one, features);
      return ctcLoss(run.logProbabilities, run.frames, one.tokens, labels).loss;
    };
    const run = forward(weights, features);
    const gradients = emptyGradients(weights);
    backward(
      weights,
      run,
      ctcLoss(run.logProbabilities, run.frames, weights.tokens, labels).gradient,
      gradients,
    );
    for (const [layer, { matrix, bias }] of gradients.layers.entries()) {
      for (const part of ["matrix", "bias"] as const) {
        const slopes = part === "matrix" ? matrix : bias;
        // The steepest place: there the rounding of 32-bit numbers matters least.
        let place = 0;
        for (let index = 0; index < slopes.length; index += 1)
          if (Math.abs(slopes[index] ?? 0) > Math.abs(slopes[place] ?? 0)) place = index;
        // Small: a wider step crosses the kinks of the ReLUs, and the loss is no longer straight between its ends.
        const step = 0.001 / Math.abs(slopes[place] ?? 1);
        const moved = (by: number): number => {
          const other = copyOf(weights);
          const values = [other.input, ...other.hidden, other.output][layer]?.[part];
          if (values !== undefined) values[place] = (values[place] ?? 0) + by;
          return lossOf(other);
        };
        const measured = (moved(step) - moved(-step)) / (2 * step);
        expect(measured / (slopes[place] ?? 0), `layer ${layer}, ${part}`).toBeCloseTo(1, 1);
      }
    }
  });
});

describe("an encoder", () => {
  test("that is written unchanged is the same, byte for byte", () => {
    const bytes = new Uint8Array(readFileSync(join(bundled, "encoder.onnx")));
    const { weights, withWeights } = encoder();
    const again = readEncoder(withWeights(weights));
    if (!again.ok) throw new Error(again.error);
    expect(again.value.weights).toEqual(weights);
    expect(withWeights(weights).length).toBe(bytes.length);
  });

  test.each([
    ["no file at all", new Uint8Array()],
    ["noise", Uint8Array.from({ length: 4_000 }, (_, index) => (index * 7_919) % 251)],
    ["another network", new Uint8Array(readFileSync(join(bundled, "joiner.onnx")))],
    ["half a file", new Uint8Array(readFileSync(join(bundled, "encoder.onnx")).subarray(0, 200_000))],
  ])("that is %s is refused", (_, bytes) => {
    expect(readEncoder(bytes).ok).toBe(false);
  });
});
