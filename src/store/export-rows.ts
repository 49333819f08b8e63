import type { Database } from "better-sqlite3";
import type { ExportEntry } from "./store.js";

/** Writes down what went to a stick; runs inside the caller's transaction. */
export function insertExport(database: Database, entry: ExportEntry, wallMs: number): void {
  database.prepare(insertExportSql).run({ ...entry, wallMs: Math.round(wallMs) });
}

/** What went to sticks, the oldest first. */
export function readExports(database: Database): readonly ExportEntry[] {
  return database.prepare<[], ExportEntry>(selectExportsSql).all();
}

/** Sound files of records that are on a stick. */
export function readExportedAudio(database: Database): ReadonlySet<string> {
  const rows = database
    .prepare<[], { readonly path: string }>(
      "SELECT audio_path AS path FROM records WHERE audio_path IS NOT NULL AND id <= (SELECT max(last_record_id) FROM exports)",
    )
    .all();
  return new Set(rows.map(({ path }) => path));
}

const insertExportSql = `INSERT INTO exports
  (stick_id, file_name, first_record_id, last_record_id, record_count, sha256, wall_ms)
  VALUES ($stickId, $fileName, $firstRecordId, $lastRecordId, $recordCount, $sha256, $wallMs)`;

const selectExportsSql = `SELECT stick_id AS stickId, file_name AS fileName, first_record_id AS firstRecordId,
  last_record_id AS lastRecordId, record_count AS recordCount, sha256 FROM exports ORDER BY id`;
