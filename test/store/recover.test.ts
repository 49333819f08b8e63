import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, readdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { createSystemClock } from "../../src/runtime/clock.js";
import { compiledModulePath } from "../../src/runtime/compiled-module.js";
import { backupDatabase } from "../../src/store/backup.js";
import { createDailyBackup } from "../../src/store/daily-backup.js";
import { openDatabase } from "../../src/store/open-database.js";
import { openOrRecover } from "../../src/store/recover.js";
import { createSqliteStore } from "../../src/store/sqlite-store.js";
import { damagePage } from "../doubles/damage-page.js";
import { temporaryFolder, temporaryStore } from "../doubles/temporary-store.js";

const draft = {
  name: "长度",
  value: { unscaled: 1205n, scale: 1 },
  transcript: "长度一百二十点五",
  confidence: 0.9,
  confirmedByQuestion: false,
} as const;

async function recovered(folder: string) {
  const outcome = await openOrRecover(folder, "stamp");
  if (!outcome.ok) throw new Error(outcome.error.detail);
  return outcome.value;
}

test.each([
  ["garbage", (path: string) => writeFileSync(path, "this is no database".repeat(300))],
  ["a file that was cut", (path: string) => truncateSync(path, 5_000)],
])("%s is set aside untouched, and the newest good backup takes its place", async (_name, damage) => {
  const folder = temporaryFolder();
  const first = await recovered(folder);
  first.database.close();
  const store = temporaryStore(folder);
  for (let n = 0; n < 50; n += 1) store.commitMeasurement(draft);
  expect(await store.backup(join(folder, "backups", "backup-2026-11-24.db"))).toMatchObject({ ok: true });
  store.close();
  writeFileSync(join(folder, "backups", "backup-2026-11-25.db"), "a backup that is damaged, too");
  const path = join(folder, "voicegauge.db");
  damage(path);
  const damaged = readFileSync(path);
  const { database, outcome } = await recovered(folder);
  expect(outcome).toMatchObject({
    kind: "restored_from_backup",
    backup: join(folder, "backups", "backup-2026-11-24.db"),
  });
  expect(database.prepare("SELECT count(*) AS n FROM records").get()).toEqual({ n: 50 });
  database.close();
  expect(readFileSync(join(folder, "damaged-stamp.db"))).toEqual(damaged);
});

test("what came after the backup is saved from the damaged file, marks and plan included", async () => {
  const folder = temporaryFolder();
  (await recovered(folder)).database.close();
  const store = temporaryStore(folder);
  for (let n = 0; n < 50; n += 1) store.commitMeasurement(draft);
  expect(await store.backup(join(folder, "backups", "backup-2026-11-24.db"))).toMatchObject({ ok: true });
  store.adoptPlan("plan.csv", [{ number: 3, name: "长度", aliases: ["长"] }]);
  store.setWorkContext({ part: "0773" });
  for (let n = 0; n < 30; n += 1) store.commitMeasurement({ ...draft, characteristicNumber: 3 });
  store.withdraw(12);
  store.correct(60, { ...draft, value: { unscaled: 77n, scale: 1 } });
  const before = [...store.records()];
  store.close();
  damagePage(join(folder, "voicegauge.db"), "records_by_time");
  const { database, outcome } = await recovered(folder);
  expect(outcome).toMatchObject({ kind: "restored_from_backup", rescued: 31 });
  database.close();
  const restored = temporaryStore(folder);
  expect([...restored.records()]).toEqual(before);
  expect(restored.plan()?.characteristics[0]?.aliases).toEqual(["长"]);
  expect(restored.workContext()).toEqual({ part: "0773" });
  expect(restored.commitMeasurement(draft)).toMatchObject({ ok: true, value: { id: 82 } });
});

