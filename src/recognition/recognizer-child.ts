/**
 * The recogniser's process: the only place where sherpa-onnx is loaded, since its native code may abort. It is started
 * by `recognizer-process.ts`, takes the messages of `messages.ts` and ends when the channel to its parent does.
 */

import { readFileSync } from "node:fs";
import sherpa from "sherpa-onnx-node";
import { readEncoder } from "../network/encoder-file.js";
import type { Weights } from "../network/network.js";
import { messageOf } from "../runtime/assert.js";
import { textOfTokens } from "./confidence.js";
import { type FromChild, type ModelFiles, readToChild, type ToChild } from "./messages.js";
import { createWeigher, type Weigher } from "./weigher.js";

/** The last chunk is decoded only when more sound follows it, in samples: 0.5 s of silence. */
const tailSamples = 8_000;
const sampleRateHz = 16_000;
/** Speech is over after so much time without a new token, and nobody speaks after so much without any. */
const pauseMs = 900;
const silenceMs = 6_000;

type Recognizer = InstanceType<typeof sherpa.OnlineRecognizer>;

type Stream = ReturnType<Recognizer["createStream"]>;

interface Turn {
  readonly id: number;
  /** What was loaded when the turn began: another voice counts from the next turn on. */
  readonly recognizer: Recognizer;
  readonly stream: Stream;
  readonly weigher: Weigher | undefined;
  samples: number;
  decodeMs: number;
  text: string;
  textChangedAtMs: number;
  ended: boolean;
}

let recognizer: Recognizer | undefined;
let beginWeighing: (() => Weigher) | undefined;
let turn: Turn | undefined;

process.on("message", (message) => {
  const known = readToChild(message);
  if (known !== undefined) handle(known);
});
process.on("disconnect", () => process.exit(0));

function handle(message: ToChild): void {
  switch (message.kind) {
    case "load":
      load(message.files, message.threads, message.phasesMs);
      return;
    case "ping":
      send({ kind: "pong", residentBytes: process.memoryUsage.rss() });
      return;
    case "begin":
      begin(message.turn);
      return;
    case "samples":
      if (turn?.id === message.turn) accept(turn, message.samples);
      return;
    case "finish":
      if (turn?.id === message.turn) finish(turn);
      return;
  }
}

function load(files: ModelFiles, numThreads: number, phasesMs: readonly number[]): void {
  try {
    beginWeighing = phasesMs.length === 0 ? undefined : weighing(files, phasesMs);
    recognizer = new sherpa.OnlineRecognizer({
      featConfig: { sampleRate: sampleRateHz, featureDim: 80 },
      modelConfig: {
        transducer: { encoder: files.encoder, decoder: files.decoder, joiner: files.joiner },
        tokens: files.tokens,
        numThreads,
        provider: "cpu",
        debug: 0,
      },
      decodingMethod: "greedy_search",
      // Its rules count blanks; pauses are counted here, in time since the last token.
      enableEndpoint: 0,
    });
    send({ kind: "loaded", residentBytes: process.memoryUsage.rss() });
  } catch (thrown) {
    send({ kind: "load_failed", detail: messageOf(thrown) });
  }
}

/** How a turn's sentences are weighed: by the same network as sherpa-onnx runs, which does not tell its outputs. */
function weighing({ encoder, tokens }: ModelFiles, phasesMs: readonly number[]): () => Weigher {
  const read = readEncoder(readFileSync(encoder));
  if (!read.ok) throw new Error(read.error);
  const { weights } = read.value;
  const names = tokenNames(readFileSync(tokens, "utf8"), weights);
  return () => createWeigher(weights, names, phasesMs);
}

/** `tokens.txt`: a token and its number a line. */
function tokenNames(text: string, { tokens }: Weights): readonly string[] {
  const names: string[] = [];
  for (const line of text.split("\n")) {
    const [name = "", id] = line.split(" ");
    if (id !== undefined) names[Number(id)] = name;
  }
  if (names.length < tokens) throw new Error(`tokens.txt has ${names.length} tokens, the network ${tokens}`);
  return names;
}

/** A fresh stream for each turn: `reset()` would keep the encoder's state of the turn before. */
function begin(id: number): void {
  if (recognizer === undefined) return;
  turn = {
    id,
    recognizer,
    stream: recognizer.createStream(),
    weigher: beginWeighing?.(),
    samples: 0,
    decodeMs: 0,
    text: "",
    textChangedAtMs: 0,
    ended: false,
  };
}

function accept(current: Turn, samples: Int16Array): void {
  decode(current, samples);
  current.samples += samples.length;
  const text = textOfTokens(current.recognizer.getResult(current.stream).tokens);
  const nowMs = audioMs(current);
  if (text !== current.text) {
    current.text = text;
    current.textChangedAtMs = nowMs;
    send({ kind: "partial", turn: current.id, text });
  }
  const limit = current.text === "" ? silenceMs : pauseMs;
  if (!current.ended && nowMs - current.textChangedAtMs >= limit) {
    current.ended = true;
    send({ kind: "endpoint", turn: current.id });
  }
}

function finish(current: Turn): void {
  decode(current, new Int16Array(tailSamples));
  const result = current.recognizer.getResult(current.stream);
  const before = process.cpuUsage();
  const sentences = current.weigher?.sentences();
  current.decodeMs += cpuMsSince(before);
  turn = undefined;
  send({
    kind: "final",
    turn: current.id,
    heard: {
      tokens: result.tokens,
      logProbabilities: result.ys_probs ?? [],
      timestamps: result.timestamps,
      audioMs: audioMs(current),
      decodeMs: Math.round(current.decodeMs * 10) / 10,
      ...(sentences === undefined ? {} : { sentences }),
    },
  });
}

function decode(current: Turn, samples: Int16Array): void {
  const before = process.cpuUsage();
  const floats = Float32Array.from(samples, (sample) => sample / 32_768);
  current.stream.acceptWaveform({ sampleRate: sampleRateHz, samples: floats });
  while (current.recognizer.isReady(current.stream)) current.recognizer.decode(current.stream);
  current.weigher?.accept(samples);
  current.decodeMs += cpuMsSince(before);
}

function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

function audioMs(current: Turn): number {
  return Math.round((current.samples / sampleRateHz) * 1000);
}

function send(message: FromChild): void {
  process.send?.(message);
}
