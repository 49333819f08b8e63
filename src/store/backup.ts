import { open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Database } from "better-sqlite3";
import { renameDurably } from "../runtime/durable-file.js";
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
      await renameDurably(temporary, path);
      return ok({ bytes: size });
    } finally {
      await file.close();
    }
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => undefined);
    return err(storeErrorOf(thrown));
  }
}

/**
 * Backups in `directory`, newest first: those of a day by its name (`backup-2026-11-25.db`), those made before a migration
 * (`backup-schema-1.db`) by the day on which they were written, before that day's own.
 */
export async function listBackups(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory).catch((): string[] => []);
  const found: { readonly path: string; readonly when: string }[] = [];
  for (const name of names) {
    if (!/^backup-[\w-]+\.db$/.test(name)) continue;
    const path = join(directory, name);
    const when = dayOf(name) ?? (await writtenAt(path));
    if (when !== undefined) found.push({ path, when });
  }
  return found.sort((left, right) => (left.when < right.when ? 1 : -1)).map(({ path }) => path);
}

/** The day in the name of a backup, `2026-11-25`; undefined for one that was made before a migration. */
export function dayOf(name: string): string | undefined {
  return /^backup-(\d{4}-\d\d-\d\d)\.db$/.exec(name)?.[1];
}

/** ISO 8601, so that it is after its own day; undefined when the file has gone. */
function writtenAt(path: string): Promise<string | undefined> {
  return stat(path).then(
    ({ mtime }) => mtime.toISOString(),
    () => undefined,
  );
}

/** Name of the backup of a day, `2026-11-25`. */
export function backupName(day: string): string {
  return `backup-${day}.db`;
}
