import { parse } from "smol-toml";
import * as v from "valibot";
import { messageOf } from "../runtime/assert.js";
import { err, ok, type Result } from "../runtime/result.js";
import { type Configuration, configurationSchema } from "./configuration-schema.js";
import { nearest } from "./nearest.js";

export type { Configuration } from "./configuration-schema.js";

/** One thing that is wrong with a configuration file; `toText` of it is one line for a person. */
export interface ConfigurationProblem {
  /** Dotted, `audio.chunk_ms`; undefined when the file is no TOML at all. */
  readonly key?: string;
  /** From 1; undefined when it cannot be told. */
  readonly line?: number;
  readonly detail: string;
}

/**
 * Reads a whole configuration from TOML text. Every key has a default; all problems are found at once, and a text with
 * any problem gives no configuration.
 */
export function parseConfiguration(text: string): Result<Configuration, readonly ConfigurationProblem[]> {
  // Notepad begins a file with a byte order mark.
  const source = text.replace(/^\uFEFF/, "");
  const document = readToml(source);
  if (!document.ok) return document;
  const misplaced = valuesForSections(document.value);
  if (misplaced.length > 0) return err(misplaced.map((problem) => withLine(problem, source)));
  const whole = { ...emptySections, ...document.value };
  const checked = v.safeParse(configurationSchema, whole, { abortPipeEarly: true });
  const problems = checked.success ? contradictions(checked.output) : checked.issues.map(problemOf);
  if (problems.length > 0) return err(problems.map((problem) => withLine(problem, source)));
  return checked.success ? ok(checked.output) : err([]);
}

/** What the device does without any file. */
export const defaultConfiguration: Configuration = v.parse(configurationSchema, emptySectionsOf());

/** One line: where, what is wrong, what is allowed. */
export function problemText(problem: ConfigurationProblem): string {
  const place = [problem.line === undefined ? "" : `line ${problem.line}`, problem.key ?? ""].filter(
    (part) => part !== "",
  );
  return place.length === 0 ? problem.detail : `${place.join(", ")}: ${problem.detail}`;
}

function emptySectionsOf(): Record<string, object> {
  const sections = Object.entries(configurationSchema.entries).filter(
    ([, schema]) => schema.type === "strict_object",
  );
  return Object.fromEntries(sections.map(([name]) => [name, {}]));
}

const emptySections = emptySectionsOf();

function readToml(source: string): Result<Record<string, unknown>, readonly ConfigurationProblem[]> {
  try {
    return ok(parse(source));
  } catch (thrown) {
    const line =
      thrown instanceof Error && "line" in thrown && typeof thrown.line === "number"
        ? thrown.line
        : undefined;
    const reason = messageOf(thrown).split("\n")[0]?.replace("Invalid TOML document: ", "") ?? "";
    const wrong = line === undefined ? undefined : source.split("\n")[line - 1];
    return err([{ ...(line === undefined ? {} : { line }), detail: `${reason}${hint(wrong ?? "")}` }]);
  }
}

/** What a Chinese keyboard types for the signs of TOML. */
const fullWidth: Readonly<Record<string, string>> = {
  "“": '"',
  "”": '"',
  "＂": '"',
  "‘": "'",
  "’": "'",
  "＝": "=",
  "［": "[",
  "］": "]",
  "【": "[",
  "】": "]",
  "，": ",",
  "＃": "#",
  "　": " ",
};

