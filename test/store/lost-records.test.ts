import {
  copyFileSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type LossWatch, watchLoss } from "../../src/compose-loss.js";
import { composeStore } from "../../src/compose-store.js";
import { err, ok } from "../../src/runtime/result.js";
import type { StickExporter } from "../../src/stick/stick.js";
import { acknowledgeLoss, areRecordsLost } from "../../src/store/lost-records.js";
import { openOrRecover } from "../../src/store/recover.js";
import { temporaryFolder, temporaryStore } from "../doubles/temporary-store.js";

const draft = {
  name: "长度",
  value: { unscaled: 1205n, scale: 1 },
  transcript: "长度一百二十点五",
  confidence: 0.9,
  confirmedByQuestion: false,
} as const;
const database = "voicegauge.db";

/** A start of an installed device; what it found. */
async function start(folder: string, stamp = "1") {
  const opened = await openOrRecover(folder, stamp, true);
  if (!opened.ok) throw new Error(opened.error.detail);
  opened.value.database.close();
  return opened.value.outcome;
}

/** A state folder as the installer leaves it. */
function newState(): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "begins-empty"), "");
  return folder;
}

async function stateWithRecords(count: number): Promise<string> {
  const folder = newState();
  await start(folder);
  const store = temporaryStore(folder);
  for (let n = 0; n < count; n += 1) store.commitMeasurement(draft);
  store.close();
  return folder;
}

function idsIn(folder: string): readonly number[] {
  const store = temporaryStore(folder);
  const ids = [...store.records()].map(({ id }) => id);
  store.close();
  return ids;
}

test("a new device begins empty without a word, and only once", async () => {
  const folder = newState();
  expect(await start(folder)).toEqual({ kind: "opened" });
  expect(readdirSync(folder)).not.toContain("begins-empty");
  expect(await start(folder)).toEqual({ kind: "opened" });
  expect(await areRecordsLost(folder)).toBe(false);
});

test.each([
  ["an empty file system", (folder: string) => rmSync(folder, { recursive: true })],
  ["a database that is gone", (folder: string) => rmSync(join(folder, database))],
  ["a database with nothing in it", (folder: string) => truncateSync(join(folder, database))],
])("%s is a loss, which stands over all starts until somebody takes note", async (_name, lose) => {
  const folder = await stateWithRecords(3);
  lose(folder);
  const opened = await composeStore(folder, { areRecordsExpected: true });
  if (!opened.ok) throw new Error(opened.error.detail);
  expect(opened.value.store.commitMeasurement(draft)).toMatchObject({ ok: true });
  opened.value.store.close();
  for (const stamp of ["2", "3"]) {
    expect(await areRecordsLost(folder)).toBe(true);
    expect(await start(folder, stamp)).toEqual({ kind: "opened" });
  }
  await acknowledgeLoss(folder);
  expect(await areRecordsLost(folder)).toBe(false);
  expect(await start(folder, "4")).toEqual({ kind: "opened" });
  expect(await areRecordsLost(folder)).toBe(false);
});

test("a power cut between the loss and the new database does not hide the loss", async () => {
  const folder = await stateWithRecords(1);
  rmSync(join(folder, database));
  expect(await start(folder)).toEqual({ kind: "lost" });
  rmSync(join(folder, database));
  expect(await start(folder)).toEqual({ kind: "lost" });
  expect(await areRecordsLost(folder)).toBe(true);
});

test("at a desk a folder without a database is a new one", async () => {
  const opened = await openOrRecover(temporaryFolder(), "1");
  if (!opened.ok) throw new Error(opened.error.detail);
  opened.value.database.close();
  expect(opened.value.outcome).toEqual({ kind: "opened" });
});

test("without its database the newest good backup takes its place", async () => {
  const folder = await stateWithRecords(5);
  const store = temporaryStore(folder);
  expect(await store.backup(join(folder, "backups", "backup-2026-11-24.db"))).toMatchObject({ ok: true });
  store.close();
  writeFileSync(join(folder, "backups", "backup-2026-11-25.db"), "no backup at all");
  rmSync(join(folder, database));
  expect(await start(folder)).toEqual({
    kind: "restored_from_backup",
    backup: join(folder, "backups", "backup-2026-11-24.db"),
    rescued: 0,
  });
  expect(idsIn(folder)).toEqual([1, 2, 3, 4, 5]);
  expect(await areRecordsLost(folder)).toBe(false);
});

