/** What goes to the process that speaks with sherpa-onnx. */
export type ToSherpa =
  | { readonly kind: "load"; readonly files: VoiceFiles }
  | { readonly kind: "say"; readonly id: number; readonly text: string; readonly speed: number };

/** What comes back. */
export type FromSherpa =
  | { readonly kind: "loaded" }
  | { readonly kind: "load_failed"; readonly detail: string }
  | {
      readonly kind: "said";
      readonly id: number;
      readonly sampleRateHz: number;
      /** −1 to 1. */
      readonly samples: Float32Array;
    }
  | { readonly kind: "unspeakable"; readonly id: number; readonly detail: string };

/** Absolute paths of a VITS voice's files. */
export interface VoiceFiles {
  readonly model: string;
  readonly lexicon: string;
  readonly tokens: string;
  /** Rules that turn numbers and dates into words, in the order in which they are applied. */
  readonly ruleFsts: readonly string[];
  readonly speaker: number;
}

/** Longest sound that is taken from a message: a minute at 48 kHz. */
const samplesLimit = 60 * 48_000;

/** Checks a message to the process; undefined for anything that is none. */
export function readToSherpa(message: unknown): ToSherpa | undefined {
  if (!isTagged(message)) return undefined;
  if (message.kind === "load" && isVoiceFiles(message["files"]))
    return { kind: "load", files: message["files"] };
  const { id, text, speed } = message;
  return message.kind === "say" &&
    typeof id === "number" &&
    typeof text === "string" &&
    typeof speed === "number"
    ? { kind: "say", id, text, speed }
    : undefined;
}

/** Checks a message from the process; undefined for anything that is none. */
export function readFromSherpa(message: unknown): FromSherpa | undefined {
  if (!isTagged(message)) return undefined;
  const { id, detail, sampleRateHz, samples } = message;
  switch (message.kind) {
    case "loaded":
      return { kind: "loaded" };
    case "load_failed":
      return typeof detail === "string" ? { kind: "load_failed", detail } : undefined;
    case "said": {
      if (typeof id !== "number" || !isRate(sampleRateHz)) return undefined;
      if (!(samples instanceof Float32Array) || samples.length > samplesLimit) return undefined;
      return { kind: "said", id, sampleRateHz, samples };
    }
    case "unspeakable":
      return typeof id === "number" && typeof detail === "string"
        ? { kind: "unspeakable", id, detail }
        : undefined;
    default:
      return undefined;
  }
}

function isTagged(message: unknown): message is { readonly kind: string; readonly [key: string]: unknown } {
  return typeof message === "object" && message !== null && "kind" in message;
}

function isRate(value: unknown): value is number {
  return typeof value === "number" && value >= 8_000 && value <= 48_000;
}

function isVoiceFiles(value: unknown): value is VoiceFiles {
  if (typeof value !== "object" || value === null) return false;
  const { model, lexicon, tokens, ruleFsts, speaker } = value as Record<string, unknown>;
  return (
    [model, lexicon, tokens].every((path) => typeof path === "string") &&
    Array.isArray(ruleFsts) &&
    typeof speaker === "number"
  );
}
