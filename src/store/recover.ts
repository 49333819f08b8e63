import { copyFile, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Database } from "better-sqlite3";
import { fsyncDirectory, renameDurably } from "../runtime/durable-file.js";
import { makeFolder } from "../runtime/make-folder.js";
import { ok, type Result } from "../runtime/result.js";
import { backupDatabase } from "./backup.js";
import { backupsByContent } from "./fullest-backup.js";
import { expectRecords, mayBeginEmpty, noteLoss } from "./lost-records.js";
import { schemaVersion, versionOf } from "./migrations.js";
import { openDatabase } from "./open-database.js";
import { salvage } from "./salvage.js";
import type { StoreError } from "./store.js";

/** How the database was brought up; anything but `opened` is told aloud. */
export type OpenOutcome =
  | { readonly kind: "opened" }
  | {
      readonly kind: "restored_from_backup";
      /** The damaged file; none where the database was missing. */
      readonly setAside?: string;
      readonly backup: string;
      /** Records that the backup lacked and the damaged file still had. */
      readonly rescued: number;
    }
  | { readonly kind: "started_empty"; readonly setAside: string; readonly rescued: number }
  /** There was a database, and nothing is left of it. */
  | { readonly kind: "lost" };

export interface OpenedDatabase {
  readonly database: Database;
  readonly outcome: OpenOutcome;
}

/** File name of the database below the state folder, and the folder of its backups. */
export const databaseFile = "voicegauge.db";
export const backupFolder = "backups";
/** A file of this name asks the next start to read through the whole database. */
export const wholeCheckMark = "check-whole";

/**
 * Opens the database of a state folder. A damaged one is set aside untouched and the fullest good backup takes its
 * place, or an empty one where there is none, with what can still be read of the damaged one; the same where the database
 * is missing and backups are there, as after a power cut in the middle of this. Before a migration the old content is
 * backed up.
 *
 * @param stamp distinguishes the file that is set aside, e.g. the wall time
 * @param areRecordsExpected a folder without a database has lost it, unless the installer has marked it as new
 */
export async function openOrRecover(
  directory: string,
  stamp: string,
  areRecordsExpected = false,
): Promise<Result<OpenedDatabase, StoreError>> {
  await makeFolder(join(directory, backupFolder));
  const opened = (await isMissing(join(directory, databaseFile)))
    ? await beginAgain(directory, stamp, areRecordsExpected)
    : await openWhatIsThere(directory, stamp);
  if (opened.ok) await expectRecords(directory);
  return opened;
}

async function openWhatIsThere(
  directory: string,
  stamp: string,
): Promise<Result<OpenedDatabase, StoreError>> {
  const path = join(directory, databaseFile);
  const mark = join(directory, wholeCheckMark);
  const isMarked = await exists(mark);
  const opened = isMarked ? openDatabase(path, "whole") : openDatabase(path);
  if (opened.ok) {
    if (isMarked) await rm(mark, { force: true });
    const version = versionOf(opened.value);
    if (version > 0 && version < schemaVersion) {
      const file = join(directory, backupFolder, `backup-schema-${version}.db`);
      const saved = await backupDatabase(opened.value, file);
      if (!saved.ok) {
        opened.value.close();
        return saved;
      }
    }
    return ok({ database: opened.value, outcome: { kind: "opened" } });
  }
  if (opened.error.kind !== "corrupt") return opened;
  return replace(directory, stamp, await setDamagedAside(directory, stamp));
}

/** There is no database: a new device, a recovery that a power cut has ended, or a loss. */
async function beginAgain(
  directory: string,
  stamp: string,
  areRecordsExpected: boolean,
): Promise<Result<OpenedDatabase, StoreError>> {
  const backups = await backupsByContent(join(directory, backupFolder));
  const setAside = await damagedSince(directory, backups[0]);
  await setStraysAside(directory, setAside ?? join(directory, `damaged-${stamp}.db`));
  if (setAside !== undefined || backups.length > 0) return replace(directory, stamp, setAside);
  const isLost = areRecordsExpected && !(await mayBeginEmpty(directory));
  // First: with the database there, the next start would find nothing amiss.
  if (isLost) await noteLoss(directory, stamp);
  const fresh = openDatabase(join(directory, databaseFile));
  return fresh.ok ? ok({ database: fresh.value, outcome: { kind: isLost ? "lost" : "opened" } }) : fresh;
}

