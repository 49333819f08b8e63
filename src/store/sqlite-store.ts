import type { Database } from "better-sqlite3";
import type { MeasurementDraft, StoredRecord, WorkContext } from "../inspection/record.js";
import { assert } from "../runtime/assert.js";
import type { Clock } from "../runtime/clock.js";
import { err, ok, type Result } from "../runtime/result.js";
import { backupDatabase } from "./backup.js";
import { insertExport, readExportedAudio, readExports } from "./export-rows.js";
import { migrate, schemaVersion } from "./migrations.js";
import { insertPlan, readNewestPlan } from "./plan-tables.js";
import { prepareRecordInsert } from "./record-insert.js";
import { countRecords, type RecordRow, readRecords, recordOfRow } from "./record-rows.js";
import type { DeviceEvent, Store, StoreError } from "./store.js";
import { storeErrorOf } from "./store-errors.js";
import { inTransaction } from "./transaction.js";

export interface SqliteStoreDeps {
  /** Opened by `openDatabase`; the store closes it. */
  readonly database: Database;
  readonly clock: Clock;
  /** Identifies this boot, so that monotonic times of different boots are not compared. */
  readonly bootId: string;
  readonly clockTrusted: () => boolean;
  /** Called once in the life of a device. */
  readonly newDeviceId: () => string;
}

interface DeviceRow {
  readonly device_id: string;
  readonly part: string | null;
  readonly batch: string | null;
  readonly inspector: string | null;
  readonly piece: number;
}

