import { lstat, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../runtime/clock.js";
import { err, ok, type Result } from "../runtime/result.js";
import { within } from "../runtime/within.js";
import type { Store } from "../store/store.js";
import { reportName, type Shift, stickFolder } from "../workbook/report-name.js";
import type { RecordedDay, ReportKind, WorkbookWriter } from "../workbook/workbook.js";
import { createDayWriter, reportFile } from "./day-writer.js";
import { type Deliveries, openDeliveries } from "./deliveries.js";
import { type HashOfMedium, hashOfMedium } from "./medium-hash.js";
import { prepareOwnFolder } from "./own-folder.js";
import { adoptPlanFrom } from "./plan-adoption.js";
import { createPlanReader, type PlanReader } from "./plan-file.js";
import type { ExportOutcome, MountedStick, StickError, StickExporter } from "./stick.js";
import { stickErrorOf, stickErrorOfWorkbook } from "./stick-errors.js";

export interface StickExporterDeps {
  readonly clock: Clock;
  readonly store: Store;
  readonly databasePath: string;
  readonly workbook: WorkbookWriter;
  /** Folder on the card in which the files are made, and where it is kept what each stick has got. */
  readonly scratchDirectory: string;
  readonly deviceName: string;
  readonly language: "zh" | "en";
  /** The files that a day gets. */
  readonly reports: readonly ReportKind[];
  /** Folder of the recordings on the card, when a stick gets them too. */
  readonly audioDirectory?: string;
  readonly productVersion: string;
  readonly modelId: () => string;
  readonly utcOffsetMinutes: () => number;
  /** The parts of the day that give a file its name; 早, 中, 晚 when left out. */
  readonly shifts?: readonly Shift[];
  /** Reads files back; left out, past the page cache of this machine. */
  readonly hashOfMedium?: HashOfMedium;
  readonly planReader?: PlanReader;
  /** Draws what tells the device's folder on one stick from that on any other. */
  readonly newMark: () => string;
}

/** Longest time for one stick; below the controller's own limit, so that the reason is known. */
const exportLimitMs = 18 * 60_000;
/** How long an export that was given up may take to tidy up; a file operation on a dead stick may never return. */
const tidyLimitMs = 5_000;
/** Days after which it is noted on the card what the stick has got. */
const saveDays = 25;
/** Belongs to the digest: a change of the files' content makes them be written again. */
const contentVersion = 4;

/**
 * Makes the files of each day that changed since this stick got it, whole days always, on the card, and copies them in
 * the safe order. Nothing of the user's on the stick is touched, no link is followed. Never rejects.
 */
export function createStickExporter(deps: StickExporterDeps): StickExporter {
  const { clock, store, workbook, databasePath, scratchDirectory, language, utcOffsetMinutes } = deps;
  const planReader = deps.planReader ?? createPlanReader(clock);
  const writeDay = createDayWriter({ ...deps, hashOfMedium: deps.hashOfMedium ?? hashOfMedium });
  let opened: Promise<Deliveries> | undefined;

  async function exportNow(
    stick: MountedStick,
    signal: AbortSignal,
  ): Promise<Result<ExportOutcome, StickError>> {
    const device = (await stat(stick.directory)).dev;
    opened ??= openDeliveries(scratchDirectory);
    const deliveries = await opened;
    const own = await prepareOwnFolder(
      stick.directory,
      [stickFolder],
      deps.deviceName,
      store.device().deviceId,
      (name) => deliveries.hasAny(stick.id, `${name}/`),
      deps.newMark,
    );
    if (!own.ok) return own;
    const folder = own.value;
    const offset = utcOffsetMinutes();
    const days = await workbook.days({ databasePath, utcOffsetMinutes: offset }, signal);
    if (!days.ok) return err(stickErrorOfWorkbook(days.error));
    const files: string[] = [];
    let recordCount = 0;
    let readFrom: "medium" | "cache" = "medium";
    let unsaved = 0;
    try {
      for (const day of days.value) {
        const name = reportName(day, language, offset, deps.shifts);
        const paths = deps.reports.map((kind) => join(folder.path, reportFile(name, kind)));
        const withAudio = deps.audioDirectory === undefined ? "" : "audio:";
        const digest = `${contentVersion}:${folder.mark}:${withAudio}${language}:${offset}:${day.digest}`;
        const key = `${folder.name}/${name}`;
        if (deliveries.digestOf(stick.id, key) === digest && (await isThere(paths))) continue;
        const written = await writeDay({ day, name, folder: folder.path, device, stickId: stick.id }, signal);
        if (!written.ok) return written;
        deliveries.note(stick.id, key, digest);
        files.push(...paths);
        recordCount += written.value.rows;
        if (written.value.readFrom === "cache") readFrom = "cache";
        unsaved += 1;
        if (unsaved % saveDays === 0) await deliveries.save();
      }
    } finally {
      await deliveries.save();
    }
    const plan = await adoptPlanFrom(stick.directory, planReader, store, signal);
    return ok({
      recordCount: files.length === 0 ? countOfNewest(days.value) : recordCount,
      files,
      readFrom,
      ...(plan === undefined ? {} : { plan }),
    });
  }

  return {
    async exportTo(stick, signal) {
      const inner = new AbortController();
      let reason: StickError = { kind: "aborted" };
      const root = await deviceOf(stick.directory);
      const work = exportNow(stick, inner.signal).catch((thrown: unknown) => err(stickErrorOf(thrown)));
      let giveUp: () => void = () => undefined;
      const givenUp = new Promise<void>((resolve) => {
        giveUp = () => resolve();
      });
      const limit = clock.startTimer("export", exportLimitMs, () => {
        reason = {
          kind: "timed_out",
          detail: `the stick took longer than ${exportLimitMs / 60_000} minutes`,
        };
        giveUp();
      });
      signal.addEventListener("abort", giveUp, { once: true });
      if (signal.aborted) giveUp();
      const first = await Promise.race([work, givenUp]);
      limit.cancel();
      signal.removeEventListener("abort", giveUp);
      if (first === undefined) {
        inner.abort();
        await within(clock, "tidy up after an export", tidyLimitMs, work);
        return err(reason);
      }
      if (first.ok || first.error.kind === "full" || first.error.kind === "verify_failed") return first;
      // A stick that went away shows in many ways: read-only, missing, or the empty folder under its mount point.
      const isGone = (await deviceOf(stick.directory)) !== root;
      return isGone ? err({ kind: "pulled", detail: `${stick.directory} is gone` }) : first;
    },
  };
}

/** Every file, not empty. What else the user did with them is the user's. */
async function isThere(paths: readonly string[]): Promise<boolean> {
  for (const path of paths) {
    const entry = await lstat(path).catch(() => undefined);
    if (entry === undefined || !entry.isFile() || entry.size === 0) return false;
  }
  return true;
}

async function deviceOf(directory: string): Promise<number | undefined> {
  return stat(directory).then(
    ({ dev }) => dev,
    () => undefined,
  );
}

function countOfNewest(days: readonly RecordedDay[]): number {
  return days.at(-1)?.recordCount ?? 0;
}
