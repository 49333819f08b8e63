import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "better-sqlite3";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { migrate, quarterMs, schemaVersion, versionOf } from "../../src/store/migrations.js";
import { openDatabase } from "../../src/store/open-database.js";
import { openOrRecover } from "../../src/store/recover.js";
import { openRecordSource } from "../../src/workbook/record-source.js";
import { damagePage } from "../doubles/damage-page.js";
import { temporaryFolder, temporaryStore } from "../doubles/temporary-store.js";

const morning = Date.UTC(2026, 10, 25, 0, 30);

function opened(folder: string): Database {
  const outcome = openDatabase(join(folder, "voicegauge.db"));
  if (!outcome.ok) throw new Error(outcome.error.detail);
  return outcome.value;
}

interface Row {
  readonly wallMs: number;
  readonly status?: "valid" | "withdrawn" | "superseded";
  readonly piece?: number;
  readonly characteristic?: number | null;
}

function insert(database: Database, rows: readonly Row[]): void {
  const statement = database.prepare(
    `INSERT INTO records (device_id, status, value, piece, characteristic_number, transcript, confidence,
       confirmed_by_question, wall_ms, boot_id, monotonic_ms, clock_trusted)
     VALUES ('d', ?, '12.50', ?, ?, 'x', 1, 0, ?, 'b', 0, 1)`,
  );
  database.transaction(() => {
    for (const { status = "valid", piece = 1, characteristic = null, wallMs } of rows)
      statement.run(status, piece, characteristic, wallMs);
  })();
}

/** The days by the records themselves, as they were asked for before there were counts. */
function daysByRecords(database: Database, offsetMs: number): readonly unknown[] {
  return database
    .prepare<[bigint], { day: number }>(
      `SELECT (wall_ms + ?) / 86400000 AS day, count(*) AS n, sum(status = 'withdrawn') AS withdrawn,
         sum(status = 'superseded') AS superseded, min(id) AS firstId, max(id) AS lastId,
         CAST(sum(wall_ms) AS TEXT) AS sum
       FROM records GROUP BY 1 ORDER BY 1`,
    )
    .all(BigInt(offsetMs))
    .map((row) => {
      const { n, withdrawn, superseded, firstId, lastId, sum } = row as typeof row & Record<string, unknown>;
      const first = database.prepare("SELECT wall_ms FROM records WHERE id = ?").pluck().get(firstId);
      return {
        fromWallMs: row.day * 86_400_000 - offsetMs,
        firstId,
        lastId,
        firstWallMs: first,
        recordCount: n,
        digest: [n, withdrawn, superseded, firstId, lastId, sum].join(":"),
      };
    });
}

function daysOf(folder: string, offsetMinutes: number): readonly object[] {
  const source = openRecordSource(join(folder, "voicegauge.db"));
  try {
    return source.days(offsetMinutes);
  } finally {
    source.close();
  }
}

test("a database of the first version is taken over with a backup, its counts and the running order", async () => {
  const folder = temporaryFolder();
  const old = opened(folder);
  migrate(old, 1);
  expect(versionOf(old)).toBe(1);
  old.exec("INSERT INTO device (only, device_id, piece) VALUES (1, 'd', 2)");
  insert(old, [
    { wallMs: morning, characteristic: 1 },
    { wallMs: morning + 1, status: "withdrawn" },
    { wallMs: morning + 40 * 60_000, piece: 2, characteristic: 3 },
    { wallMs: morning - quarterMs, piece: 2, characteristic: 1 },
    { wallMs: morning + 86_400_000, piece: 2, characteristic: 2, status: "superseded" },
  ]);
  old.close();
  const outcome = await openOrRecover(folder, "stamp");
  if (!outcome.ok) throw new Error(outcome.error.detail);
  outcome.value.database.close();
  expect(readdirSync(join(folder, "backups"))).toEqual(["backup-schema-1.db"]);
  const store = temporaryStore(folder);
  expect(store.device().schemaVersion).toBe(schemaVersion);
  expect(store.countRecords()).toBe(5);
  expect(store.measuredInPiece()).toEqual([3, 1]);
  const database = opened(folder);
  expect(versionOf(database)).toBe(schemaVersion);
  expect(daysOf(folder, 480)).toMatchObject(daysByRecords(database, 480 * 60_000));
  database.close();
});

