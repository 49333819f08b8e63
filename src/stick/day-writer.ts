import { createHash } from "node:crypto";
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../runtime/assert.js";
import { err, ok, type Result } from "../runtime/result.js";
import type { Store } from "../store/store.js";
import type { RecordedDay, ReportKind, WorkbookWriter } from "../workbook/workbook.js";
import { copyVerified } from "./copy-verified.js";
import type { HashOfMedium } from "./medium-hash.js";
import type { StickError } from "./stick.js";
import { stickErrorOfWorkbook } from "./stick-errors.js";
import { hasRoom, prepareFolder } from "./stick-folder.js";

export interface DayWriterDeps {
  readonly store: Store;
  readonly databasePath: string;
  readonly workbook: WorkbookWriter;
  readonly scratchDirectory: string;
  readonly language: "zh" | "en";
  /** The files that a day gets. */
  readonly reports: readonly ReportKind[];
  readonly productVersion: string;
  readonly modelId: () => string;
  readonly utcOffsetMinutes: () => number;
  readonly hashOfMedium: HashOfMedium;
  /** Folder of the recordings on the card, when they are to be copied too. */
  readonly audioDirectory?: string;
}

export interface DayTarget {
  readonly day: RecordedDay;
  /** Name of the files without their endings. */
  readonly name: string;
  /** On the stick. */
  readonly folder: string;
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

/** Makes the files of a day on the card, copies them to a stick and notes it in the store. */
export function createDayWriter(deps: DayWriterDeps): DayWriter {
  const { store, workbook, scratchDirectory } = deps;
  /** Scratch folders in use; others of that name were left by a power cut. */
  const inUse = new Set<string>();

  return async (target, signal) => {
    const { day, folder, device, stickId } = target;
    const scratch = await makeScratch(scratchDirectory, inUse).catch((thrown: unknown) => messageOf(thrown));
    if (typeof scratch === "string")
      return err({ kind: "card_failed", detail: `no scratch folder on the card: ${scratch}` });
    inUse.add(scratch.path);
    try {
      const report = await workbook.write(requestOf(deps, target, scratch.path), signal);
      if (!report.ok) return err(stickErrorOfWorkbook(report.error));
      const { files, rows } = report.value;
      let needed = 0;
      for (const { path } of files) needed += (await stat(path)).size;
      if (!(await hasRoom(folder, needed)))
        return err({ kind: "full", detail: `${needed} bytes are needed on the stick` });
      let readFrom: "medium" | "cache" = "medium";
      for (const { kind, path, sha256 } of files) {
        const fileName = reportFile(target.name, kind);
        const copy = { source: path, target: join(folder, fileName), sha256, device };
        const copied = await copyVerified(copy, deps.hashOfMedium, signal);
        if (!copied.ok) return copied;
        if (copied.value.readFrom === "cache") readFrom = "cache";
        const noted = store.noteExport({
          stickId,
          fileName,
          firstRecordId: day.firstId,
          lastRecordId: day.lastId,
          recordCount: rows,
          sha256,
        });
        if (!noted.ok)
          return err({
            kind: "card_failed",
            detail: `the export cannot be noted in the database: ${noted.error.detail}`,
          });
      }
      const audio = await copyAudio(deps, target, report.value.audio, signal);
      return audio.ok ? ok({ rows, readFrom }) : audio;
    } finally {
      inUse.delete(scratch.path);
      await rm(scratch.path, { recursive: true, force: true });
    }
  };
}

/**
 * After the files, which matter more. A recording of the same size is there already: its name has the time and the turn.
 * One that was removed from the card meanwhile is left out.
 */
async function copyAudio(
  deps: DayWriterDeps,
  { name, folder, device }: DayTarget,
  names: readonly string[],
  signal: AbortSignal,
): Promise<Result<void, StickError>> {
  const { audioDirectory } = deps;
  if (audioDirectory === undefined || names.length === 0) return ok(undefined);
  const made = await prepareFolder(folder, [audioFolderOf(name)]);
  if (!made.ok) return made;
  for (const recording of names) {
    const source = join(audioDirectory, recording);
    const copy = join(made.value, recording);
    const bytes = await sizeOf(source);
    if (bytes === undefined || bytes === (await sizeOf(copy))) continue;
    if (!(await hasRoom(made.value, bytes)))
      return err({ kind: "full", detail: `${bytes} bytes are needed for ${recording}` });
    const sha256 = createHash("sha256")
      .update(await readFile(source))
      .digest("hex");
    const copied = await copyVerified({ source, target: copy, sha256, device }, deps.hashOfMedium, signal);
    if (!copied.ok) return copied;
  }
  return ok(undefined);
}

function sizeOf(path: string): Promise<number | undefined> {
  return lstat(path).then(
    (entry) => entry.size,
    () => undefined,
  );
}

function audioFolderOf(name: string): string {
  return `${name}_audio`;
}

/** The name of a day's file of a kind. */
export function reportFile(name: string, kind: ReportKind): string {
  return `${name}.${kind}`;
}

/** The workbook last: it is what is noted last, and what the user looks for. */
function copyOrder(kinds: readonly ReportKind[]): readonly ReportKind[] {
  return [...kinds.filter((kind) => kind !== "xlsx"), ...kinds.filter((kind) => kind === "xlsx")];
}

function requestOf(
  deps: DayWriterDeps,
  { day, name }: DayTarget,
  folder: string,
): Parameters<WorkbookWriter["write"]>[0] {
  return {
    databasePath: deps.databasePath,
    fromId: day.firstId,
    toId: day.lastId,
    fromWallMs: day.fromWallMs,
    untilWallMs: day.untilWallMs,
    outputs: copyOrder(deps.reports).map((kind) => ({ kind, path: join(folder, reportFile("day", kind)) })),
    language: deps.language,
    utcOffsetMinutes: deps.utcOffsetMinutes(),
    productVersion: deps.productVersion,
    modelId: deps.modelId(),
    deviceId: deps.store.device().deviceId,
    events: deps.store.events(eventRows),
    ...(deps.audioDirectory === undefined
      ? {}
      : { audio: { directory: deps.audioDirectory, folder: audioFolderOf(name) } }),
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
