import { messageOf } from "../runtime/assert.js";
import type { StoreError } from "./store.js";

/** Names what SQLite threw by its result code (https://www.sqlite.org/rescode.html). */
export function storeErrorOf(thrown: unknown): StoreError {
  const detail = messageOf(thrown);
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  if (code === "SQLITE_FULL" || code === "ENOSPC") return { kind: "card_full", detail };
  if (code.startsWith("SQLITE_READONLY") || code === "EROFS") return { kind: "read_only", detail };
  if (code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB") return { kind: "corrupt", detail };
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) return { kind: "busy", detail };
  return { kind: "failed", detail: code === "" ? detail : `${detail} (${code})` };
}
