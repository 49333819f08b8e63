import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../runtime/clock.js";
import { writeDurably } from "../runtime/durable-file.js";
import { backupName, listBackups } from "./backup.js";
import { checkFile } from "./check-file.js";
import { pruneBackups } from "./fullest-backup.js";
import { backupFolder, databaseFile, wholeCheckMark } from "./recover.js";
import type { Store } from "./store.js";

/** Backups that are kept. */
const kept = 7;

export type BackupOutcome =
  | { readonly kind: "done" }
  /** It has failed today and rests until tomorrow. */
  | { readonly kind: "not_due" }
  | { readonly kind: "failed"; readonly detail: string }
  /** The database itself is damaged: the next start sets it aside and saves what can be read. */
  | { readonly kind: "database_damaged"; readonly detail: string };

export interface DailyBackupDeps {
  readonly clock: Clock;
  readonly store: Store;
  readonly stateDirectory: string;
}

/**
 * One backup a day, the newest seven. Each is read through before an older one goes, so that damage which nobody has
 * noticed does not push out the last good backup; a damaged one leads to a look at the database itself. Once it has failed
 * on a day it rests until the next.
 */
export function createDailyBackup({ clock, store, stateDirectory }: DailyBackupDeps) {
  const folder = join(stateDirectory, backupFolder);
  let triedOn = "";

  return async (signal: AbortSignal): Promise<BackupOutcome> => {
    const day = new Date(clock.wallMs()).toISOString().slice(0, 10);
    const path = join(folder, backupName(day));
    if ((await listBackups(folder)).includes(path)) return { kind: "done" };
    if (triedOn === day) return { kind: "not_due" };
    triedOn = day;
    const made = await store.backup(path);
    if (!made.ok) return { kind: "failed", detail: made.error.detail };
    const checked = await checkFile(clock, path, signal);
    // What SQLite leaves beside a database in WAL mode that was only read.
    for (const suffix of ["-wal", "-shm"]) await rm(`${path}${suffix}`, { force: true });
    if (checked.ok && checked.value === undefined) {
      await pruneBackups(folder, kept, path);
      return { kind: "done" };
    }
    await rm(path, { force: true });
    if (!checked.ok) return { kind: "failed", detail: checked.error };
    const own = await checkFile(clock, join(stateDirectory, databaseFile), signal);
    if (!own.ok || own.value === undefined)
      return { kind: "failed", detail: `the backup cannot be read back: ${checked.value ?? ""}` };
    await writeDurably(join(stateDirectory, wholeCheckMark), own.value);
    return { kind: "database_damaged", detail: own.value };
  };
}
