import { open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Database } from "better-sqlite3";
import { fsyncDirectory } from "../runtime/durable-file.js";
import { err, ok, type Result } from "../runtime/result.js";
import type { StoreError } from "./store.js";
import { storeErrorOf } from "./store-errors.js";

/** Copies a database that is in use to `path`: whole and durable, or not there at all. */
export async function backupDatabase(
  database: Database,
  path: string,
): Promise<Result<{ readonly bytes: number }, StoreError>> {
  const temporary = `${path}.unfinished`;
  try {
    await rm(temporary, { force: true });
    await database.backup(temporary);
    const file = await open(temporary, "r+");
    try {
      await file.sync();
      const { size } = await file.stat();
      await rename(temporary, path);
      await fsyncDirectory(dirname(path));
      return ok({ bytes: size });
    } finally {
      await file.close();
    }
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => undefined);
    return err(storeErrorOf(thrown));
  }
}

/** Backups in `directory`, newest first by name (`backup-2026-11-25.db`). */
export async function listBackups(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory).catch((): string[] => []);
  return names
    .filter((name) => /^backup-[\w-]+\.db$/.test(name))
    .sort()
    .reverse()
    .map((name) => join(directory, name));
}

/** Name of the backup of a day, `2026-11-25`. */
export function backupName(day: string): string {
  return `backup-${day}.db`;
}

/** Keeps `newest`, whatever day the clock gave it, and the newest others by name: `keep` together. */
export async function pruneBackups(directory: string, keep: number, newest: string): Promise<void> {
  const others = (await listBackups(directory)).filter((path) => path !== newest);
  for (const path of others.slice(keep - 1)) await rm(path, { force: true });
}