function hint(line: string): string {
  const found = Array.from(line.replace(/#.*$/, "")).find((sign) => fullWidth[sign] !== undefined);
  return found === undefined
    ? ""
    : `; ${found} is a full-width character: type ${fullWidth[found] === " " ? "a space" : (fullWidth[found] ?? "")} instead`;
}

function problemOf(issue: v.BaseIssue<unknown>): ConfigurationProblem {
  // An item of a list stands in the line of the list.
  const key = (v.getDotPath(issue) ?? "").replace(/\.\d+$/, "");
  if (issue.type === "strict_object" && issue.expected === "never") return { key, detail: unknownKey(key) };
  return { key, detail: `${shown(issue.input)} is not allowed; it must be ${issue.message}` };
}

function unknownKey(key: string): string {
  const parts = key.split(".");
  const last = parts.pop() ?? "";
  const section =
    parts.length === 0
      ? undefined
      : Object.entries(configurationSchema.entries).find(([name]) => name === parts[0])?.[1];
  const known = Object.keys(
    section !== undefined && "entries" in section ? section.entries : configurationSchema.entries,
  );
  const meant = nearest(last, known);
  const elsewhere = Object.entries(configurationSchema.entries).find(
    ([, schema]) => "entries" in schema && last in schema.entries,
  );
  const what = section === undefined ? "there is no such key or section" : "there is no such key here";
  if (meant !== undefined) return `${what}; did you mean ${meant}?`;
  if (elsewhere !== undefined) return `${what}; it belongs into [${elsewhere[0]}]`;
  return `${what}; known are ${known.join(", ")}`;
}

/** Lists and dates where a section belongs: valibot takes both for objects. */
function valuesForSections(document: Readonly<Record<string, unknown>>): readonly ConfigurationProblem[] {
  return Object.entries(document)
    .filter(([name, value]) => name in emptySections && (Array.isArray(value) || value instanceof Date))
    .map(([name, value]) => ({
      key: name,
      detail: `${shown(value)} is not allowed; it must be a section, written [${name}]`,
    }));
}

function shown(value: unknown): string {
  const text =
    value instanceof Date
      ? value.toISOString()
      : typeof value === "bigint"
        ? value.toString()
        : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Values that are fine by themselves and not together. */
function contradictions(configuration: Configuration): readonly ConfigurationProblem[] {
  const { storage, recognition, button, led, stick } = configuration;
  const problems: ConfigurationProblem[] = [];
  if (storage.warn_mb <= storage.refuse_mb) {
    problems.push({
      key: "storage.warn_mb",
      detail: `${storage.warn_mb} must be more than storage.refuse_mb (${storage.refuse_mb})`,
    });
  }
  if (stick.audio && !storage.keep_audio)
    problems.push({ key: "stick.audio", detail: "needs storage.keep_audio = true: no sound is kept" });
  if (
    recognition.sure !== undefined &&
    recognition.unsure !== undefined &&
    recognition.sure < recognition.unsure
  ) {
    problems.push({
      key: "recognition.sure",
      detail: `${recognition.sure} must not be less than recognition.unsure (${recognition.unsure})`,
    });
  }
  if (button.source === "input" && button.device === undefined) {
    problems.push({
      key: "button.device",
      detail: 'needed for source "input", for instance "/dev/input/by-id/…-event-kbd"',
    });
  }
  const pins = [
    ...(button.source === "gpio" ? [["button.pin", button.pin] as const] : []),
    ...(led.source === "gpio" ? [["led.pin", led.pin] as const] : []),
    ...(led.source === "gpio" && led.fault_pin !== undefined
      ? [["led.fault_pin", led.fault_pin] as const]
      : []),
  ];
  for (const [index, [key, pin]] of pins.entries()) {
    const other = pins.slice(0, index).find(([, taken]) => taken === pin);
    if (other !== undefined) problems.push({ key, detail: `pin ${pin} is ${other[0]} already` });
  }
  return problems;
}

/** Finds the line of a dotted key; a key that is written in an unusual way (inline table) has none. */
function withLine(problem: ConfigurationProblem, source: string): ConfigurationProblem {
  if (problem.key === undefined) return problem;
  let section = "";
  for (const [index, line] of source.split("\n").entries()) {
    const header = /^\s*\[\s*([^\]]+?)\s*\]/.exec(line)?.[1];
    if (header !== undefined) section = header;
    const name = /^\s*["']?([\w.-]+)["']?\s*=/.exec(line)?.[1];
    const here = header ?? (name === undefined ? undefined : section === "" ? name : `${section}.${name}`);
    if (here === problem.key) return { ...problem, line: index + 1 };
  }
  return problem;
}