test("around a page of records that is gone, the older and the newer ones are saved, with no backup at all", async () => {
  const folder = temporaryFolder();
  (await recovered(folder)).database.close();
  const store = temporaryStore(folder);
  for (let n = 0; n < 400; n += 1)
    store.commitMeasurement(n === 200 ? { ...draft, transcript: "the one in the middle" } : draft);
  const { deviceId } = store.device();
  store.close();
  const path = join(folder, "voicegauge.db");
  damagePage(path, "records_by_piece");
  // A leaf of the table: where a record in the middle stands.
  const bytes = readFileSync(path);
  const marker = bytes.indexOf("the one in the middle");
  const page = Math.floor(marker / 4_096) * 4_096;
  bytes.fill(0, page, page + 4_096);
  writeFileSync(path, bytes);
  const { database, outcome } = await recovered(folder);
  database.close();
  expect(outcome.kind).toBe("started_empty");
  const restored = temporaryStore(folder);
  const ids = [...restored.records()].map(({ id }) => id);
  expect(outcome).toMatchObject({ rescued: ids.length });
  expect(ids.length).toBeGreaterThan(300);
  expect(ids.length).toBeLessThan(400);
  expect(ids[0]).toBe(1);
  expect(ids.at(-1)).toBe(400);
  expect(restored.device().deviceId).toBe(deviceId);
  expect(restored.commitMeasurement(draft)).toMatchObject({ ok: true, value: { id: 401 } });
});

test("the backup that holds most is taken, not one that a clock far ahead has named", async () => {
  const folder = temporaryFolder();
  (await recovered(folder)).database.close();
  const store = temporaryStore(folder);
  const backUpAs = async (name: string): Promise<void> => {
    expect(await store.backup(join(folder, "backups", name))).toMatchObject({ ok: true });
  };
  for (let n = 0; n < 10; n += 1) store.commitMeasurement(draft);
  await backUpAs("backup-2031-05-01.db");
  for (let n = 0; n < 10; n += 1) store.commitMeasurement(draft);
  await backUpAs("backup-2026-11-23.db");
  // No new record, but one that no longer counts.
  store.withdraw(20);
  await backUpAs("backup-2026-11-22.db");
  for (let n = 0; n < 10; n += 1) store.commitMeasurement(draft);
  await backUpAs("backup-2026-11-20.db");
  store.close();
  // The fullest is damaged where nobody sees it without reading all of it.
  damagePage(join(folder, "backups", "backup-2026-11-20.db"), "records_by_time");
  writeFileSync(join(folder, "voicegauge.db"), "nothing of this can be saved".repeat(500));
  const names = readdirSync(join(folder, "backups"));
  const { database, outcome } = await recovered(folder);
  expect(outcome).toMatchObject({
    kind: "restored_from_backup",
    backup: join(folder, "backups", "backup-2026-11-22.db"),
    rescued: 0,
  });
  const counts = "SELECT count(*) AS n, sum(status = 'withdrawn') AS gone FROM records";
  expect(database.prepare(counts).get()).toEqual({ n: 20, gone: 1 });
  database.close();
  expect(readdirSync(join(folder, "backups"))).toEqual(names);
});

test("without a backup it begins empty and keeps the damaged file", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "voicegauge.db"), "nonsense".repeat(1_000));
  const { database, outcome } = await recovered(folder);
  database.close();
  expect(outcome.kind).toBe("started_empty");
  expect(readdirSync(folder)).toContain("damaged-stamp.db");
});

test("a backup of a database in use is whole", async () => {
  const folder = temporaryFolder();
  const { database } = await recovered(folder);
  database.exec("CREATE TABLE t (x); INSERT INTO t VALUES (42)");
  const target = join(folder, "copy.db");
  expect(await backupDatabase(database, target)).toMatchObject({ ok: true });
  database.close();
  expect(readFileSync(target).subarray(0, 15).toString()).toBe("SQLite format 3");
  expect(readdirSync(folder).filter((name) => name.includes("unfinished"))).toEqual([]);
});

