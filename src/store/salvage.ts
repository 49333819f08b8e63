import type { Database } from "better-sqlite3";
import { migrate, schemaVersion, versionOf } from "./migrations.js";
import { openForReading } from "./open-database.js";
import { type RecordRow, recordOfRow } from "./record-rows.js";

type Row = RecordRow & { readonly plan_version: number | null; readonly superseded_by: number | null };

/**
 * Copies what can still be read of a damaged database into the one that takes its place, a backup or an empty one: records
 * that came later, marks of records that no longer count, plans, and what the records belong to. What was confirmed aloud
 * is not lost because one page is. Records keep their numbers. Returns how many records were found; never throws.
 */
export function salvage(into: Database, damagedPath: string): number {
  const opened = openForReading(damagedPath);
  if (!opened.ok) return 0;
  const damaged = opened.value;
  try {
    // An older backup, or an empty database: what was written since has the columns of its own version.
    migrate(into, Math.min(versionOf(damaged), schemaVersion));
    if (versionOf(into) !== versionOf(damaged)) return 0;
    return into.transaction(() => {
      copyRows(damaged, into, "device", "only");
      copyRows(damaged, into, "plans", "version");
      copyRows(damaged, into, "characteristics", "rowid");
      const found = copyRecords(damaged, into);
      copyMarks(damaged, into);
      return found;
    })();
  } catch {
    // The damage is where the tables are named: there is nothing to be had.
    return 0;
  } finally {
    damaged.close();
  }
}

/** Rows of a small table; those that are there stay, but for the device's own, which changes with each part. */
function copyRows(from: Database, into: Database, table: string, order: string): void {
  const verb = table === "device" ? "REPLACE" : "IGNORE";
  for (const row of readable<Record<string, unknown>>(from, `SELECT * FROM ${table} ORDER BY ${order}`)) {
    const names = Object.keys(row);
    const places = names.map((name) => `@${name}`).join(", ");
    tryTo(() =>
      into.prepare(`INSERT OR ${verb} INTO ${table} (${names.join(", ")}) VALUES (${places})`).run(row),
    );
  }
}

/** From the oldest on to the damage, then from the newest back to it. */
function copyRecords(from: Database, into: Database): number {
  const last = into.prepare<[], { readonly id: number | null }>("SELECT max(id) AS id FROM records").get();
  const after = last?.id ?? 0;
  const seen = new Set<number>();
  for (const direction of ["ASC", "DESC"]) {
    const sql = `SELECT * FROM records WHERE id > ${after} ORDER BY id ${direction}`;
    for (const row of readable<Row>(from, sql)) {
      if (seen.has(row.id)) break;
      if (insertRecord(into, row)) seen.add(row.id);
    }
  }
  return seen.size;
}

/** False for a row that holds what no record holds. */
function insertRecord(into: Database, row: Row): boolean {
  return tryTo(() => {
    recordOfRow(row);
    const knowsPlan =
      row.plan_version !== null &&
      into.prepare("SELECT 1 FROM plans WHERE version = ?").get(row.plan_version) !== undefined;
    const names = Object.keys(row);
    into
      .prepare(
        `INSERT INTO records (${names.join(", ")}) VALUES (${names.map((name) => `@${name}`).join(", ")})`,
      )
      .run({
        ...row,
        plan_version: knowsPlan ? row.plan_version : null,
        // Its successor may not be there yet; the marks follow.
        status: "valid",
        superseded_by: null,
      });
  });
}

function copyMarks(from: Database, into: Database): void {
  const mark = into.prepare(
    "UPDATE records SET status = @status, superseded_by = @superseded_by WHERE id = @id AND status = 'valid'",
  );
  const sql = "SELECT id, status, superseded_by FROM records WHERE status <> 'valid' ORDER BY id";
  for (const direction of ["ASC", "DESC"]) {
    for (const row of readable<Pick<Row, "id" | "status" | "superseded_by">>(from, `${sql} ${direction}`))
      tryTo(() => mark.run(row));
  }
}

/** The rows up to the first that cannot be read. */
function* readable<T>(database: Database, sql: string): Iterable<T> {
  try {
    yield* database.prepare<[], T>(sql).iterate();
  } catch {
    // Damage ends the table here.
  }
}

function tryTo(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