test("what was written by the first version is saved from a damaged file into an empty database", async () => {
  const folder = temporaryFolder();
  const old = opened(folder);
  migrate(old, 1);
  old.exec("INSERT INTO device (only, device_id) VALUES (1, 'd')");
  insert(old, [{ wallMs: morning }, { wallMs: morning + 1 }]);
  old.close();
  damagePage(join(folder, "voicegauge.db"), "records_by_time");
  const outcome = await openOrRecover(folder, "stamp");
  if (!outcome.ok) throw new Error(outcome.error.detail);
  outcome.value.database.close();
  expect(outcome.value.outcome).toMatchObject({ kind: "started_empty", rescued: 2 });
  const store = temporaryStore(folder);
  expect(store.countRecords()).toBe(2);
  expect(daysOf(folder, 0)).toMatchObject([{ recordCount: 2 }]);
});

describe("the counts by quarters of an hour", () => {
  test("give the days of every time zone as the records do, whatever the clock did", () => {
    const folder = temporaryFolder();
    temporaryStore(folder).close();
    const database = opened(folder);
    const rows = fc.array(
      fc.record({ wallMs: fc.integer({ min: morning, max: morning + 5 * 86_400_000 }) }),
      { minLength: 1, maxLength: 30 },
    );
    const changes = fc.array(fc.tuple(fc.nat(), fc.constantFrom("withdrawn", "superseded")), {
      maxLength: 10,
    });
    fc.assert(
      fc.property(rows, changes, fc.constantFrom(0, 480, 345, -210, -720, 840), (some, marks, offset) => {
        insert(database, some);
        const newest = Number(database.prepare("SELECT max(id) FROM records").pluck().get());
        for (const [id, status] of marks)
          database
            .prepare("UPDATE records SET status = ? WHERE id = ? AND status = 'valid'")
            .run(status, (id % newest) + 1);
        expect(daysOf(folder, offset)).toMatchObject(daysByRecords(database, offset * 60_000));
      }),
      { numRuns: 40 },
    );
    database.close();
  });

  test("cannot be left behind: who writes a record past the store is counted", () => {
    const folder = temporaryFolder();
    const store = temporaryStore(folder);
    const database = opened(folder);
    database.exec(
      `INSERT INTO records (device_id, value, piece, transcript, confidence, confirmed_by_question, wall_ms, boot_id,
         monotonic_ms, clock_trusted) VALUES ('d', '1', 1, '', 1, 0, ${morning}, 'b', 0, 1)`,
    );
    expect(daysOf(folder, 0)).toMatchObject([{ recordCount: 1, firstWallMs: morning }]);
    database.close();
    store.withdraw(1);
    expect(daysOf(folder, 0)).toMatchObject([{ digest: `1:1:0:1:1:${morning}` }]);
  });
});

test("what is measured on a piece is told as fast when nobody has begun a new piece for years", () => {
  const folder = temporaryFolder();
  const store = temporaryStore(folder);
  const database = opened(folder);
  insert(
    database,
    Array.from({ length: 100_000 }, (_, n) => ({ wallMs: morning + n, characteristic: (n % 20) + 1 })),
  );
  // The same machine, the same moment: reading the piece's records through is what it must not do.
  const readThrough = database.prepare("SELECT count(*) FROM records WHERE piece = 1 AND value <> ''");
  const fastest = (work: () => unknown): number =>
    Math.min(
      ...Array.from({ length: 7 }, () => {
        const startedMs = performance.now();
        work();
        return performance.now() - startedMs;
      }),
    );
  const scanMs = fastest(() => readThrough.get());
  expect(store.measuredInPiece()).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
  expect(fastest(() => store.measuredInPiece())).toBeLessThan(scanMs / 10);
  database.close();
});
