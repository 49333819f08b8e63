import { mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../runtime/assert.js";
import { err, ok, type Result } from "../runtime/result.js";
import type { Store } from "../store/store.js";
import type { RecordedDay, WorkbookWriter } from "../workbook/workbook.js";
import { copyVerified } from "./copy-verified.js";
import type { HashOfMedium } from "./medium-hash.js";
import type { StickError } from "./stick.js";
import { stickErrorOfWorkbook } from "./stick-errors.js";
import { hasRoom } from "./stick-folder.js";

export interface DayWriterDeps {
  readonly store: Store;
  readonly databasePath: string;
  readonly workbook: WorkbookWriter;
  readonly scratchDirectory: string;
  readonly language: "zh" | "en";
  readonly productVersion: string;
  readonly modelId: () => string;
  readonly utcOffsetMinutes: () => number;
  readonly hashOfMedium: HashOfMedium;
}

export interface DayTarget {
  readonly day: RecordedDay;
  /** Name of the files without their endings. */
  readonly name: string;
  readonly paths: { readonly xlsx: string; readonly csv: string };
  /** `st_dev` of the stick. */
  readonly device: number;
  readonly stickId: string;
}

export type DayWriter = (
  target: DayTarget,
  signal: AbortSignal,
) => Promise<Result<{ readonly rows: number; readonly readFrom: "medium" | "cache" }, StickError>>;

/** Events on the sheet of the device. */
const eventRows = 200;
const scratchPrefix = "export-";

/** Makes the two files of a day on the card, copies them to a stick and notes it in the store. */
export function createDayWriter(deps: DayWriterDeps): DayWriter {
  const { store, workbook, scratchDirectory } = deps;
  /** Scratch folders in use; others of that name were left by a power cut. */
  const inUse = new Set<string>();

  return async (target, signal) => {
    const { day, paths, device, stickId } = target;
    const scratch = await makeScratch(scratchDirectory, inUse).catch((thrown: unknown) => messageOf(thrown));
    if (typeof scratch === "string")
      return err({ kind: "write_failed", detail: `no scratch folder on the card: ${scratch}` });
    inUse.add(scratch.path);
    try {
      const made = { xlsx: join(scratch.path, "day.xlsx"), csv: join(scratch.path, "day.csv") };
      const report = await workbook.write(requestOf(deps, day, made), signal);
      if (!report.ok) return err(stickErrorOfWorkbook(report.error));
      const needed = (await stat(made.xlsx)).size + (await stat(made.csv)).size;
      if (!(await hasRoom(join(paths.xlsx, ".."), needed)))
        return err({ kind: "full", detail: `${needed} bytes are needed on the stick` });
      let readFrom: "medium" | "cache" = "medium";
      // The workbook last: it is what is noted last, and what the user looks for.
      for (const [kind, sha256] of [
        ["csv", report.value.csvSha256],
        ["xlsx", report.value.xlsxSha256],
      ] as const) {
        const copy = { source: made[kind], target: paths[kind], sha256, device };
        const copied = await copyVerified(copy, deps.hashOfMedium, signal);
        if (!copied.ok) return copied;
        if (copied.value.readFrom === "cache") readFrom = "cache";
        const noted = store.noteExport({
          stickId,
          fileName: `${target.name}.${kind}`,
          firstRecordId: day.firstId,
          lastRecordId: day.lastId,
          recordCount: report.value.rows,
          sha256,
        });
        if (!noted.ok)
          return err({
            kind: "write_failed",
            detail: `the export cannot be noted in the database: ${noted.error.detail}`,
          });
      }
      return ok({ rows: report.value.rows, readFrom });
    } finally {
      inUse.delete(scratch.path);
      await rm(scratch.path, { recursive: true, force: true });
    }
  };
}

function requestOf(
  deps: DayWriterDeps,
  day: RecordedDay,
  made: { readonly xlsx: string; readonly csv: string },
): Parameters<WorkbookWriter["write"]>[0] {
  return {
    databasePath: deps.databasePath,
    fromId: day.firstId,
    toId: day.lastId,
    fromWallMs: day.fromWallMs,
    untilWallMs: day.untilWallMs,
    xlsxPath: made.xlsx,
    csvPath: made.csv,
    language: deps.language,
    utcOffsetMinutes: deps.utcOffsetMinutes(),
    productVersion: deps.productVersion,
    modelId: deps.modelId(),
    deviceId: deps.store.device().deviceId,
    events: deps.store.events(eventRows),
  };
}

async function makeScratch(
  scratchDirectory: string,
  inUse: ReadonlySet<string>,
): Promise<{ readonly path: string }> {
  await mkdir(scratchDirectory, { recursive: true });
  await removeAbandoned(scratchDirectory, inUse);
  return { path: await mkdtemp(join(scratchDirectory, scratchPrefix)) };
}

async function removeAbandoned(scratchDirectory: string, inUse: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(scratchDirectory)) {
    const path = join(scratchDirectory, name);
    if (name.startsWith(scratchPrefix) && !inUse.has(path)) await rm(path, { recursive: true, force: true });
  }
}
