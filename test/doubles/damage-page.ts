import { readFileSync, writeFileSync } from "node:fs";
import { openDatabase } from "../../src/store/open-database.js";

/** Writes over a page of an index or a table, as a failing card does. */
export function damagePage(path: string, name: string): void {
  const opened = openDatabase(path);
  if (!opened.ok) throw new Error(opened.error.detail);
  const database = opened.value;
  const root = database
    .prepare<[string], { readonly rootpage: number }>("SELECT rootpage FROM sqlite_schema WHERE name = ?")
    .get(name);
  const pageSize = Number(database.pragma("page_size", { simple: true }));
  database.pragma("wal_checkpoint(TRUNCATE)");
  database.close();
  const bytes = readFileSync(path);
  const start = ((root?.rootpage ?? 0) - 1) * pageSize;
  bytes.fill(0xa5, start, start + pageSize);
  writeFileSync(path, bytes);
}
