/** What goes to the recogniser's process. Sound is 16 kHz mono S16. */
export type ToChild =
  | {
      readonly kind: "load";
      readonly files: ModelFiles;
      readonly threads: number;
      /** Whole sentences are weighed, with the network at these phases of its frames; empty for not. */
      readonly phasesMs: readonly number[];
    }
  | { readonly kind: "begin"; readonly turn: number }
  | { readonly kind: "samples"; readonly turn: number; readonly samples: Int16Array }
  | { readonly kind: "finish"; readonly turn: number }
  | { readonly kind: "ping" };

/** What comes back. */
export type FromChild =
  | { readonly kind: "loaded"; readonly residentBytes: number }
  | { readonly kind: "load_failed"; readonly detail: string }
  | { readonly kind: "partial"; readonly turn: number; readonly text: string }
  | { readonly kind: "endpoint"; readonly turn: number }
  | { readonly kind: "final"; readonly turn: number; readonly heard: RawTranscript }
  | { readonly kind: "pong"; readonly residentBytes: number };

/** Absolute paths of a transducer's files. */
export interface ModelFiles {
  readonly encoder: string;
  readonly decoder: string;
  readonly joiner: string;
  readonly tokens: string;
  /** The encoder was trained further on one person's sentences. */
  readonly isVoiceLearnt?: boolean;
}

/** A transcript as sherpa-onnx gives it. */
export interface RawTranscript {
  readonly tokens: readonly string[];
  /** Natural logarithms, one a token; empty when the model gives none. */
  readonly logProbabilities: readonly number[];
  /** Seconds from the beginning of the turn, one a token. */
  readonly timestamps: readonly number[];
  readonly audioMs: number;
  readonly decodeMs: number;
  /** Where sentences are weighed: those that are likely, the likeliest first. */
  readonly sentences?: readonly WeighedSentence[];
}

/** One of the sentences that may have been said. */
export interface WeighedSentence {
  readonly tokens: readonly string[];
  /** Of all sentences that were found, 0 to 1. */
  readonly share: number;
}

/** Longest piece of sound that is taken from a message: more is a fault of the sender. */
const samplesLimit = 16_000 * 10;

/** Checks a message from the other side of the process border; undefined for anything that is none. */
export function readToChild(message: unknown): ToChild | undefined {
  if (!isTagged(message)) return undefined;
  switch (message.kind) {
    case "ping":
      return { kind: "ping" };
    case "begin":
    case "finish":
      return typeof message["turn"] === "number" ? { kind: message.kind, turn: message["turn"] } : undefined;
    case "samples": {
      const { turn, samples } = message;
      if (typeof turn !== "number" || !(samples instanceof Int16Array) || samples.length > samplesLimit)
        return undefined;
      return { kind: "samples", turn, samples };
    }
    case "load": {
      const { files, threads, phasesMs } = message;
      return typeof threads === "number" && isNumbers(phasesMs) && isModelFiles(files)
        ? { kind: "load", files, threads, phasesMs }
        : undefined;
    }
    default:
      return undefined;
  }
}

/** Checks a message of the child. */
export function readFromChild(message: unknown): FromChild | undefined {
  if (!isTagged(message)) return undefined;
  const { turn, text, detail, residentBytes, heard } = message;
  switch (message.kind) {
    case "loaded":
    case "pong":
      return typeof residentBytes === "number" ? { kind: message.kind, residentBytes } : undefined;
    case "load_failed":
      return typeof detail === "string" ? { kind: "load_failed", detail } : undefined;
    case "partial":
      return typeof turn === "number" && typeof text === "string"
        ? { kind: "partial", turn, text }
        : undefined;
    case "endpoint":
      return typeof turn === "number" ? { kind: "endpoint", turn } : undefined;
    case "final":
      return typeof turn === "number" && isRawTranscript(heard) ? { kind: "final", turn, heard } : undefined;
    default:
      return undefined;
  }
}

interface Tagged {
  readonly kind: string;
  readonly [field: string]: unknown;
}

function isTagged(message: unknown): message is Tagged {
  return (
    typeof message === "object" && message !== null && "kind" in message && typeof message.kind === "string"
  );
}

function isModelFiles(value: unknown): value is ModelFiles {
  const names = ["encoder", "decoder", "joiner", "tokens"];
  return (
    typeof value === "object" &&
    value !== null &&
    names.every((name) => typeof Reflect.get(value, name) === "string")
  );
}

function isRawTranscript(value: unknown): value is RawTranscript {
  if (typeof value !== "object" || value === null) return false;
  const sentences: unknown = Reflect.get(value, "sentences");
  return (
    hasLists(value, ["tokens", "logProbabilities", "timestamps"]) &&
    typeof Reflect.get(value, "audioMs") === "number" &&
    (sentences === undefined || (Array.isArray(sentences) && sentences.every(isWeighedSentence)))
  );
}

function isWeighedSentence(value: unknown): boolean {
  return hasLists(value, ["tokens"]) && typeof Reflect.get(Object(value), "share") === "number";
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((one) => typeof one === "number");
}

function hasLists(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  return names.every((name) => Array.isArray(Reflect.get(value, name)));
}
