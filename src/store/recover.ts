import { copyFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Database } from "better-sqlite3";
import { fsyncDirectory } from "../runtime/durable-file.js";
import { makeFolder } from "../runtime/make-folder.js";
import { ok, type Result } from "../runtime/result.js";
import { backupDatabase } from "./backup.js";
import { backupsByContent } from "./fullest-backup.js";
import { schemaVersion, versionOf } from "./migrations.js";
import { openDatabase } from "./open-database.js";
import { salvage } from "./salvage.js";
import type { StoreError } from "./store.js";

/** How the database was brought up; anything but `opened` is told aloud. */
export type OpenOutcome =
  | { readonly kind: "opened" }
  | {
      readonly kind: "restored_from_backup";
      readonly setAside: string;
      readonly backup: string;
      /** Records that the backup lacked and the damaged file still had. */
      readonly rescued: number;
    }
  | { readonly kind: "started_empty"; readonly setAside: string; readonly rescued: number };

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
 * Opens the database of a state folder. A damaged one is set aside untouched and the newest good backup takes its
 * place, or an empty one where there is none, with what can still be read of the damaged one. Before a migration the old
 * content is backed up.
 *
 * @param stamp distinguishes the file that is set aside, e.g. the wall time
 */
export async function openOrRecover(
  directory: string,
  stamp: string,
): Promise<Result<OpenedDatabase, StoreError>> {
  const path = join(directory, databaseFile);
  const backups = join(directory, backupFolder);
  await makeFolder(backups);
  const mark = join(directory, wholeCheckMark);
  const isMarked = await exists(mark);
  const opened = isMarked ? openDatabase(path, "whole") : openDatabase(path);
  if (opened.ok) {
    if (isMarked) await rm(mark, { force: true });
    const version = versionOf(opened.value);
    if (version > 0 && version < schemaVersion) {
      const saved = await backupDatabase(opened.value, join(backups, `backup-schema-${version}.db`));
      if (!saved.ok) {
        opened.value.close();
        return saved;
      }
    }
    return ok({ database: opened.value, outcome: { kind: "opened" } });
  }
  if (opened.error.kind !== "corrupt") return opened;
  const setAside = await setDamagedAside(directory, stamp);
  for (const backup of await backupsByContent(backups)) {
    await copyFile(backup, path);
    const restored = openDatabase(path, "whole");
    if (restored.ok) {
      const rescued = salvage(restored.value, setAside);
      await rm(mark, { force: true });
      const outcome = { kind: "restored_from_backup", setAside, backup, rescued } as const;
      return ok({ database: restored.value, outcome });
    }
    await rename(path, `${path}.bad-backup-${stamp}`);
  }
  const fresh = openDatabase(path);
  if (!fresh.ok) return fresh;
  const rescued = salvage(fresh.value, setAside);
  await rm(mark, { force: true });
  return ok({ database: fresh.value, outcome: { kind: "started_empty", setAside, rescued } });
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

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
