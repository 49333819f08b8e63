/**
 * The process that speaks with sherpa-onnx, since its native code may abort. It ends when the channel to its parent does.
 */
import { readFileSync } from "node:fs";
import sherpa from "sherpa-onnx-node";
import { messageOf } from "../runtime/assert.js";
import { type FromSherpa, readToSherpa, type ToSherpa, type VoiceFiles } from "./sherpa-messages.js";

type Say = Extract<ToSherpa, { kind: "say" }>;

interface Loaded {
  readonly tts: sherpa.OfflineTts;
  readonly speaker: number;
  /** Characters that the voice can pronounce one by one. */
  readonly characters: ReadonlySet<string>;
}

let loaded: Loaded | undefined;

process.on("message", (message) => {
  const known = readToSherpa(message);
  if (known !== undefined) handle(known);
});
process.on("disconnect", () => process.exit(0));

function handle(message: ToSherpa): void {
  if (message.kind === "load") load(message.files);
  else if (loaded !== undefined) say(loaded, message);
}

function say({ tts, speaker, characters }: Loaded, { id, text, speed }: Say): void {
  // sherpa-onnx 1.13.8 leaves an unknown character out, and crashes when it knows none: neither is a read-back.
  const unknown = [...text.replace(/[\p{P}\s]/gu, "").toLowerCase()].find((one) => !characters.has(one));
  if (unknown !== undefined) {
    send({ kind: "unspeakable", id, detail: `the voice cannot pronounce ${unknown}` });
    return;
  }
  // A buffer outside of V8's heap would be copied once more when it is sent.
  const { samples, sampleRate } = tts.generate({ text, sid: speaker, speed, enableExternalBuffer: false });
  send({ kind: "said", id, samples, sampleRateHz: sampleRate });
}

function load({ model, lexicon, tokens, ruleFsts, speaker }: VoiceFiles): void {
  try {
    const tts = new sherpa.OfflineTts({
      model: { vits: { model, lexicon, tokens }, numThreads: 1, provider: "cpu", debug: 0 },
      ruleFsts: ruleFsts.join(","),
      maxNumSentences: 1,
    });
    loaded = { tts, speaker, characters: charactersOf(lexicon) };
    send({ kind: "loaded" });
  } catch (thrown) {
    send({ kind: "load_failed", detail: messageOf(thrown) });
  }
}

/** The entries of one character in a lexicon whose lines are a word and its phones. */
function charactersOf(lexicon: string): ReadonlySet<string> {
  const words = readFileSync(lexicon, "utf8")
    .split("\n")
    .map((line) => line.split(/\s/, 1)[0] ?? "");
  return new Set(words.filter((word) => [...word].length === 1));
}

function send(message: FromSherpa): void {
  process.send?.(message);
}
