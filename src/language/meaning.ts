import { decimalToText } from "./decimal.js";
import type { Command, SpokenMeasurement, Utterance } from "./utterance.js";

/**
 * What an utterance says, whatever words it says it with: two sentences with the same meaning are the same to the
 * operator. Decimals count, 12.50 is not 12.5. Undefined for what means nothing.
 */
export function meaningOf(utterance: Utterance): string | undefined {
  switch (utterance.kind) {
    case "none":
      return undefined;
    case "measurement":
      return `measurement ${ofMeasurement(utterance)}`;
    case "ambiguous": {
      const { name, unit, readings, command } = utterance;
      return `ambiguous ${command ?? ""} ${name ?? ""} ${readings.map(decimalToText).join("/")} ${unit ?? ""}`;
    }
    case "command":
      return `command ${ofCommand(utterance.command)}`;
  }
}

function ofMeasurement({ name, value, unit }: SpokenMeasurement): string {
  return `${name ?? ""} ${decimalToText(value)} ${unit ?? ""}`;
}

function ofCommand(command: Command): string {
  switch (command.name) {
    case "correct":
      return command.measurement === undefined ? "correct" : `correct ${ofMeasurement(command.measurement)}`;
    case "undo":
      return `undo ${command.recordNumber ?? ""}`;
    case "part":
    case "batch":
    case "inspector":
      return `${command.name} ${command.argument}`;
    default:
      return command.name;
  }
}