/** The fullest good backup takes the database's place, or an empty one where there is none. */
async function replace(
  directory: string,
  stamp: string,
  setAside: string | undefined,
): Promise<Result<OpenedDatabase, StoreError>> {
  const path = join(directory, databaseFile);
  const mark = join(directory, wholeCheckMark);
  const rescue = (into: Database) => (setAside === undefined ? 0 : salvage(into, setAside));
  for (const backup of await backupsByContent(join(directory, backupFolder))) {
    await copyInto(backup, path);
    const restored = openDatabase(path, "whole");
    if (restored.ok) {
      const rescued = rescue(restored.value);
      await rm(mark, { force: true });
      const outcome: OpenOutcome = {
        kind: "restored_from_backup",
        ...(setAside === undefined ? {} : { setAside }),
        backup,
        rescued,
      };
      return ok({ database: restored.value, outcome });
    }
    await rename(path, `${path}.bad-backup-${stamp}`);
  }
  if (setAside === undefined) await noteLoss(directory, stamp);
  const fresh = openDatabase(path);
  if (!fresh.ok) return fresh;
  const rescued = rescue(fresh.value);
  await rm(mark, { force: true });
  const outcome: OpenOutcome =
    setAside === undefined ? { kind: "lost" } : { kind: "started_empty", setAside, rescued };
  return ok({ database: fresh.value, outcome });
}

/** Moves the database and what belongs to it (-wal, -shm) to names of their own. */
async function setDamagedAside(directory: string, stamp: string): Promise<string> {
  const target = join(directory, `damaged-${stamp}.db`);
  for (const suffix of ["", "-wal", "-shm"]) {
    const source = join(directory, `${databaseFile}${suffix}`);
    if (await exists(source)) await rename(source, `${target}${suffix}`);
  }
  await fsyncDirectory(directory);
  return target;
}

/** Logs without their database: applied to another one they would ruin it. */
async function setStraysAside(directory: string, damaged: string): Promise<void> {
  for (const suffix of ["-wal", "-shm"]) {
    const stray = join(directory, `${databaseFile}${suffix}`);
    if (!(await exists(stray))) continue;
    const isTaken = await exists(`${damaged}${suffix}`);
    await rename(stray, isTaken ? `${damaged}-later${suffix}` : `${damaged}${suffix}`);
  }
}

/** The damaged database that was set aside last, when that is later than the backup: what came after it is in there. */
async function damagedSince(directory: string, backup: string | undefined): Promise<string | undefined> {
  let newestMs = backup === undefined ? 0 : (await stat(backup)).mtimeMs;
  let newest: string | undefined;
  for (const name of await readdir(directory)) {
    if (!/^damaged-\w+\.db$/.test(name)) continue;
    const { mtimeMs } = await stat(join(directory, name));
    if (mtimeMs < newestMs) continue;
    newestMs = mtimeMs;
    newest = join(directory, name);
  }
  return newest;
}

/** A copy under this name is whole, or there is none: a power cut must not leave one that looks like a new database. */
async function copyInto(source: string, target: string): Promise<void> {
  const temporary = `${target}.unfinished`;
  await copyFile(source, temporary);
  const file = await open(temporary, "r+");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  await renameDurably(temporary, target);
}

/** Not there, or with nothing in it, which SQLite would take for a new one. */
async function isMissing(path: string): Promise<boolean> {
  return stat(path).then(
    ({ size }) => size === 0,
    (thrown: unknown) => thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT",
  );
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
