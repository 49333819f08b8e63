// What a recogniser would do that weighs whole sentences instead of single tokens. Not how the device hears: a measurement
// of what it would bring (models/vg-zh-compact/README.md).
//
// usage: node hypotheses.mjs MODEL_FOLDER TESTS.tsv [--set NAME]
//
// The network is run on each sound twice, 20 ms apart. The best sentences of both are found by a beam search over the CTC
// output, and each is given the mean of its two logarithmic probabilities (all alignments). Sentences that mean the same
// are added up; the confidence of a value is its share of the sum of all. Needs `npm run build`.

import { readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { actionIfSure } from "../../dist/accuracy/action.js";
import { readTestTable } from "../../dist/accuracy/test-table.js";
import { readWavFile } from "../../dist/audio/wav.js";
import { readEncoder } from "../../dist/enrolment/encoder-file.js";
import { fbank } from "../../dist/enrolment/fbank.js";
import { forward } from "../../dist/enrolment/network.js";

const TAIL_SAMPLES = 8000;
const SECOND_PHASE_SAMPLES = 320;
const BEAM = 24;
const LEAST_LOG = -6;
const OUTSIDE = "□";
const STORED = [0.65, 0.7, 0.75, 0.8];
const ASKED = [0.05, 0.1, 0.2];
/** A value is asked only when it has this share of all values. */
const ASKED_OF_VALUES = 0.5;
const STORED_FROM = 0.75;

async function main() {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { set: { type: "string" } } });
  const [folder, table] = positionals;
  if (folder === undefined || table === undefined) {
    console.error("usage: node hypotheses.mjs MODEL_FOLDER TESTS.tsv [--set NAME]");
    process.exit(2);
  }
  const model = openModel(folder);
  const clips = readTestTable(readFileSync(table, "utf8"));
  if (!clips.ok) throw new Error(clips.error.join("; "));
  const sets = new Map();
  for (const clip of clips.value) {
    if (values.set !== undefined && clip.set !== values.set) continue;
    const sound = await readWavFile(path.resolve(path.dirname(table), clip.file));
    if (!sound.ok) throw new Error(sound.error.detail);
    const group = sets.get(clip.set) ?? [];
    sets.set(clip.set, [...group, weigh(hypotheses(model, sound.value.samples), clip.said)]);
  }
  for (const [set, values] of sets) report(set, values);
}

function openModel(folder) {
  const encoder = readEncoder(new Uint8Array(readFileSync(path.join(folder, "encoder.onnx"))));
  if (!encoder.ok) throw new Error(encoder.error);
  const names = [];
  for (const line of readFileSync(path.join(folder, "tokens.txt"), "utf8").split("\n")) {
    const [name, id] = line.split(" ");
    if (id !== undefined) names[Number(id)] = name;
  }
  return { weights: encoder.value.weights, names };
}

/** Sentences with their logarithmic probabilities. */
function hypotheses({ weights, names }, samples) {
  const runs = [0, SECOND_PHASE_SAMPLES].map((delay) => {
    const padded = new Int16Array(delay + samples.length + TAIL_SAMPLES);
    padded.set(samples, delay);
    return forward(weights, fbank(padded).values);
  });
  const found = new Map();
  for (const run of runs) for (const ids of bestSentences(run, weights.tokens)) found.set(ids.join(), ids);
  return [...found.values()].map((ids) => ({
    text: ids.map((id) => names[id]).join(""),
    log: runs.reduce((sum, run) => sum + logProbability(run, ids, weights.tokens), 0) / runs.length,
  }));
}

/** CTC prefix beam search; token 0 is the blank. */
function bestSentences({ frames, logProbabilities }, tokens) {
  let beam = new Map([["", { ids: [], blank: 0, token: -Infinity }]]);
  for (let frame = 0; frame < frames; frame += 1) {
    const row = logProbabilities.subarray(frame * tokens, (frame + 1) * tokens);
    const likely = [...row.keys()].filter((id) => id > 0 && row[id] > LEAST_LOG);
    const next = new Map();
    const add = (ids, blank, token) => {
      const known = next.get(ids.join()) ?? { ids, blank: -Infinity, token: -Infinity };
      next.set(ids.join(), { ids, blank: logSum(known.blank, blank), token: logSum(known.token, token) });
    };
    for (const { ids, blank, token } of beam.values()) {
      const last = ids.at(-1);
      add(ids, logSum(blank, token) + row[0], last === undefined ? -Infinity : token + row[last]);
      for (const id of likely)
        add([...ids, id], -Infinity, (id === last ? blank : logSum(blank, token)) + row[id]);
    }
    const total = ([, { blank, token }]) => logSum(blank, token);
    beam = new Map([...next].sort((a, b) => total(b) - total(a)).slice(0, BEAM));
  }
  return [...beam.values()].map(({ ids }) => ids);
}

/** Over all alignments (the forward pass of CTC). */
function logProbability({ frames, logProbabilities }, ids, tokens) {
  const states = 2 * ids.length + 1;
  const idOf = (state) => (state % 2 === 0 ? 0 : ids[state >> 1]);
  let row = Float64Array.from({ length: states }, (_, state) =>
    state < 2 ? logProbabilities[idOf(state)] : -Infinity,
  );
  for (let frame = 1; frame < frames; frame += 1) {
    row = row.map((value, state) => {
      let sum = logSum(value, row[state - 1] ?? -Infinity);
      if (state % 2 === 1 && idOf(state) !== idOf(state - 2)) sum = logSum(sum, row[state - 2] ?? -Infinity);
      return sum + logProbabilities[frame * tokens + idOf(state)];
    });
  }
  return logSum(row.at(-1), row.at(-2) ?? -Infinity);
}

function logSum(a, b) {
  if (a === -Infinity) return b;
  return b === -Infinity ? a : Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
}

/** The best value of some sentences: its share of all, its share of all values, and whether it is right. */
function weigh(sentences, said) {
  const best = Math.max(...sentences.map(({ log }) => log));
  const shares = new Map();
  let all = 0;
  for (const { text, log } of sentences) {
    const weight = Math.exp(log - best);
    all += weight;
    const action = text.includes(OUTSIDE) ? undefined : actionIfSure(text);
    if (action?.kind === "stored") shares.set(action.key, (shares.get(action.key) ?? 0) + weight);
  }
  const expected = said === "" ? undefined : actionIfSure(said);
  const [[key, weight] = ["", 0]] = [...shares].sort((a, b) => b[1] - a[1]);
  const values = [...shares.values()].reduce((sum, one) => sum + one, 0);
  return {
    share: weight / all,
    ofValues: values === 0 ? 0 : weight / values,
    isRight: expected?.kind === "stored" && expected.key === key,
  };
}

function report(set, values) {
  const count = (taken) => {
    const right = taken.filter(({ isRight }) => isRight).length;
    return `${right} / ${taken.length - right}`;
  };
  const stored = STORED.map((least) => `${least}: ${count(values.filter(({ share }) => share >= least))}`);
  const asked = ASKED.map(
    (least) =>
      `${least}: ${count(values.filter(({ share, ofValues }) => share >= least && share < STORED_FROM && ofValues >= ASKED_OF_VALUES))}`,
  );
  console.log(`${set}: ${values.length} clips`);
  console.log(`  stored right / wrong, from a share of ${stored.join(", ")}`);
  console.log(`  below ${STORED_FROM} asked right / wrong, from ${asked.join(", ")}`);
}

await main();