test("damage that nobody noticed does not push out a good backup: the next start saves what can be read", async () => {
  const folder = temporaryFolder();
  (await recovered(folder)).database.close();
  const first = temporaryStore(folder);
  for (let n = 0; n < 50; n += 1) first.commitMeasurement(draft);
  expect(await first.backup(join(folder, "backups", "backup-2020-01-01.db"))).toMatchObject({ ok: true });
  first.commitMeasurement(draft);
  first.close();
  damagePage(join(folder, "voicegauge.db"), "records_by_time");
  const damaged = openDatabase(join(folder, "voicegauge.db"), "recent");
  if (!damaged.ok) throw new Error("the recent part is sound");
  const clock = createSystemClock();
  const made = createSqliteStore({
    database: damaged.value,
    clock,
    bootId: "b",
    clockTrusted: () => true,
    newDeviceId: () => "d",
  });
  if (!made.ok) throw new Error(made.error.detail);
  const backUp = createDailyBackup({ clock, store: made.value, stateDirectory: folder });
  expect(await backUp(new AbortController().signal)).toMatchObject({ kind: "database_damaged" });
  expect(await backUp(new AbortController().signal)).toEqual({ kind: "not_due" });
  made.value.close();
  expect(readdirSync(join(folder, "backups"))).toEqual(["backup-2020-01-01.db"]);
  const { database, outcome } = await recovered(folder);
  database.close();
  expect(outcome).toMatchObject({ kind: "restored_from_backup", rescued: 1 });
  expect(readdirSync(folder)).not.toContain("check-whole");
});

test("a sound database gets one backup a day, and the newest seven are kept", async () => {
  const folder = temporaryFolder();
  (await recovered(folder)).database.close();
  const store = temporaryStore(folder);
  store.commitMeasurement(draft);
  let wallMs = Date.UTC(2026, 10, 1, 8);
  const clock = { ...createSystemClock(), wallMs: () => wallMs };
  const backUp = createDailyBackup({ clock, store, stateDirectory: folder });
  for (let day = 0; day < 9; day += 1) {
    expect(await backUp(new AbortController().signal)).toEqual({ kind: "done" });
    expect(await backUp(new AbortController().signal)).toEqual({ kind: "done" });
    wallMs += 86_400_000;
  }
  const names = readdirSync(join(folder, "backups")).sort();
  expect(names).toHaveLength(7);
  expect(names.at(-1)).toBe("backup-2026-11-09.db");
  // After a clock that was ahead the new backup is not the oldest for that.
  wallMs = Date.UTC(2025, 10, 1, 8);
  expect(await backUp(new AbortController().signal)).toEqual({ kind: "done" });
  const after = readdirSync(join(folder, "backups")).sort();
  expect(after).toEqual(["backup-2025-11-01.db", ...names.slice(1)]);
  // Those of its days ahead hold less than what comes from then on, and go first.
  for (let day = 0; day < 7; day += 1) {
    wallMs += 86_400_000;
    store.commitMeasurement(draft);
    expect(await backUp(new AbortController().signal)).toEqual({ kind: "done" });
  }
  const later = [2, 3, 4, 5, 6, 7, 8].map((day) => `backup-2025-11-0${day}.db`);
  expect(readdirSync(join(folder, "backups")).sort()).toEqual(later);
});

test("what was saved before an upgrade does not stand before the backups of the days after it, nor give way to them", async () => {
  const folder = temporaryFolder();
  (await recovered(folder)).database.close();
  const backups = join(folder, "backups");
  const store = temporaryStore(folder);
  let wallMs = Date.UTC(2026, 10, 1, 8);
  const clock = { ...createSystemClock(), wallMs: () => wallMs };
  const backUp = createDailyBackup({ clock, store, stateDirectory: folder });
  for (let day = 0; day < 9; day += 1) {
    store.commitMeasurement(draft);
    expect(await backUp(new AbortController().signal)).toEqual({ kind: "done" });
    if (day === 1) {
      const saved = join(backups, "backup-schema-1.db");
      copyFileSync(join(backups, "backup-2026-11-02.db"), saved);
      utimesSync(saved, new Date(wallMs), new Date(wallMs));
    }
    wallMs += 86_400_000;
  }
  store.close();
  const days = readdirSync(backups).filter((name) => name.startsWith("backup-2026"));
  expect(days).toHaveLength(7);
  expect(readdirSync(backups)).toHaveLength(8);
  writeFileSync(join(folder, "voicegauge.db"), "nothing can be saved from this");
  const { database, outcome } = await recovered(folder);
  expect(outcome).toMatchObject({ backup: join(backups, "backup-2026-11-09.db") });
  expect(database.prepare("SELECT count(*) AS n FROM records").get()).toEqual({ n: 9 });
  database.close();
});

