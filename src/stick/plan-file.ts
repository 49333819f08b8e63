import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Characteristic } from "../inspection/plan.js";
import { readPlanRows } from "../inspection/plan-rows.js";
import { messageOf } from "../runtime/assert.js";
import type { Clock } from "../runtime/clock.js";
import { compiledModulePath } from "../runtime/compiled-module.js";
import { within } from "../runtime/within.js";
import { decodeCsv, readCsvRows } from "./csv-rows.js";
import type { PlanWorkerAnswer } from "./plan-worker.js";
import { codeOf } from "./stick-errors.js";
import { checkZip } from "./zip-directory.js";

/** Looks for a plan in a folder that nobody vouches for. Never rejects, never follows a link, and ends in time. */
export interface PlanReader {
  read(directory: string, signal: AbortSignal): Promise<PlanReading>;
}

export type PlanReading =
  | { readonly kind: "none" }
  | {
      readonly kind: "plan";
      readonly fileName: string;
      readonly characteristics: readonly Characteristic[];
    }
  /** Every problem with the file, the sheet and the cell it is in. */
  | { readonly kind: "refused"; readonly fileName: string; readonly problems: readonly string[] };

/** The only names that are looked at, each with the bytes that it may have. */
const files = [
  { name: "plan.xlsx", mostBytes: 4 * 1024 * 1024 },
  { name: "plan.csv", mostBytes: 1024 * 1024 },
] as const;
/** A plan is read in well under a second; what takes longer was made to. */
const readLimitMs = 20_000;
const heapMegabytes = 128;
/** Problems that are told; a file that is no plan at all has thousands. */
const mostProblems = 50;

interface Sheet {
  /** What problems are named with: the file, or the sheet in it. */
  readonly place: string;
  readonly rows: readonly (readonly string[])[];
}

class Refused extends Error {}

export function createPlanReader(clock: Clock): PlanReader {
  return {
    async read(directory, signal) {
      const outcome = await within(clock, "read the plan", readLimitMs, readFrom(directory, signal));
      if (outcome.kind === "settled") return outcome.value;
      return refused("plan", ["the plan could not be read in time"]);
    },
  };

  async function readFrom(directory: string, signal: AbortSignal): Promise<PlanReading> {
    let found: { readonly name: string; readonly bytes: Buffer } | undefined;
    for (const { name, mostBytes } of files) {
      try {
        const bytes = await readRegularFile(join(directory, name), mostBytes);
        if (bytes === undefined) continue;
        if (found !== undefined)
          throw new Refused(`${found.name} is there too: leave one of them on the stick`);
        found = { name, bytes };
      } catch (thrown) {
        return refused(name, [messageOf(thrown)]);
      }
    }
    if (found === undefined) return { kind: "none" };
    const { name, bytes } = found;
    try {
      const { place, rows } =
        name === "plan.csv"
          ? { place: name, rows: readCsvRows(decodeCsv(bytes)) }
          : await readWorkbook(bytes, signal);
      const read = readPlanRows(rows);
      if (read.ok) return { kind: "plan", fileName: name, characteristics: read.characteristics };
      return refused(
        name,
        read.problems.map(({ cell, message }) => `${place} ${cell}: ${message}`),
      );
    } catch (thrown) {
      return refused(name, [`${name}: ${messageOf(thrown)}`]);
    }
  }

  async function readWorkbook(bytes: Buffer, signal: AbortSignal): Promise<Sheet> {
    const zip = checkZip(bytes);
    if (!zip.ok) throw new Refused(zip.error);
    const answer = await parse(bytes, signal);
    if (answer.kind === "failed") throw new Refused(answer.detail);
    return { place: `plan.xlsx ${answer.sheet}!`, rows: answer.rows };
  }

  /** In a thread with a heap of its own, which a hostile file may exhaust without harm. */
  function parse(bytes: Buffer, signal: AbortSignal): Promise<PlanWorkerAnswer> {
    return new Promise((resolve) => {
      const worker = new Worker(compiledModulePath("stick/plan-worker.js"), {
        workerData: new Uint8Array(bytes),
        resourceLimits: { maxOldGenerationSizeMb: heapMegabytes, maxYoungGenerationSizeMb: 16 },
      });
      const fail = (detail: string): void => settle({ kind: "failed", detail });
      const limit = clock.startTimer("parse the plan", readLimitMs * 0.8, () =>
        fail("it takes too long to read"),
      );
      const onAbort = (): void => fail("reading was given up");
      let settled = false;
      const settle = (answer: PlanWorkerAnswer): void => {
        // Ending the thread makes it tell its exit, which is no second answer.
        if (settled) return;
        settled = true;
        limit.cancel();
        signal.removeEventListener("abort", onAbort);
        const end = (): void => resolve(answer);
        worker.terminate().then(end, end);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      if (signal.aborted) onAbort();
      worker.once("message", settle);
      worker.once("error", (error) => fail(`it cannot be read as a workbook: ${error.message}`));
      worker.once("exit", () => fail("it cannot be read as a workbook"));
    });
  }
}

function refused(fileName: string, problems: readonly string[]): PlanReading {
  const shown = problems.slice(0, mostProblems);
  const more = problems.length - shown.length;
  return {
    kind: "refused",
    fileName,
    problems: more > 0 ? [...shown, `and ${more} more`] : shown,
  };
}

/** The content of a regular file of at most `mostBytes`; undefined when there is none. A link, a pipe or a device is refused. */
async function readRegularFile(path: string, mostBytes: number): Promise<Buffer | undefined> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch((thrown: unknown) => {
    if (codeOf(thrown) === "ENOENT") return undefined;
    throw codeOf(thrown) === "ELOOP" ? new Refused(`${path} is a link`) : thrown;
  });
  if (file === undefined) return undefined;
  try {
    const entry = await file.stat();
    if (!entry.isFile()) throw new Refused(`${path} is no regular file`);
    if (entry.size > mostBytes)
      throw new Refused(`${path} has ${entry.size} bytes, a plan has at most ${mostBytes}`);
    const bytes = Buffer.alloc(entry.size);
    const { bytesRead } = await file.read(bytes, 0, entry.size, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
