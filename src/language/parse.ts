import { correctedEn, opensCommandEn, readCommandEn } from "./commands-en.js";
import { correctedZh, opensCommandZh, readCommandZh } from "./commands-zh.js";
import type { Decimal } from "./decimal.js";
import { fold } from "./fold.js";
import { measure } from "./measure.js";
import type { Measured } from "./measured.js";
import { builtInNames, type NameEntry } from "./names.js";
import type { SpokenLanguage } from "./read-number.js";
import { soundAlikes } from "./sounds-like.js";
import { stripEnds } from "./strip.js";
import type { AmbiguousUtterance, Command, SpokenMeasurement, Utterance } from "./utterance.js";

export { builtInNames, type NameEntry } from "./names.js";

/** What is known beside the words. */
export interface ParseContext {
  readonly names: readonly NameEntry[];
  readonly language: SpokenLanguage;
  /** The characteristic that comes next, for a value without a name: 二十度 is then a temperature, or is not. */
  readonly expected?: NameEntry;
  /**
   * The text comes from a recogniser, which may write 厂度十五 for 长度十五 or 长度是五 for 长度十五: what only sounds
   * like a measurement is then asked. Left out it is refused, and 长度是五 is 5.
   */
  readonly soundAlikes?: boolean;
}

/** No sentence of an operator is longer, in UTF-16 units. */
const lengthMax = 300;

const standard: ParseContext = { names: builtInNames, language: "auto" };

/**
 * What a sentence means. Total: any text gives an utterance, in time linear in its length, and nothing is ever thrown.
 * A measurement is returned only where the grammar knows every character of the text and sees one reading.
 */
export function parse(text: string, context: ParseContext = standard): Utterance {
  if (text.length > lengthMax)
    return { kind: "none", text, reason: text.trim() === "" ? "empty" : "too_long" };
  const body = stripEnds(fold(text));
  if (body === "") return { kind: "none", text, reason: "empty" };
  const command = readCommand(body, context.language);
  if (command !== undefined) return { kind: "command", text, command };
  const corrected = correctionIn(body, context.language);
  if (corrected !== undefined) return correction(text, measure(corrected, context));
  if (opensCommand(body, context.language)) return { kind: "none", text, reason: "unknown_words" };
  const utterance = toUtterance(text, measure(body, context));
  const isBroken = utterance.kind === "none" || isMalformed(utterance);
  return isBroken && context.soundAlikes === true
    ? (askSoundAlikes(text, body, context) ?? utterance)
    : utterance;
}

/** 五是毫米: what is no number as it is written may be one as it sounds. */
function isMalformed(utterance: Utterance): boolean {
  return utterance.kind === "ambiguous" && utterance.reason === "malformed_number";
}

/** The measurements that a text sounds like, as a question; undefined when it sounds like none. */
function askSoundAlikes(text: string, body: string, context: ParseContext): AmbiguousUtterance | undefined {
  const heard = soundAlikes(body, context.names).flatMap((way) => {
    const measured = measure(way, context);
    return measured.kind === "clear" ? [measured] : [];
  });
  const [first] = heard;
  // A bare number may be any words; with its name or its unit it is hardly an accident.
  if (first === undefined || (first.name === undefined && first.unit === undefined)) return undefined;
  const same = heard.filter(({ name, unit }) => name === first.name && unit === first.unit);
  const { value: _value, ...spoken } = spokenMeasurement(first);
  return {
    kind: "ambiguous",
    text,
    ...spoken,
    readings: distinct(same.map(({ value }) => value)),
    reason: "sounds_alike",
  };
}

function readCommand(body: string, language: SpokenLanguage): Command | undefined {
  const zh = language === "en" ? undefined : readCommandZh(body);
  return zh ?? (mayBeEnglish(body, language) ? readCommandEn(body) : undefined);
}

function correctionIn(body: string, language: SpokenLanguage): string | undefined {
  const zh = language === "en" ? undefined : correctedZh(body);
  return zh ?? (mayBeEnglish(body, language) ? correctedEn(body) : undefined);
}

function opensCommand(body: string, language: SpokenLanguage): boolean {
  return (
    (language !== "en" && opensCommandZh(body)) || (mayBeEnglish(body, language) && opensCommandEn(body))
  );
}

/** No English command is without a letter. */
function mayBeEnglish(body: string, language: SpokenLanguage): boolean {
  return language !== "zh" && /[a-z]/i.test(body);
}

function correction(text: string, measured: Measured): Utterance {
  if (measured.kind === "clear") {
    return { kind: "command", text, command: { name: "correct", measurement: spokenMeasurement(measured) } };
  }
  const utterance = toUtterance(text, measured);
  return utterance.kind === "ambiguous" ? { ...utterance, command: "correct" } : utterance;
}

function toUtterance(text: string, measured: Measured): Utterance {
  switch (measured.kind) {
    case "clear":
      return { kind: "measurement", text, ...spokenMeasurement(measured) };
    case "doubtful": {
      const { kind: _kind, readings, ...rest } = measured;
      return { kind: "ambiguous", text, ...rest, readings: distinct(readings) } satisfies AmbiguousUtterance;
    }
    case "refused":
      return { kind: "none", text, reason: measured.reason };
  }
}

/** A “no” must lead to another number, not to the same one. */
function distinct(readings: readonly Decimal[]): readonly Decimal[] {
  return readings.filter(
    ({ unscaled, scale }, at) =>
      readings.findIndex((other) => other.unscaled === unscaled && other.scale === scale) === at,
  );
}

function spokenMeasurement({ name, value, unit }: Extract<Measured, { kind: "clear" }>): SpokenMeasurement {
  return { ...(name === undefined ? {} : { name }), value, ...(unit === undefined ? {} : { unit }) };
}
