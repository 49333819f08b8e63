import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createVirtualClock } from "../../src/runtime/virtual-clock.js";
import { openDatabase } from "../../src/store/open-database.js";
import { createSqliteStore } from "../../src/store/sqlite-store.js";
import type { Store } from "../../src/store/store.js";

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "voicegauge-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A store on a real SQLite file; closed after the test. */
export function temporaryStore(folder = temporaryFolder()): Store {
  const opened = openDatabase(join(folder, "voicegauge.db"));
  if (!opened.ok) throw new Error(opened.error.detail);
  const made = createSqliteStore({
    database: opened.value,
    clock: createVirtualClock(Date.UTC(2026, 10, 25, 8)),
    bootId: "test",
    clockTrusted: () => true,
    newDeviceId: () => "device-1",
  });
  if (!made.ok) throw new Error(made.error.detail);
  onTestFinished(() => made.value.close());
  return made.value;
}
