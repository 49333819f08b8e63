import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { compiledModulePath } from "../../src/runtime/compiled-module.js";
import { backupDatabase } from "../../src/store/backup.js";
import { openOrRecover } from "../../src/store/recover.js";
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
