import type { Database } from "better-sqlite3";

/**
 * The schema, one step a version; `PRAGMA user_version` tells how many have been taken. A step that has been released
 * is never changed. Values are text and scale, never floats; rows of `records` are append-only, which triggers hold.
 */
const steps: readonly string[] = [
  `
  CREATE TABLE device (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    device_id TEXT NOT NULL,
    part TEXT, batch TEXT, inspector TEXT,
    piece INTEGER NOT NULL DEFAULT 1
  ) STRICT;
  CREATE TABLE plans (
    version INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    adopted_wall_ms INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE characteristics (
    plan_version INTEGER NOT NULL REFERENCES plans (version),
    position INTEGER NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    aliases TEXT NOT NULL,
    nominal TEXT, lower_limit TEXT, upper_limit TEXT,
    unit TEXT,
    decimals INTEGER,
    PRIMARY KEY (plan_version, position)
  ) STRICT;
  CREATE TABLE records (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    device_id TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'valid' CHECK (status IN ('valid', 'withdrawn', 'superseded')),
    superseded_by INTEGER REFERENCES records (id),
    name TEXT,
    characteristic_number INTEGER,
    plan_version INTEGER REFERENCES plans (version),
    value TEXT NOT NULL,
    unit TEXT,
    said_value TEXT, said_unit TEXT,
    judgement TEXT CHECK (judgement IN ('within', 'above', 'below')),
    judged_by TEXT,
    nominal TEXT, lower_limit TEXT, upper_limit TEXT,
    part TEXT, batch TEXT, inspector TEXT,
    piece INTEGER NOT NULL,
    transcript TEXT NOT NULL,
    confidence REAL NOT NULL,
    confirmed_by_question INTEGER NOT NULL CHECK (confirmed_by_question IN (0, 1)),
    audio_path TEXT,
    wall_ms INTEGER NOT NULL,
    boot_id TEXT NOT NULL,
    monotonic_ms INTEGER NOT NULL,
    clock_trusted INTEGER NOT NULL CHECK (clock_trusted IN (0, 1))
  ) STRICT;
  CREATE INDEX records_by_time ON records (wall_ms);
  CREATE INDEX records_by_piece ON records (piece);
  CREATE TRIGGER records_stay BEFORE DELETE ON records BEGIN
    SELECT RAISE(ABORT, 'records are never deleted');
  END;
  CREATE TRIGGER records_keep_their_content BEFORE UPDATE OF
    id, device_id, name, characteristic_number, plan_version, value, unit, said_value, said_unit, judgement, judged_by,
    nominal, lower_limit, upper_limit, part, batch, inspector, piece, transcript, confidence, confirmed_by_question,
    audio_path, wall_ms, boot_id, monotonic_ms, clock_trusted
  ON records BEGIN
    SELECT RAISE(ABORT, 'only the status of a record may change');
  END;
  CREATE TABLE exports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    stick_id TEXT NOT NULL,
    file_name TEXT NOT NULL,
    first_record_id INTEGER NOT NULL,
    last_record_id INTEGER NOT NULL,
    record_count INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    wall_ms INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    code TEXT NOT NULL,
    detail TEXT NOT NULL,
    wall_ms INTEGER NOT NULL
  ) STRICT;
  `,
];

/** The version that this program writes. */
export const schemaVersion = steps.length;

/** Version of an opened database; 0 is empty. */
export function versionOf(database: Database): number {
  return Number(database.pragma("user_version", { simple: true }));
}

/** Takes the steps that the database lacks, each in a transaction of its own. The caller has made a backup. */
export function migrate(database: Database): void {
  steps.slice(versionOf(database)).forEach((step) => {
    const version = versionOf(database) + 1;
    database.transaction(() => {
      database.exec(step);
      database.pragma(`user_version = ${version}`);
    })();
  });
}
