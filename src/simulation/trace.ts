import type { Command } from "../controller/commands.js";
import type { ControllerEvent } from "../controller/events.js";
import type { ControllerState } from "../controller/state.js";

/** What happened in a shift: all of it as a digest, the end of it in words. */
export interface Trace {
  note(event: ControllerEvent, after: ControllerState, commands: readonly Command[]): void;
  /** Eight hexadecimal digits; two runs of a seed must agree. */
  digest(): string;
  /** The last steps, the oldest first. */
  lines(): readonly string[];
}

interface Step {
  readonly event: ControllerEvent;
  readonly talk: ControllerState["talk"]["kind"];
  readonly commands: readonly Command[];
}

/** Steps that are kept for the report of a broken rule. Words are made of them only then: a shift has a hundred. */
const keptSteps = 12;

export function createTrace(): Trace {
  const kept: Step[] = [];
  let digest = 0;
  let steps = 0;
  return {
    note(event, { talk }, commands) {
      kept[steps % keptSteps] = { event, talk: talk.kind, commands };
      steps += 1;
      digest = mix(digest, event.kind);
      if (event.kind === "gesture") digest = mix(digest, event.gesture);
      digest = mix(digest, talk.kind);
      for (const { kind } of commands) digest = mix(digest, kind);
    },
    digest: () => (digest >>> 0).toString(16).padStart(8, "0"),
    lines() {
      const oldest = steps > keptSteps ? steps % keptSteps : 0;
      return [...kept.slice(oldest), ...kept.slice(0, oldest)].map(lineOf);
    },
  };
}

function lineOf({ event, talk, commands }: Step): string {
  const gesture = event.kind === "gesture" ? `:${event.gesture}` : "";
  return `${event.kind}${gesture} → ${talk} ${commands.map(({ kind }) => kind).join(",")}`;
}

const prime = 0x01000193;
/** The words are few, so that each is hashed once. */
const hashes = new Map<string, number>();

/** Folds a word into a digest. */
function mix(digest: number, word: string): number {
  let known = hashes.get(word);
  if (known === undefined) {
    known = hash(word);
    hashes.set(word, known);
  }
  return Math.imul(digest ^ known, prime);
}

/** FNV-1a over the characters. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    value = Math.imul(value ^ text.charCodeAt(index), prime);
  return value;
}
