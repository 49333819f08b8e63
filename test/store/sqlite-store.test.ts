import { createRequire } from "node:module";
import { join } from "node:path";
import type BetterSqlite3 from "better-sqlite3";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { MeasurementDraft } from "../../src/inspection/record.js";
import { openDatabase } from "../../src/store/open-database.js";
import type { Store } from "../../src/store/store.js";
import { temporaryFolder, temporaryStore } from "../doubles/temporary-store.js";

const Sqlite = createRequire(import.meta.url)("better-sqlite3") as typeof BetterSqlite3;

const draft: MeasurementDraft = {
  name: "长度",
  value: { unscaled: 1250n, scale: 2 },
  unit: "mm",
  transcript: "长度十二点五零毫米",
  confidence: 0.93,
  confirmedByQuestion: false,
};

function stored(store: Store, one: MeasurementDraft = draft) {
  const outcome = store.commitMeasurement(one);
  if (!outcome.ok) throw new Error(outcome.error.detail);
  return outcome.value;
}

test("a record is read back as it was given, trailing zero included", () => {
  const store = temporaryStore();
  const record = stored(store);
  expect(store.record(record.id)).toEqual(record);
  expect(record).toMatchObject({ ...draft, id: 1, status: "valid", bootId: "test", clockTrusted: true });
  expect([...store.records()]).toEqual([record]);
});

test("any decimal goes through the database unchanged", () => {
  const store = temporaryStore();
  const decimals = fc.record({
    unscaled: fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
    scale: fc.nat(12),
  });
  fc.assert(
    fc.property(decimals, (value) => {
      expect(store.record(stored(store, { ...draft, value }).id)?.value).toEqual(value);
    }),
    { numRuns: 100 },
  );
});

test("a correction keeps the old record, marked with its successor", () => {
  const store = temporaryStore();
  const old = stored(store);
  const corrected = store.correct(old.id, { ...draft, value: { unscaled: 1251n, scale: 2 } });
  expect(corrected).toMatchObject({ ok: true, value: { id: 2, status: "valid" } });
  expect(store.record(1)).toMatchObject({ status: "superseded", supersededBy: 2, value: draft.value });
  expect(store.correct(old.id, draft)).toMatchObject({ ok: false, error: { kind: "not_valid" } });
  // The refused correction left nothing behind.
  expect(store.countRecords()).toBe(2);
});

test("a withdrawn record stays and is no longer the latest", () => {
  const store = temporaryStore();
  stored(store);
  stored(store);
  expect(store.withdraw(2)).toMatchObject({ ok: true, value: { status: "withdrawn" } });
  expect(store.latestValid()?.id).toBe(1);
  expect(store.withdraw(2)).toMatchObject({ ok: false, error: { kind: "not_valid" } });
  expect(store.withdraw(9)).toMatchObject({ ok: false, error: { kind: "not_found" } });
  expect(store.countRecords()).toBe(2);
});

test("SQLite itself refuses to delete or to rewrite a record", () => {
  const folder = temporaryFolder();
  stored(temporaryStore(folder));
  const raw = new Sqlite(join(folder, "voicegauge.db"));
  expect(() => raw.exec("DELETE FROM records")).toThrow("never deleted");
  expect(() => raw.exec("UPDATE records SET value = '9'")).toThrow("only the status");
  raw.close();
});

test("part, batch and inspector go with the records and outlive a restart", () => {
  const folder = temporaryFolder();
  const store = temporaryStore(folder);
  store.setWorkContext({ part: "773", batch: "B1" });
  store.setWorkContext({ inspector: "08" });
  expect(stored(store)).toMatchObject({ part: "773", batch: "B1", inspector: "08" });
  const again = temporaryStore(folder);
  expect(again.workContext()).toEqual({ part: "773", batch: "B1", inspector: "08" });
  expect(again.beginPiece()).toEqual({ ok: true, value: { batch: "B1", inspector: "08" } });
});

test("the running order begins again with each piece", () => {
  const store = temporaryStore();
  store.adoptPlan("plan.csv", [
    { number: 1, name: "长度", aliases: ["总长"], unit: "mm", upperLimit: { unscaled: 1210n, scale: 1 } },
    { number: 2, name: "宽度", aliases: [] },
  ]);
  const record = stored(store, { ...draft, characteristicNumber: 1 });
  expect(record.upperLimit).toEqual({ unscaled: 1210n, scale: 1 });
  expect(store.measuredInPiece()).toEqual([1]);
  store.withdraw(record.id);
  expect(store.measuredInPiece()).toEqual([]);
  stored(store, { ...draft, characteristicNumber: 2 });
  store.beginPiece();
  expect(store.measuredInPiece()).toEqual([]);
  expect(store.plan()).toMatchObject({ version: 1, source: "plan.csv" });
});

test("every open waits for the card: synchronous is FULL, before and after a write", () => {
  const path = join(temporaryFolder(), "voicegauge.db");
  for (let round = 0; round < 2; round += 1) {
    const opened = openDatabase(path);
    if (!opened.ok) throw new Error(opened.error.detail);
    opened.value.exec("CREATE TABLE IF NOT EXISTS t (x); INSERT INTO t VALUES (1)");
    expect(opened.value.pragma("synchronous", { simple: true })).toBe(2);
    opened.value.close();
  }
});

describe("a file that cannot be used is named and left alone", () => {
  test("a folder that is not there", () => {
    expect(openDatabase("/nonexistent/voicegauge.db")).toMatchObject({ ok: false });
  });

  test("the database of a newer version", () => {
    const path = join(temporaryFolder(), "voicegauge.db");
    const raw = new Sqlite(path);
    raw.pragma("user_version = 999");
    raw.close();
    expect(openDatabase(path)).toMatchObject({ ok: false, error: { kind: "failed" } });
  });
});
