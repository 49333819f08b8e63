import { lstat, mkdir, readdir, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../runtime/clock.js";
import { err, ok, type Result } from "../runtime/result.js";
import type { Store } from "../store/store.js";
import type { WorkbookError, WorkbookWriter } from "../workbook/workbook.js";
import { copyVerified, stickErrorOf, unfinishedSuffix } from "./copy-verified.js";
import type { StickError, StickExporter } from "./stick.js";

export interface StickExporterDeps {
  readonly clock: Clock;
  readonly store: Store;
  readonly databasePath: string;
  readonly workbook: WorkbookWriter;
  /** Folder on the card in which the files are made. */
  readonly scratchDirectory: string;
  readonly deviceName: string;
  readonly language: "zh" | "en";
  readonly productVersion: string;
  readonly modelId: () => string;
  readonly utcOffsetMinutes: () => number;
}

/** Folder of the device's files on a stick. */
const topFolder = "声测";

/** Events on the sheet 设备. */
const eventRows = 200;

const dayMs = 86_400_000;

/**
 * Makes the files of each day that this stick lacks, whole days always, on the card, and copies them in the safe
 * order. Nothing of the user's on the stick is touched.
 */
export function createStickExporter(deps: StickExporterDeps): StickExporter {
  const { clock, store, workbook, scratchDirectory, deviceName, language, utcOffsetMinutes } = deps;

  return {
    async exportTo(stick, signal) {
      const folder = await prepareFolder(stick.directory, deviceName);
      if (!folder.ok) return folder;
      const files: string[] = [];
      for (const day of daysToWrite(store, stick.id, utcOffsetMinutes())) {
        const written = await writeDay(day, folder.value, stick.id, signal);
        if (!written.ok) return written;
        files.push(...written.value);
      }
      return ok({ recordCount: store.countRecords(), files });
    },
  };

  async function writeDay(
    day: Day,
    folder: string,
    stickId: string,
    signal: AbortSignal,
  ): Promise<Result<readonly string[], StickError>> {
    await mkdir(scratchDirectory, { recursive: true });
    const name = `${day.date}_${shiftName(clock.wallMs(), utcOffsetMinutes())}`;
    const xlsxPath = join(scratchDirectory, "export.xlsx");
    const csvPath = join(scratchDirectory, "export.csv");
    const made = await workbook.write(
      {
        databasePath: deps.databasePath,
        fromId: day.firstId,
        toId: day.lastId,
        xlsxPath,
        csvPath,
        language,
        utcOffsetMinutes: utcOffsetMinutes(),
        productVersion: deps.productVersion,
        modelId: deps.modelId(),
        deviceId: store.device().deviceId,
        events: store.events(eventRows),
      },
      signal,
    );
    if (!made.ok) return err(stickErrorOfWorkbook(made.error));
    const needed = (await stat(xlsxPath)).size + (await stat(csvPath)).size;
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize < needed)
      return err({ kind: "full", detail: `${needed} bytes are needed on the stick` });
    const targets: readonly [string, string, string][] = [
      [xlsxPath, join(folder, `${name}.xlsx`), made.value.xlsxSha256],
      [csvPath, join(folder, `${name}.csv`), made.value.csvSha256],
    ];
    for (const [source, target, sha256] of targets) {
      const copied = await copyVerified(source, target, sha256, signal);
      if (!copied.ok) return copied;
    }
    store.noteExport({
      stickId,
      fileName: `${name}.xlsx`,
      firstRecordId: day.firstId,
      lastRecordId: day.lastId,
      recordCount: made.value.rows,
      sha256: made.value.xlsxSha256,
    });
    await rm(xlsxPath, { force: true });
    await rm(csvPath, { force: true });
    return ok(targets.map(([, target]) => target));
  }
}

interface Day {
  readonly date: string;
  readonly firstId: number;
  readonly lastId: number;
}

/**
 * The days whose records this stick does not have yet: every day that reaches beyond what it got last, and the newest
 * one always, since a record of it may have been withdrawn.
 */
function daysToWrite(store: Store, stickId: string, utcOffsetMinutes: number): readonly Day[] {
  const days: Day[] = [];
  for (const { id, wallMs } of store.records()) {
    const date = new Date(wallMs + utcOffsetMinutes * 60_000).toISOString().slice(0, 10);
    const last = days.at(-1);
    if (last?.date === date) days[days.length - 1] = { ...last, lastId: id };
    else days.push({ date, firstId: id, lastId: id });
  }
  const known = Math.max(
    0,
    ...store
      .exports()
      .filter((one) => one.stickId === stickId)
      .map((one) => one.lastRecordId),
  );
  return days.filter((day, index) => day.lastId > known || index === days.length - 1);
}

/** The folder on the stick, made if need be. A link in its place is not followed. */
async function prepareFolder(root: string, deviceName: string): Promise<Result<string, StickError>> {
  try {
    let folder = root;
    for (const part of [topFolder, deviceName]) {
      folder = join(folder, part);
      await mkdir(folder).catch((thrown: unknown) => {
        if (!(thrown instanceof Error && "code" in thrown && thrown.code === "EEXIST")) throw thrown;
      });
      if (!(await lstat(folder)).isDirectory())
        return err({ kind: "unsupported", detail: `${folder} is no folder` });
    }
    for (const name of await readdir(folder)) {
      if (name.startsWith(".") && name.endsWith(unfinishedSuffix))
        await rm(join(folder, name), { force: true });
    }
    return ok(folder);
  } catch (thrown) {
    return err(stickErrorOf(thrown));
  }
}

/** 早 from 6, 中 from 14, 晚 from 22 o'clock local time. */
function shiftName(wallMs: number, utcOffsetMinutes: number): string {
  const local = wallMs + utcOffsetMinutes * 60_000;
  const hour = Math.floor((((local % dayMs) + dayMs) % dayMs) / 3_600_000);
  if (hour >= 6 && hour < 14) return "早";
  return hour >= 14 && hour < 22 ? "中" : "晚";
}

function stickErrorOfWorkbook(error: WorkbookError): StickError {
  switch (error.kind) {
    case "no_space":
      return { kind: "full", detail: error.detail };
    case "timed_out":
      return { kind: "timed_out", detail: error.detail };
    case "aborted":
      return { kind: "aborted" };
    case "not_writable":
    case "failed":
      return { kind: "write_failed", detail: error.detail };
  }
}
