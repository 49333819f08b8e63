import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { compiledModulePath } from "../../src/runtime/compiled-module.js";
import { findDamage } from "../../src/store/find-damage.js";
import { schemaVersion, versionOf } from "../../src/store/migrations.js";
import { openDatabase, openForReading } from "../../src/store/open-database.js";
import { backupFolder, databaseFile } from "../../src/store/recover.js";
import { openRecordSource } from "../../src/workbook/record-source.js";
import { temporaryFolder } from "../doubles/temporary-store.js";
import { leaveOldState, oldConfiguration, oldDigestOf } from "./old-release.js";

/** So many that the migration takes some tenths of a second. */
const moreRecords = 100_000;
/** A busy machine may let the cut come when the migration is over. */
const mostCuts = 5;
const startLimitMs = 60_000;

interface Service {
  readonly child: ChildProcess;
  readonly lines: readonly string[];
}

/** The service on a state folder; it has ended after the test. */
function startService(config: string): Service {
  const child = spawn(process.execPath, [compiledModulePath("main.js"), "run", "--config", config], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const lines: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => lines.push(line));
  onTestFinished(() => void child.kill("SIGKILL"));
  return { child, lines };
}

const hasEnded = ({ child }: Service): boolean => child.exitCode !== null || child.signalCode !== null;

/** Looks as often as it can: what it waits for lasts a fraction of a second. */
async function soon(what: string, service: Service, isSo: () => boolean): Promise<void> {
  const end = Date.now() + startLimitMs;
  while (!isSo()) {
    if (hasEnded(service) || Date.now() > end) throw new Error(`no ${what}:\n${service.lines.join("\n")}`);
    await pause(1);
  }
}

/** Whether a process changes its database: SQLite's own lock of a writer (byte 120 of the WAL-index). */
function isWriting(pid: number | undefined): boolean {
  const lock = new RegExp(`POSIX\\s+ADVISORY\\s+WRITE\\s+${pid}\\s+\\S+\\s+120\\s+120$`, "m");
  return lock.test(readFileSync("/proc/locks", "utf8"));
}

/** Some containers do not show it. */
function canSeeWriters(folder: string): boolean {
  const opened = openDatabase(join(folder, "probe.db"));
  if (!opened.ok) throw new Error(opened.error.detail);
  opened.value.exec("BEGIN IMMEDIATE");
  const isSeen = isWriting(process.pid);
  opened.value.close();
  return isSeen;
}

async function cut(service: Service): Promise<void> {
  service.child.kill("SIGKILL");
  if (!hasEnded(service)) await once(service.child, "exit");
}

function versionAt(path: string): number {
  const database = openForReading(path);
  if (!database.ok) throw new Error(database.error.detail);
  try {
    expect(findDamage(database.value, "whole")).toBe(undefined);
    return versionOf(database.value);
  } finally {
    database.value.close();
  }
}

test("an upgrade that is cut while it saves the old records, and in the middle of the migration, loses none of them", {
  timeout: 240_000,
}, async (context) => {
  const folder = temporaryFolder();
  context.skip(!canSeeWriters(folder), "/proc/locks does not show who writes a file");
  const state = join(folder, "state");
  const config = join(folder, "config.toml");
  writeFileSync(
    config,
    oldConfiguration
      .replace("[storage]", `[storage]\ndirectory = "${state}"`)
      .replace("[stick]", `[stick]\ndirectory = "${folder}/sticks"`) +
      `[led]\nsource = "none"\n[button]\nsource = "none"\n` +
      `[audio]\nmicrophone = "plughw:CARD=NotThere,DEV=0"\nspeaker = "plughw:CARD=NotThere,DEV=0"\n`,
  );
  leaveOldState(state, "1A2B-3C4D", moreRecords);
  const database = join(state, databaseFile);
  const backup = join(state, backupFolder, "backup-schema-1.db");
  const before = oldDigestOf(database);
  expect(before["records"]).toMatch(`${16 + moreRecords}:`);

  const inBackup = startService(config);
  const unfinished = `${backup}.unfinished`;
  await soon("backup", inBackup, () => existsSync(unfinished) && statSync(unfinished).size > 0);
  await cut(inBackup);
  expect(existsSync(backup)).toBe(false);
  expect(versionAt(database)).toBe(1);
  expect(oldDigestOf(database)).toEqual(before);

  const kept = join(folder, "kept");
  cpSync(state, kept, { recursive: true });
  for (let cuts = 1; ; cuts += 1) {
    const inMigration = startService(config);
    await soon("migration", inMigration, () => existsSync(backup) && isWriting(inMigration.child.pid));
    await cut(inMigration);
    if (versionAt(database) === 1 || cuts === mostCuts) break;
    rmSync(state, { recursive: true });
    cpSync(kept, state, { recursive: true });
  }
  expect(versionAt(database)).toBe(1);
  expect(oldDigestOf(database)).toEqual(before);
  expect(oldDigestOf(backup)).toEqual(before);

  const last = startService(config);
  await soon("ready service", last, () => last.lines.some((line) => line.includes('"from":"starting"')));
  last.child.kill("SIGTERM");
  await once(last.child, "exit");
  expect(last.child.exitCode, last.lines.join("\n")).toBe(0);
  expect(versionAt(database)).toBe(schemaVersion);
  expect(oldDigestOf(database)).toEqual(before);
  expect(versionAt(backup)).toBe(1);
  expect(oldDigestOf(backup)).toEqual(before);
  expect(existsSync(unfinished)).toBe(false);
  // What the migration counted is what is there.
  const source = openRecordSource(database);
  const counted = source.days(480).reduce((sum, { recordCount }) => sum + recordCount, 0);
  source.close();
  expect(counted).toBe(16 + moreRecords);
});
