import { existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import type BetterSqlite3 from "better-sqlite3";
import { err, ok, type Result } from "../runtime/result.js";
import { findDamage } from "./find-damage.js";
import { schemaVersion, versionOf } from "./migrations.js";
import type { StoreError } from "./store.js";
import { storeErrorOf } from "./store-errors.js";

// The package is CommonJS whose export is the constructor itself.
const Sqlite = createRequire(import.meta.url)("better-sqlite3") as typeof BetterSqlite3;

/** `synchronous=FULL` as the pragma answers it. */
const synchronousFull = 2;
const busyTimeoutMs = 5_000;
/** Of pages in memory. The package has 16 MB, which the looks at the whole fill; what is asked for every day is near the end. */
const cacheKilobytes = 4_000;
/** Up to this size, some 60,000 records, a database is read through at each start; a larger one once a day, in a worker. */
const quicklyRead = 16 * 1024 * 1024;

/**
 * Opens a database for writing: WAL and `synchronous=FULL`, which the build of better-sqlite3 resets at each open, so
 * it is set and checked on every one. A damaged or newer file is an error and is not touched.
 *
 * @param depth how much is looked at; left out, all of a database that is soon read, else the recent part
 */
export function openDatabase(
  path: string,
  depth?: "whole" | "recent",
): Result<BetterSqlite3.Database, StoreError> {
  let database: BetterSqlite3.Database | undefined;
  try {
    database = new Sqlite(path, { timeout: busyTimeoutMs });
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = FULL");
    if (!isSynchronousFull(database)) throw new Error("SQLite did not take synchronous=FULL");
    database.pragma("foreign_keys = ON");
    database.pragma(`cache_size = ${-cacheKilobytes}`);
    const damage = findDamage(database, depth ?? (statSync(path).size > quicklyRead ? "recent" : "whole"));
    if (damage !== undefined) throw Object.assign(new Error(damage), { code: "SQLITE_CORRUPT" });
    const version = versionOf(database);
    if (version > schemaVersion) {
      database.close();
      const detail = `${path} was written by a newer VoiceGauge (schema ${version}, this one knows ${schemaVersion}): install that version`;
      return err({ kind: "failed", detail });
    }
    return ok(database);
  } catch (thrown) {
    database?.close();
    return err(storeErrorOf(thrown));
  }
}

/** Says whether a commit really waits for the card. */
function isSynchronousFull(database: BetterSqlite3.Database): boolean {
  return Number(database.pragma("synchronous", { simple: true })) === synchronousFull;
}

/** Opens a database that somebody else may be writing, for reading only. */
export function openForReading(path: string): Result<BetterSqlite3.Database, StoreError> {
  if (!existsSync(path)) return err({ kind: "not_found", detail: `there is no database at ${path}` });
  try {
    const database = new Sqlite(path, { readonly: true, fileMustExist: true, timeout: busyTimeoutMs });
    versionOf(database);
    return ok(database);
  } catch (thrown) {
    return err(storeErrorOf(thrown));
  }
}
