import { type Decimal, decimalToText } from "./decimal.js";
import type { SpokenMeasurement, Utterance } from "./utterance.js";

/** One line of `voicegauge parse`: numbers are text, so that 12.50 keeps its zero. */
export interface ParseJson {
  readonly text: string;
  readonly kind: Utterance["kind"];
  readonly name?: string;
  readonly value?: string;
  readonly unit?: string;
  readonly command?: string;
  readonly argument?: string;
  readonly readings?: readonly string[];
  readonly reason?: string;
}

/** An utterance as plain data; keys without a value are left out. */
export function utteranceToJson(utterance: Utterance): ParseJson {
  const { text, kind } = utterance;
  switch (utterance.kind) {
    case "measurement":
      return { text, kind, ...measurement(utterance) };
    case "ambiguous": {
      const { name, unit, readings, reason, command } = utterance;
      return {
        text,
        kind,
        ...(name === undefined ? {} : { name }),
        ...(unit === undefined ? {} : { unit }),
        ...(command === undefined ? {} : { command }),
        readings: readings.map(decimalToText),
        reason,
      };
    }
    case "none":
      return { text, kind, reason: utterance.reason };
    case "command": {
      const { command } = utterance;
      const base = { text, kind, command: command.name };
      if (command.name === "correct") {
        return { ...base, ...(command.measurement === undefined ? {} : measurement(command.measurement)) };
      }
      if (command.name === "undo") {
        return {
          ...base,
          ...(command.recordNumber === undefined ? {} : { argument: String(command.recordNumber) }),
        };
      }
      return "argument" in command ? { ...base, argument: command.argument } : base;
    }
  }
}

function measurement({ name, value, unit }: SpokenMeasurement): {
  readonly name?: string;
  readonly value: string;
  readonly unit?: string;
} {
  return {
    ...(name === undefined ? {} : { name }),
    value: decimalToText(value satisfies Decimal),
    ...(unit === undefined ? {} : { unit }),
  };
}
