import { rm } from "node:fs/promises";
import { basename } from "node:path";
import type { Database } from "better-sqlite3";
import { dayOf, listBackups } from "./backup.js";
import { openForReading } from "./open-database.js";

/**
 * Backups in `directory`, the one that holds most first: a device never loses a record, so that this is the newest,
 * whatever day its clock has written into the name. Those that hold the same are in the order of their names; those that
 * cannot be read stand last. Whether one is sound must still be found out.
 */
export async function backupsByContent(directory: string): Promise<readonly string[]> {
  const found: { readonly path: string; readonly content: Content }[] = [];
  for (const path of await listBackups(directory)) found.push({ path, content: await contentOf(path) });
  return found.sort((left, right) => compare(right.content, left.content)).map(({ path }) => path);
}

/** What grows with the life of a device, in the order in which it counts. */
type Content = readonly number[];

const unreadable: Content = [];

function compare(left: Content, right: Content): number {
  const places = Math.max(left.length, right.length);
  for (let place = 0; place < places; place += 1) {
    const difference = (left[place] ?? -1) - (right[place] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Read where the tables end, which takes the same time for any number of records. */
async function contentOf(path: string): Promise<Content> {
  const opened = openForReading(path);
  if (!opened.ok) return unreadable;
  const database = opened.value;
  try {
    return [
      numberOf(database, "SELECT max(id) FROM records"),
      // Records that were withdrawn or corrected since; the first schema did not count them.
      hasCounts(database) ? numberOf(database, "SELECT sum(withdrawn + superseded) FROM quarters") : 0,
      // Plans, exports, and what happened to the device.
      numberOf(database, "SELECT sum(seq) FROM sqlite_sequence"),
    ];
  } catch {
    return unreadable;
  } finally {
    database.close();
    // What SQLite leaves beside a database in WAL mode that was only read.
    for (const suffix of ["-wal", "-shm"]) await rm(`${path}${suffix}`, { force: true });
  }
}

function numberOf(database: Database, sql: string): number {
  return Number(database.prepare(sql).pluck().get() ?? 0);
}

function hasCounts(database: Database): boolean {
  return (
    database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'quarters'").get() !==
    undefined
  );
}

/**
 * Keeps `newest`, whatever day the clock gave it, and those others of a day that hold most: `keep` together. One that was
 * made before a migration stays: it is the only way back to the release before.
 */
export async function pruneBackups(directory: string, keep: number, newest: string): Promise<void> {
  const others = (await backupsByContent(directory)).filter(
    (path) => path !== newest && dayOf(basename(path)) !== undefined,
  );
  for (const path of others.slice(keep - 1)) await rm(path, { force: true });
}
