import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type BetterSqlite3 from "better-sqlite3";
import { audioFolder } from "../../src/appliance/recordings.js";
import { wavBytes } from "../../src/audio/wav.js";
import { databaseFile } from "../../src/store/recover.js";

const Sqlite = createRequire(import.meta.url)("better-sqlite3") as typeof BetterSqlite3;
const fixtures = join(import.meta.dirname, "..", "fixtures", "first-schema");

/** The records whose sound was kept. */
export const oldRecordings = ["1788847320000-1.wav", "1788847366834-2.wav", "1789070000000-9.wav"] as const;

/** Configuration of the device, without its folders. */
export const oldConfiguration = readFileSync(join(fixtures, "config.toml"), "utf8");

/** What the old release had written to the stick, by name below the device's folder. */
export const oldFiles = ["2026-09-07_早", "2026-09-08_中"].flatMap((day) =>
  ["csv", "html", "dfq", "xlsx"].map((kind) => `${day}.${kind}`),
);

/** What lies on the stick in the place of a file of the old release. */
export const oldContent = "as the release before wrote it";

/**
 * A state folder as the last release with the first schema left it: the database, three recordings, and what a stick of
 * that id has got.
 *
 * @param moreRecords so many of them besides, of the days before, in one transaction
 */
export function leaveOldState(state: string, stickId: string, moreRecords = 0): void {
  mkdirSync(join(state, audioFolder), { recursive: true });
  mkdirSync(join(state, "scratch"));
  const database = new Sqlite(join(state, databaseFile));
  try {
    database.pragma("journal_mode = WAL");
    database.exec(readFileSync(join(fixtures, "database.sql"), "utf8"));
    if (moreRecords > 0) database.prepare(insertMore).run({ moreRecords });
  } finally {
    database.close();
  }
  const deliveries = readFileSync(join(fixtures, "deliveries.json"), "utf8").replace("1A2B-3C4D", stickId);
  writeFileSync(join(state, "scratch", "deliveries.json"), deliveries);
  const sound = wavBytes({ samples: new Int16Array(1_600).fill(700), sampleRateHz: 16_000 });
  for (const name of oldRecordings) writeFileSync(join(state, audioFolder, name), sound);
}

/** A stick that has the first two days from the old release, and something of the user's. */
export function leaveOldStick(stick: string): void {
  const folder = join(stick, "声测", "三号台");
  mkdirSync(folder, { recursive: true });
  for (const name of oldFiles) writeFileSync(join(folder, name), oldContent);
  writeFileSync(join(stick, "holiday.txt"), "the user's own");
}

/** Every row that the first schema had, by table. */
export type OldRows = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/** Reads them from a database of any version, beside the one that writes it. */
export function oldRowsOf(path: string): OldRows {
  return perTable(path, (rows) => [...rows]);
}

/** How many rows each table has and the hash of them all; of the events only those of the old release. */
export function oldDigestOf(path: string): Readonly<Record<string, string>> {
  return perTable(path, (rows, table) => {
    const hash = createHash("sha256");
    let count = 0;
    for (const row of rows) {
      if (table === "events" && count === oldEvents) break;
      hash.update(JSON.stringify(row));
      count += 1;
    }
    return `${count}:${hash.digest("hex")}`;
  });
}

const oldEvents = 3;

function perTable<T>(
  path: string,
  work: (rows: Iterable<Readonly<Record<string, unknown>>>, table: string) => T,
): Readonly<Record<string, T>> {
  const database = new Sqlite(path, { readonly: true });
  try {
    const tables = ["device", "plans", "characteristics", "records", "exports", "events"];
    return Object.fromEntries(
      tables.map((table) => {
        const select = database.prepare<[], Readonly<Record<string, unknown>>>(
          `SELECT * FROM ${table} ORDER BY rowid`,
        );
        return [table, work(select.iterate(), table)];
      }),
    );
  } finally {
    database.close();
  }
}

const insertMore = `
  WITH RECURSIVE numbers (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM numbers WHERE n < $moreRecords)
  INSERT INTO records (device_id, status, name, characteristic_number, value, unit, piece, transcript, confidence,
    confirmed_by_question, wall_ms, boot_id, monotonic_ms, clock_trusted)
  SELECT '5f0c1b52-7a1e-4c5e-9d53-0b6f3f6a2c11', iif(n % 31 = 0, 'withdrawn', 'valid'), '长度', 1 + n % 20,
    format('%d.%02d', n % 400, n % 97), 'mm', 4 + n / 20, '长度一百二十点五毫米', 0.9, 0, 1789000000000 + n * 20011, 'boot', n, 1
  FROM numbers`;
