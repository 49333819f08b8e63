import { expect, test } from "vitest";
import { transcriptOf } from "../../src/recognition/confidence.js";
import { readFromChild, readToChild } from "../../src/recognition/messages.js";

const thresholds = { sure: 0.7, unsure: 0.3 };

function transcript(tokens: readonly string[], probabilities: readonly number[]) {
  return transcriptOf(
    { tokens, logProbabilities: probabilities.map(Math.log), timestamps: [], audioMs: 0, decodeMs: 0 },
    thresholds,
  );
}

test.each([
  ["one doubtful digit spoils a number", ["五", "点", "五"], [0.99, 0.99, 0.5], "unsure"],
  ["all sure", ["五", "十"], [0.9, 0.8], "sure"],
  ["one poor", ["五", "十"], [0.9, 0.1], "poor"],
  ["a word outside the vocabulary", ["五", "□"], [0.99, 0.99], "poor"],
])("%s", (_name, tokens, probabilities, band) => {
  expect(transcript(tokens, probabilities).band).toBe(band);
});

test("a model without probabilities is never sure", () => {
  expect(transcript(["五"], []).band).toBe("unsure");
});

test("word pieces of the official models carry their spaces", () => {
  expect(transcript(["▁five", "▁mil", "li", "metres"], [1, 1, 1, 1]).text).toBe("five millimetres");
});

test.each([
  undefined,
  null,
  7,
  "x",
  {},
  { kind: "final" },
  { kind: "partial", turn: "1" },
  { kind: "samples", turn: 1, samples: [1] },
])("a message of another form is none: %j", (message) => {
  expect(readFromChild(message)).toBeUndefined();
  expect(readToChild(message)).toBeUndefined();
});