test("what was saved before an upgrade is newer than the backup of the day before it", async () => {
  const folder = temporaryFolder();
  (await recovered(folder)).database.close();
  const store = temporaryStore(folder);
  store.commitMeasurement(draft);
  const saved = join(folder, "backups", "backup-schema-1.db");
  const written = new Date(Date.UTC(2026, 10, 3, 8));
  for (const path of [join(folder, "backups", "backup-2026-11-03.db"), saved]) {
    expect(await store.backup(path)).toMatchObject({ ok: true });
    utimesSync(path, written, written);
    store.commitMeasurement(draft);
  }
  store.close();
  writeFileSync(join(folder, "voicegauge.db"), "nothing can be saved from this");
  const { database, outcome } = await recovered(folder);
  expect(outcome).toMatchObject({ backup: saved });
  database.close();
});

test("a database of years opens by its recent part, unless the mark asks for all of it", async () => {
  const folder = temporaryFolder();
  (await recovered(folder)).database.close();
  const path = join(folder, "voicegauge.db");
  const store = temporaryStore(folder);
  store.commitMeasurement(draft);
  store.close();
  const filled = openDatabase(path);
  if (!filled.ok) throw new Error(filled.error.detail);
  // More than is read through at each start.
  filled.value.exec(
    `INSERT INTO records SELECT n, device_id, status, superseded_by, name, characteristic_number, plan_version, value, unit,
       said_value, said_unit, judgement, judged_by, nominal, lower_limit, upper_limit, part, batch, inspector, piece,
       hex(zeroblob(400)), confidence, confirmed_by_question, audio_path, wall_ms, boot_id, monotonic_ms, clock_trusted
     FROM records, (WITH RECURSIVE c(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM c WHERE n < 20000) SELECT n FROM c)
     WHERE id = 1`,
  );
  filled.value.close();
  damagePage(path, "records_by_time");
  const opened = await recovered(folder);
  expect(opened.outcome).toEqual({ kind: "opened" });
  opened.database.close();
  writeFileSync(join(folder, "check-whole"), "");
  const { database, outcome } = await recovered(folder);
  database.close();
  expect(outcome).toMatchObject({ kind: "started_empty", rescued: 20_000 });
});

/** Commits for ever and says each id once it is on the card. */
const committer = `
import { openDatabase } from ${JSON.stringify(compiledModulePath("store/open-database.js"))};
import { createSqliteStore } from ${JSON.stringify(compiledModulePath("store/sqlite-store.js"))};
import { createSystemClock } from ${JSON.stringify(compiledModulePath("runtime/clock.js"))};
const { value: database } = openDatabase(process.argv[1]);
const { value: store } = createSqliteStore({ database, clock: createSystemClock(), bootId: "b", clockTrusted: () => true, newDeviceId: () => "d" });
const draft = { name: "长度", value: { unscaled: 1205n, scale: 1 }, transcript: "x", confidence: 1, confirmedByQuestion: false };
for (;;) process.stdout.write(store.commitMeasurement(draft).value.id + "\\n");
`;

test("what a killed process has confirmed is there, once", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "voicegauge.db");
  const child = spawn(process.execPath, ["--input-type=module", "-e", committer, path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let confirmed = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    confirmed = Number(line);
    if (confirmed >= 200) child.kill("SIGKILL");
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  const ids = [...temporaryStore(folder).records()].map(({ id }) => id);
  expect(confirmed).toBeGreaterThanOrEqual(200);
  expect(ids.length).toBeGreaterThanOrEqual(confirmed);
  expect(ids).toEqual(ids.map((_, index) => index + 1));
});
