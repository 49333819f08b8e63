import type { StoredRecord } from "../inspection/record.js";
import { quarterMs } from "../store/migrations.js";
import { openForReading } from "../store/open-database.js";
import { type RecordRow, readRecords, recordOfRow } from "../store/record-rows.js";
import type { RecordRange } from "../store/store.js";
import type { RecordedDay } from "./workbook.js";

/** The records as they were at one moment, whatever is committed meanwhile. Read by the store's own code. */
export interface RecordSource {
  /** Streams in the order of the ids. */
  records(range: RecordRange): Iterable<StoredRecord>;
  record(id: number): StoredRecord | undefined;
  /** The days of the local calendar, oldest first. */
  days(utcOffsetMinutes: number): readonly RecordedDay[];
  close(): void;
}

/** Opens the database for reading, beside the store that writes it. Throws what keeps it from being read. */
export function openRecordSource(databasePath: string): RecordSource {
  const opened = openForReading(databasePath);
  if (!opened.ok) throw new Error(opened.error.detail);
  const database = opened.value;
  // Records are read once from end to end: SQLite's own cache, 16 MB as the package has it, would only hold what is over.
  database.pragma("cache_size = -2000");
  // One read transaction is one snapshot (SQLite, “Isolation in SQLite”): both sheets tell of the same moment.
  database.exec("BEGIN");
  const selectOne = database.prepare<[number], RecordRow>("SELECT * FROM records WHERE id = ?");
  return {
    records: (range) => readRecords(database, range),
    record(id) {
      const row = selectOne.get(id);
      return row === undefined ? undefined : recordOfRow(row);
    },
    days(utcOffsetMinutes) {
      const offsetMs = utcOffsetMinutes * 60_000;
      // As a BigInt, since a number would come as a float, which divides otherwise.
      const rows = database.prepare<[object], DayRow>(selectDays).all({ offsetMs: BigInt(offsetMs) });
      return rows.map((row) => {
        const fromWallMs = row.day * dayMs - offsetMs;
        return {
          date: new Date(row.day * dayMs).toISOString().slice(0, 10),
          fromWallMs,
          untilWallMs: fromWallMs + dayMs,
          firstId: row.first_id,
          lastId: row.last_id,
          firstWallMs: row.first_wall_ms,
          recordCount: row.records,
          digest: [row.records, row.withdrawn, row.superseded, row.first_id, row.last_id, row.time_sum].join(
            ":",
          ),
        };
      });
    },
    close() {
      database.close();
    },
  };
}

const dayMs = 86_400_000;

interface DayRow {
  readonly day: number;
  readonly records: number;
  readonly withdrawn: number;
  readonly superseded: number;
  readonly first_id: number;
  readonly last_id: number;
  readonly first_wall_ms: number;
  readonly time_sum: string;
}

/**
 * A row's content never changes and its status only once, so that these counts grow with every change. The sum of the
 * times tells apart records that took the ids of others, after a backup had to be restored.
 */
const selectDays = `
  SELECT day, records, withdrawn, superseded, first_id, last_id, time_sum,
    (
      SELECT first_wall_ms FROM quarters
      WHERE quarter >= (day * ${dayMs} - $offsetMs) / ${quarterMs} AND first_id = days.first_id
      ORDER BY quarter LIMIT 1
    ) AS first_wall_ms
  FROM (
    SELECT (quarter * ${quarterMs} + $offsetMs) / ${dayMs} AS day, sum(records) AS records,
      sum(withdrawn) AS withdrawn, sum(superseded) AS superseded,
      min(first_id) AS first_id, max(last_id) AS last_id, CAST(sum(time_sum) AS TEXT) AS time_sum
    FROM quarters GROUP BY 1
  ) AS days
  ORDER BY day`;
