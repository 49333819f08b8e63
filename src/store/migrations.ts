import type { Database } from "better-sqlite3";

/** The counts of `quarters` are of this many milliseconds: every time zone is a whole number of them from UTC. */
export const quarterMs = 900_000;

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
  // What is asked for at each start, each record and each stick must not take longer with the years: what was measured on
  // a piece by its characteristics, the newest export, and counts by quarter of an hour, of which the days of any time
  // zone are made. Triggers keep the counts, so that nothing can write past them.
  `
  DROP INDEX records_by_piece;
  CREATE INDEX records_by_piece ON records (piece, characteristic_number)
    WHERE status = 'valid' AND characteristic_number IS NOT NULL;
  CREATE INDEX exports_by_record ON exports (last_record_id);
  CREATE TABLE quarters (
    quarter INTEGER PRIMARY KEY,
    records INTEGER NOT NULL,
    withdrawn INTEGER NOT NULL,
    superseded INTEGER NOT NULL,
    first_id INTEGER NOT NULL,
    last_id INTEGER NOT NULL,
    first_wall_ms INTEGER NOT NULL,
    time_sum INTEGER NOT NULL
  ) STRICT;
  INSERT INTO quarters
    SELECT wall_ms / ${quarterMs}, count(*), sum(status = 'withdrawn'), sum(status = 'superseded'), min(id), max(id), 0,
      sum(wall_ms)
    FROM records GROUP BY 1;
  UPDATE quarters SET first_wall_ms = (SELECT wall_ms FROM records WHERE id = first_id);
  CREATE TRIGGER records_are_counted AFTER INSERT ON records BEGIN
    INSERT INTO quarters VALUES (
      NEW.wall_ms / ${quarterMs}, 1, NEW.status = 'withdrawn', NEW.status = 'superseded', NEW.id, NEW.id, NEW.wall_ms,
      NEW.wall_ms
    )
    ON CONFLICT (quarter) DO UPDATE SET
      records = records + 1,
      withdrawn = withdrawn + excluded.withdrawn,
      superseded = superseded + excluded.superseded,
      first_wall_ms = iif(excluded.first_id < first_id, excluded.first_wall_ms, first_wall_ms),
      first_id = min(first_id, excluded.first_id),
      last_id = max(last_id, excluded.last_id),
      time_sum = time_sum + excluded.time_sum;
  END;
  CREATE TRIGGER marks_are_counted AFTER UPDATE OF status ON records BEGIN
    UPDATE quarters SET
      withdrawn = withdrawn + (NEW.status = 'withdrawn') - (OLD.status = 'withdrawn'),
      superseded = superseded + (NEW.status = 'superseded') - (OLD.status = 'superseded')
    WHERE quarter = NEW.wall_ms / ${quarterMs};
  END;
  `,
];

/** The version that this program writes. */
export const schemaVersion = steps.length;

/** Version of an opened database; 0 is empty. */
export function versionOf(database: Database): number {
  return Number(database.pragma("user_version", { simple: true }));
}

/** Takes the steps up to `target` that the database lacks, each in a transaction of its own. The caller has made a backup. */
export function migrate(database: Database, target = schemaVersion): void {
  steps.slice(versionOf(database), target).forEach((step) => {
    const version = versionOf(database) + 1;
    database.transaction(() => {
      database.exec(step);
      database.pragma(`user_version = ${version}`);
    })();
  });
}
