import type { Database } from "better-sqlite3";
import { messageOf } from "../runtime/assert.js";
import { readRecords } from "./record-rows.js";

/** Records that a look at the recent part reads: the pages that a power cut could have hurt, and many more. */
const recentRecords = 5_000;
/** Everything but the records stays small for ever. */
const smallTables = ["device", "plans", "characteristics"];

/**
 * What is wrong with a database, or undefined. “whole” reads all of it, a second for 100 MB on a fast machine; “recent”
 * takes the same time for any number of records: it reads what is written to nowadays and what the device needs.
 */
export function findDamage(database: Database, depth: "whole" | "recent"): string | undefined {
  try {
    if (depth === "whole") return answerOf(database, "quick_check(1)");
    for (const table of smallTables) {
      const damage = hasTable(database, table) ? answerOf(database, `quick_check('${table}')`) : undefined;
      if (damage !== undefined) return damage;
    }
    if (!hasTable(database, "records")) return undefined;
    const newest = database
      .prepare<[], { readonly id: number | null }>("SELECT max(id) AS id FROM records")
      .get();
    const recent = readRecords(database, { fromId: (newest?.id ?? 0) - recentRecords })[Symbol.iterator]();
    while (recent.next().done !== true);
    return undefined;
  } catch (thrown) {
    return messageOf(thrown);
  }
}

function answerOf(database: Database, pragma: string): string | undefined {
  const answer = String(database.pragma(pragma, { simple: true }));
  return answer === "ok" ? undefined : answer;
}

function hasTable(database: Database, name: string): boolean {
  return (
    database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(name) !== undefined
  );
}
