// Scores the exported model on folders of test files, through the unmodified sherpa-onnx-node.
//
// usage: node evaluate.mjs MODEL_FOLDER TESTS.tsv [--set NAME] [--verbose] [--json OUT]
//
// TESTS.tsv has a line `set  file  said` for each WAV file (16 kHz mono S16LE; files relative to the table; an empty
// `said` means that nothing may be understood). Prints, for each set: sentences without error, token and digit
// errors, results that a parser would take as a value, and what thresholds of the weakest probability would do.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { parseArgs } from "node:util";

const CHUNK_SAMPLES = 1600;
const TAIL_SAMPLES = 8000;
// The device decodes each sound a second time, so many samples later against the frames: manifest.json, second_phase_ms.
const SECOND_PHASE_SAMPLES = 320;
const THRESHOLDS = [0, 0.3, 0.5, 0.6, 0.65, 0.7, 0.75, 0.8];
const OUTSIDE = "□";
const INTEGER = "[零一二两三四五六七八九幺十百千万]+";
const NUMBER =
  "zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\\w+teen|\\w+ty|hundred|thousand|million|and|double|triple";
// A token is a character, or a word where the text has Latin letters.
const DIGIT = new RegExp(`^(?:[零一二三四五六七八九幺两]|${NUMBER})$`, "u");
const VALUE = new RegExp(`^[^负正]*?[负正]?${INTEGER}(点${INTEGER})?[^点]*$|\\b(?:${NUMBER})\\b`, "u");

function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { set: { type: "string" }, verbose: { type: "boolean" }, json: { type: "string" } },
  });
  const [folder, table] = positionals;
  if (folder === undefined || table === undefined) {
    console.error("usage: node evaluate.mjs MODEL_FOLDER TESTS.tsv [--set NAME] [--verbose] [--json OUT]");
    process.exit(2);
  }
  const recogniser = openRecogniser(folder);
  const results = readTable(table)
    .filter(({ set }) => values.set === undefined || set === values.set)
    .map((test) => ({
      ...test,
      ...recognise(recogniser, readWave(path.join(path.dirname(table), test.file))),
    }));
  for (const set of new Set(results.map((result) => result.set))) {
    report(
      set,
      results.filter((result) => result.set === set),
    );
  }
  report(
    "all sets with words",
    results.filter(({ said }) => said !== ""),
  );
  if (values.verbose) {
    for (const { set, file, said, text, probabilities } of results.filter(
      (r) => stripOutside(r.text) !== r.said,
    )) {
      console.log(
        `${set} ${file}: ${said || "-"} -> ${text} ${probabilities.map((p) => p.toFixed(2)).join(" ")}`,
      );
    }
  }
  if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(results));
}

function openRecogniser(folder) {
  const { OnlineRecognizer } = createRequire(process.env.SHERPA_FROM ?? import.meta.url)("sherpa-onnx-node");
  const file = (name) => path.join(folder, name);
  return new OnlineRecognizer({
    featConfig: { sampleRate: 16000, featureDim: 80 },
    modelConfig: {
      transducer: {
        encoder: file("encoder.onnx"),
        decoder: file("decoder.onnx"),
        joiner: file("joiner.onnx"),
      },
      tokens: file("tokens.txt"),
      numThreads: 1,
      provider: "cpu",
      debug: 0,
    },
    decodingMethod: "greedy_search",
    enableEndpoint: 0,
  });
}

// As the device does: the weaker probability of two decodings, and whether they agree.
function recognise(recogniser, samples) {
  const first = decode(recogniser, samples, 0);
  const second = decode(recogniser, samples, SECOND_PHASE_SAMPLES);
  const weakest = Math.min(1, ...first.probabilities, ...second.probabilities);
  return { ...first, weakest, agrees: first.text === second.text, spent: first.spent + second.spent };
}

