import { err, ok, type Result } from "../runtime/result.js";

/** One line of a table of test files: a sound and what a person said in it. */
export interface TestClip {
  /** As the table names it; relative to the table's folder. */
  readonly file: string;
  /** The words, as the operator's manual writes them; empty where nothing was said to the device (other speech, noise). */
  readonly said: string;
  /** Who speaks; empty where nobody does. */
  readonly speaker: string;
  /** Signal-to-noise ratio in dB, `clean`, or empty where it is not known. */
  readonly noise: string;
  /** A name of the collection that the file belongs to; empty without such a column. */
  readonly set: string;
  /** Line of the table, from 1. */
  readonly line: number;
}

const needed = ["file", "said", "speaker", "noise"] as const;
const known: readonly string[] = [...needed, "set"];
const shape = `the first line must name the columns ${needed.join(", ")}, and may name set, separated by tabs`;
/** Faults that are told; more of them hide the first. */
const toldFaults = 5;

/**
 * Reads a table of test files: tab-separated, UTF-8, the first line names the columns in any order. The error lists what is
 * wrong, each with its line.
 */
export function readTestTable(text: string): Result<readonly TestClip[], readonly string[]> {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const columns = (lines[0] ?? "").split("\t").map((name) => name.trim());
  const missing = needed.filter((name) => !columns.includes(name));
  const foreign = columns.filter((name) => !known.includes(name));
  if (missing.length > 0) return err([`line 1: no column ${missing.join(", ")}: ${shape}`]);
  if (foreign.length > 0) return err([`line 1: unknown column ${foreign.join(", ")}: ${shape}`]);
  const clips: TestClip[] = [];
  const faults: string[] = [];
  for (const [index, row] of lines.entries()) {
    if (index === 0 || row.trim() === "") continue;
    const line = index + 1;
    const cells = row.split("\t");
    const cell = (name: string): string => (cells[columns.indexOf(name)] ?? "").trim();
    const clip = { file: cell("file"), said: cell("said"), speaker: cell("speaker"), noise: cell("noise") };
    const fault = faultOf(clip, cells.length, columns.length);
    if (fault === undefined) clips.push({ ...clip, set: cell("set"), line });
    else faults.push(`line ${line}: ${fault}`);
  }
  if (faults.length > toldFaults)
    return err([...faults.slice(0, toldFaults), `and ${faults.length - toldFaults} lines more`]);
  if (faults.length > 0) return err(faults);
  return clips.length === 0 ? err(["no line names a file"]) : ok(clips);
}

function faultOf(
  { file, noise }: Pick<TestClip, "file" | "noise">,
  cells: number,
  columns: number,
): string | undefined {
  if (cells > columns) return `${cells} cells for ${columns} columns`;
  if (file === "") return "no file is named";
  // A ratio below 0 dB is noise that is louder than the speech.
  if (!/^(clean|-?\d+(\.\d+)?)?$/.test(noise))
    return `noise is “${noise}”: write clean, a ratio in dB such as 10, or nothing`;
  return undefined;
}