/** The store on SQLite. Every method that answers a success has its row on the card. */
export function createSqliteStore(deps: SqliteStoreDeps): Result<Store, StoreError> {
  const { database, clock, bootId, clockTrusted, newDeviceId } = deps;
  try {
    migrate(database);
    database.prepare("INSERT OR IGNORE INTO device (only, device_id) VALUES (1, ?)").run(newDeviceId());
  } catch (thrown) {
    database.close();
    return err(storeErrorOf(thrown));
  }
  const selectDevice = database.prepare<[], DeviceRow>("SELECT * FROM device");
  const selectRecord = database.prepare<[number], RecordRow>("SELECT * FROM records WHERE id = ?");
  const selectLatest = database.prepare<[], RecordRow>(
    "SELECT * FROM records WHERE status = 'valid' ORDER BY id DESC LIMIT 1",
  );
  const insertRecord = prepareRecordInsert(database);
  const markRecord = database.prepare(
    "UPDATE records SET status = ?, superseded_by = ? WHERE id = ? AND status = 'valid'",
  );
  const selectMeasured = database.prepare<[object], { readonly number: number }>(selectMeasuredSql);
  let plan = readNewestPlan(database);

  const change = <T>(work: () => Result<T, StoreError>): Result<T, StoreError> =>
    inTransaction(database, work);

  function device(): DeviceRow {
    const row = selectDevice.get();
    assert(row !== undefined, "the device row is written when the store is made");
    return row;
  }

  function append(draft: MeasurementDraft): StoredRecord {
    const { device_id, part, batch, inspector, piece } = device();
    const id = insertRecord(draft, plan, {
      deviceId: device_id,
      part,
      batch,
      inspector,
      piece,
      wallMs: clock.wallMs(),
      bootId,
      monotonicMs: clock.monotonicMs(),
      clockTrusted: clockTrusted(),
    });
    const row = selectRecord.get(id);
    assert(row !== undefined, "a row that was just inserted can be read");
    return recordOfRow(row);
  }

  function mark(
    recordId: number,
    status: "withdrawn" | "superseded",
    by?: number,
  ): Result<StoredRecord, StoreError> {
    const { changes } = markRecord.run(status, by ?? null, recordId);
    const row = selectRecord.get(recordId);
    if (row === undefined) return err({ kind: "not_found", detail: `there is no record ${recordId}` });
    if (changes === 0)
      return err({ kind: "not_valid", detail: `record ${recordId} is ${row.status} already` });
    return ok(recordOfRow(row));
  }

  function contextOf({ part, batch, inspector }: DeviceRow): WorkContext {
    return {
      ...(part === null ? {} : { part }),
      ...(batch === null ? {} : { batch }),
      ...(inspector === null ? {} : { inspector }),
    };
  }

  return ok({
    commitMeasurement: (draft) => change(() => ok(append(draft))),
    correct: (recordId, draft) =>
      change(() => {
        const record = append(draft);
        const marked = mark(recordId, "superseded", record.id);
        return marked.ok ? ok(record) : marked;
      }),
    withdraw: (recordId) => change(() => mark(recordId, "withdrawn")),
    latestValid() {
      const row = selectLatest.get();
      return row === undefined ? undefined : recordOfRow(row);
    },
    record(id) {
      const row = selectRecord.get(id);
      return row === undefined ? undefined : recordOfRow(row);
    },
    records: (range) => readRecords(database, range),
    countRecords: (range) => countRecords(database, range),
    workContext: () => contextOf(device()),
    setWorkContext: (context) =>
      change(() => {
        database
          .prepare(
            "UPDATE device SET part = coalesce(?, part), batch = coalesce(?, batch), inspector = coalesce(?, inspector)",
          )
          .run(context.part ?? null, context.batch ?? null, context.inspector ?? null);
        // A new part number is a new piece: the running order begins again.
        if (context.part !== undefined) database.prepare("UPDATE device SET piece = piece + 1").run();
        return ok(contextOf(device()));
      }),
    beginPiece: () =>
      change(() => {
        database.prepare("UPDATE device SET piece = piece + 1, part = NULL").run();
        return ok(contextOf(device()));
      }),
    measuredInPiece: () => selectMeasured.all({ piece: device().piece }).map(({ number }) => number),
    plan: () => plan,
    adoptPlan(source, characteristics) {
      const adopted = change(() => ok(insertPlan(database, source, characteristics, clock.wallMs())));
      if (adopted.ok) plan = adopted.value;
      return adopted;
    },
    noteExport: (entry) =>
      change(() => {
        insertExport(database, entry, clock.wallMs());
        return ok(entry);
      }),
    exports: () => readExports(database),
    exportedAudio: () => readExportedAudio(database),
    noteEvent: (event, wallMs = clock.wallMs()) =>
      change(() => {
        database
          .prepare("INSERT INTO events (kind, code, detail, wall_ms) VALUES (?, ?, ?, ?)")
          .run(event.kind, event.code, event.detail, Math.round(wallMs));
        return ok(undefined);
      }),
    events: (limit) =>
      database
        .prepare<[number], DeviceEvent & { readonly wallMs: number }>(
          "SELECT kind, code, detail, wall_ms AS wallMs FROM events ORDER BY id DESC LIMIT ?",
        )
        .all(limit),
    probe: () =>
      change(() => {
        database.prepare("UPDATE device SET only = only").run();
        return ok(undefined);
      }),
    device: () => ({ deviceId: device().device_id, schemaVersion }),
    backup: (path) => backupDatabase(database, path),
    close() {
      database.close();
    },
  });
}

/** The condition of the index by piece, in its very words: SQLite takes a partial index only so. */
const counts = "status = 'valid' AND characteristic_number IS NOT NULL";

/**
 * From one characteristic to the next through the index, so that it takes as long for a thousand records of a piece as for
 * ten: it is asked after each record, and there are devices on which nobody ever says that a new piece begins.
 */
const selectMeasuredSql = `
  WITH RECURSIVE measured (number) AS (
    SELECT min(characteristic_number) FROM records WHERE piece = $piece AND ${counts}
    UNION ALL
    SELECT (
      SELECT min(characteristic_number) FROM records
      WHERE piece = $piece AND characteristic_number > measured.number AND ${counts}
    ) FROM measured WHERE number IS NOT NULL
  )
  SELECT number, (
    SELECT max(id) FROM records WHERE piece = $piece AND characteristic_number = measured.number AND ${counts}
  ) AS newest
  FROM measured WHERE number IS NOT NULL ORDER BY newest`;