// A fresh stream for each file: reset() keeps the state of the encoder.
function decode(recogniser, samples, delay) {
  const started = performance.now();
  const stream = recogniser.createStream();
  const padded = new Float32Array(delay + samples.length + TAIL_SAMPLES);
  padded.set(samples, delay);
  for (let start = 0; start < padded.length; start += CHUNK_SAMPLES) {
    stream.acceptWaveform({ sampleRate: 16000, samples: padded.subarray(start, start + CHUNK_SAMPLES) });
    while (recogniser.isReady(stream)) recogniser.decode(stream);
  }
  const { tokens, ys_probs: logs = [] } = recogniser.getResult(stream);
  return {
    text: tokens.join("").replaceAll("▁", " ").trim(),
    probabilities: logs.map(Math.exp),
    seconds: padded.length / 16000,
    spent: (performance.now() - started) / 1000,
  };
}

function report(set, results) {
  if (results.length === 0) return;
  const count = results.length;
  const part = (number, total = count) => `${((100 * number) / Math.max(1, total)).toFixed(1)} %`;
  const sum = (value) => results.reduce((total, result) => total + value(result), 0);
  const isRight = ({ said, text }) => stripOutside(text) === said;
  const speed = sum(({ spent }) => spent) / sum(({ seconds }) => seconds);
  const head = `${set}: ${count} files, ${(sum(({ seconds }) => seconds) / 60).toFixed(1)} min, real-time factor ${speed.toFixed(3)}`;
  const spoken = results.filter(({ said }) => said !== "");
  const lines = [];
  if (spoken.length === 0) {
    const some = results.filter(({ text }) => stripOutside(text) !== "").length;
    const pure = results.filter(({ text }) => looksLikeValue(text));
    lines.push(
      `any token understood ${part(some)}, value without ${OUTSIDE} ${pure.length} (${part(pure.length)})`,
    );
    lines.push(
      `value at p >= ${THRESHOLDS.map((t) => `${t}: ${pure.filter((result) => result.agrees && result.weakest >= t).length}`).join(", ")}`,
    );
  } else {
    const errors = sum(({ said, text }) => distance(tokensOf(stripOutside(text)), tokensOf(said)));
    const digits = sum(({ said, text }) => distance(onlyDigits(text), onlyDigits(said)));
    const digitTotal = sum(({ said }) => onlyDigits(said).length);
    lines.push(
      `right ${part(results.filter(isRight).length)}, token errors ${part(
        errors,
        sum(({ said }) => tokensOf(said).length),
      )}, digit errors ${part(digits, digitTotal)}`,
    );
    const rows = THRESHOLDS.map((threshold) => {
      const taken = results.filter(
        (r) => r.text !== "" && !r.text.includes(OUTSIDE) && r.agrees && r.weakest >= threshold,
      );
      const wrong = taken.filter((result) => !isRight(result)).length;
      return `${threshold}: ${part(taken.length)} / ${part(wrong, taken.length)}`;
    });
    lines.push(`taken / of these wrong, at p >= ${rows.join(", ")}`);
  }
  console.log([head, ...lines].join("\n  "));
}

function looksLikeValue(text) {
  return text !== "" && !text.includes(OUTSIDE) && VALUE.test(text);
}

const stripOutside = (text) => text.replaceAll(OUTSIDE, "").replaceAll(/ +/g, " ").trim();
const tokensOf = (text) => (/[a-z]/.test(text) ? text.split(" ") : [...text]);
const onlyDigits = (text) => tokensOf(text).filter((token) => DIGIT.test(token));

// Insertions, deletions and substitutions between two lists.
function distance(left, right) {
  const row = Array.from({ length: right.length + 1 }, (_, j) => j);
  for (const [i, a] of left.entries()) {
    let diagonal = row[0];
    row[0] = i + 1;
    for (const [j, b] of right.entries()) {
      const substituted = diagonal + (a === b ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = Math.min(row[j + 1] + 1, row[j] + 1, substituted);
    }
  }
  return row.at(-1);
}

function readTable(file) {
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => {
    const [set = "", name = "", said = ""] = line.split("\t");
    return { set, file: name, said };
  });
}

function readWave(file) {
  const bytes = readFileSync(file);
  const start = bytes.indexOf("data", 12, "latin1") + 8;
  return Float32Array.from(
    { length: (bytes.length - start) >> 1 },
    (_, i) => bytes.readInt16LE(start + 2 * i) / 32768,
  );
}

main();