test("with bad backups only it is a loss", async () => {
  const folder = await stateWithRecords(5);
  writeFileSync(join(folder, "backups", "backup-2026-11-25.db"), "no backup at all");
  rmSync(join(folder, database));
  expect(await start(folder)).toEqual({ kind: "lost" });
  expect(await areRecordsLost(folder)).toBe(true);
});

test("a recovery that a power cut has ended is done again: backup, damaged file and its log together", async () => {
  const folder = await stateWithRecords(5);
  const path = join(folder, database);
  const store = temporaryStore(folder);
  expect(await store.backup(join(folder, "backups", "backup-2026-11-24.db"))).toMatchObject({ ok: true });
  for (let n = 0; n < 4; n += 1) store.commitMeasurement(draft);
  // The log as it lies on the card while the database is in use: closing would take it into the database.
  copyFileSync(`${path}-wal`, join(folder, "log"));
  copyFileSync(path, join(folder, "database"));
  store.close();
  // The cut came after the first of the two was set aside.
  renameSync(join(folder, "database"), join(folder, "damaged-1.db"));
  renameSync(join(folder, "log"), `${path}-wal`);
  rmSync(path);
  expect(await start(folder, "2")).toMatchObject({ kind: "restored_from_backup", rescued: 4 });
  expect(idsIn(folder)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test("a database that was set aside long ago does not come back over a newer backup", async () => {
  const folder = await stateWithRecords(5);
  copyFileSync(join(folder, database), join(folder, "damaged-1.db"));
  utimesSync(join(folder, "damaged-1.db"), 1, 1);
  const store = temporaryStore(folder);
  store.setWorkContext({ part: "0773" });
  expect(await store.backup(join(folder, "backups", "backup-2026-11-24.db"))).toMatchObject({ ok: true });
  store.close();
  rmSync(join(folder, database));
  expect(await start(folder, "2")).toMatchObject({ kind: "restored_from_backup", rescued: 0 });
  expect(temporaryStore(folder).workContext()).toEqual({ part: "0773" });
});

test("a loss is told at each start until files that tell of it are on a stick", async () => {
  const folder = await stateWithRecords(1);
  rmSync(join(folder, database));
  const lost = await openOrRecover(folder, "1", true);
  if (!lost.ok) throw new Error(lost.error.detail);
  onTestFinished(() => void lost.value.database.close());
  let answer: Awaited<ReturnType<StickExporter["exportTo"]>> = ok({ recordCount: 0, files: [] });
  const told: string[] = [];
  /** A start of the device: the watch that it has. */
  async function nextStart(): Promise<LossWatch> {
    const watch = watchLoss(folder, { exportTo: () => Promise.resolve(answer) }, () => ({
      raise: (fault) => told.push(`raised ${fault}`),
      clear: (fault) => told.push(`cleared ${fault}`),
    }));
    await watch.look();
    return watch;
  }
  const stick = { id: "stick", directory: folder };
  const nobody = new AbortController().signal;

  const first = await nextStart();
  expect(told).toEqual(["raised records_lost"]);
  // Nothing was written, or not to the end: nobody can know it from the stick.
  expect(await first.exporter.exportTo(stick, nobody)).toBe(answer);
  answer = err({ kind: "pulled", detail: "" });
  expect(await first.exporter.exportTo(stick, nobody)).toBe(answer);
  expect(told).toHaveLength(1);

  answer = ok({ recordCount: 1, files: ["2026-11-27.xlsx"] });
  const second = await nextStart();
  expect(await second.exporter.exportTo(stick, nobody)).toBe(answer);
  expect(told.slice(1)).toEqual(["raised records_lost", "cleared records_lost"]);
  await second.exporter.exportTo(stick, nobody);
  await nextStart();
  expect(told).toHaveLength(3);
});
