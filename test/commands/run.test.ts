import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { compiledModulePath } from "../../src/runtime/compiled-module.js";
import { createVirtualClock } from "../../src/runtime/virtual-clock.js";
import { createLogger } from "../../src/service/logger.js";
import { createWatchdog, watchdogLimitMs } from "../../src/service/watchdog.js";
import { openForReading } from "../../src/store/open-database.js";
import { databaseFile } from "../../src/store/recover.js";
import { temporaryFolder } from "../doubles/temporary-store.js";

test("without microphone, speaker and button it starts, says what is missing, and ends in time when told", async () => {
  const folder = temporaryFolder();
  const config = join(folder, "config.toml");
  writeFileSync(
    config,
    `[storage]\ndirectory = "${folder}/state"\n[stick]\ndirectory = "${folder}/sticks"\n[led]\nsource = "none"\n` +
      `[audio]\nmicrophone = "plughw:CARD=NotThere,DEV=0"\nspeaker = "plughw:CARD=NotThere,DEV=0"\n`,
  );
  const child = spawn(process.execPath, [compiledModulePath("main.js"), "run", "--config", config], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, JOURNAL_STREAM: "1:1" },
  });
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    lines.push(line);
    if (line.includes('"from":"starting"')) child.kill("SIGTERM");
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  expect(child.exitCode, lines.join("\n")).toBe(0);
  const faults = lines.filter((line) => line.includes('"kind":"fault"'));
  expect(faults.some((line) => line.includes("microphone_lost"))).toBe(true);
  expect(faults.some((line) => line.includes("button_missing"))).toBe(true);
  expect(faults.every((line) => line.startsWith("<3>"))).toBe(true);
  const end = JSON.parse((lines.at(-1) ?? "").replace(/^<\d>/, "")) as { tookMs: number; clean: boolean };
  expect(end).toMatchObject({ clean: true });
  expect(end.tookMs).toBeLessThan(5_000);
});

test("a reload: a bad file is refused and the device goes on; a good one makes it end in order when it is idle", async () => {
  const folder = temporaryFolder();
  const config = join(folder, "config.toml");
  const good =
    `[storage]\ndirectory = "${folder}/state"\n[stick]\ndirectory = "${folder}/sticks"\n[led]\nsource = "none"\n` +
    `[button]\nsource = "none"\n[audio]\nmicrophone = "plughw:CARD=NotThere,DEV=0"\nspeaker = "plughw:CARD=NotThere,DEV=0"\n`;
  writeFileSync(config, good);
  const child = spawn(process.execPath, [compiledModulePath("main.js"), "run", "--config", config], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    lines.push(line);
    if (line.includes('"from":"starting"')) {
      writeFileSync(config, "[audio]\nvolume = 900\n");
      child.kill("SIGHUP");
    }
    if (line.includes("the configuration is refused")) {
      writeFileSync(config, `${good}volume = 40\n`);
      child.kill("SIGHUP");
    }
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  expect(child.exitCode, lines.join("\n")).toBe(0);
  const refused = lines.find((line) => line.includes("the configuration is refused"));
  expect(refused).toMatch(/line 2, audio\.volume: 900 is not allowed/);
  expect(lines.some((line) => line.includes('"code":"configuration_refused"'))).toBe(true);
  expect(lines.at(-1)).toContain('"clean":true');
});

test("with a card that cannot be written it starts, says so, and goes on by itself when it can be", {
  timeout: 60_000,
}, async () => {
  const folder = temporaryFolder();
  const config = join(folder, "config.toml");
  const state = join(folder, "state");
  // Root may write into any folder, but not into what is none.
  writeFileSync(state, "");
  writeFileSync(
    config,
    `[storage]\ndirectory = "${state}"\n[stick]\ndirectory = "${folder}/sticks"\n[led]\nsource = "none"\n[button]\nsource = "none"\n` +
      `[audio]\nmicrophone = "plughw:CARD=NotThere,DEV=0"\nspeaker = "plughw:CARD=NotThere,DEV=0"\n`,
  );
  const child = spawn(process.execPath, [compiledModulePath("main.js"), "run", "--config", config], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    lines.push(line);
    if (line.includes('"from":"starting"')) rmSync(state);
    if (line.includes('"kind":"fault_cleared","code":"store_unusable"')) child.kill("SIGTERM");
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  expect(child.exitCode, lines.join("\n")).toBe(0);
  expect(lines.some((line) => line.includes('"kind":"fault","code":"store_unusable"'))).toBe(true);
  expect(lines.some((line) => line.includes('"part":"store"') && line.includes(state))).toBe(true);
  expect(lines.at(-1)).toContain('"clean":true');
  const database = openForReading(join(state, databaseFile));
  if (!database.ok) throw new Error(database.error.detail);
  const noted = database.value.prepare("SELECT kind, code FROM events WHERE code = 'store_unusable'").all();
  database.value.close();
  expect(noted).toEqual([
    { kind: "fault", code: "store_unusable" },
    { kind: "recovered", code: "store_unusable" },
  ]);
});

test("the journal gets the priority of each entry", () => {
  const lines: string[] = [];
  const logger = createLogger("info", (line) => lines.push(line), true);
  logger.error("bad");
  logger.info("good");
  logger.warn("odd");
  logger.debug("hidden");
  expect(lines.map((line) => line.slice(0, 3))).toEqual(["<3>", "<6>", "<4>"]);
});

test("the watchdog is fed on evidence only", () => {
  const clock = createVirtualClock();
  let fed = 0;
  let missing: readonly string[] = [];
  const complaints: (readonly string[])[] = [];
  const watchdog = createWatchdog({
    clock,
    limitMs: watchdogLimitMs("30000000"),
    missing: () => missing,
    feed: () => (fed += 1),
    onMissing: (parts) => complaints.push(parts),
  });
  watchdog.start();
  clock.advance(30_000);
  expect(fed).toBe(2);
  missing = ["microphone"];
  clock.advance(30_000);
  expect(fed).toBe(2);
  expect(complaints).toEqual([["microphone"], ["microphone"]]);
  watchdog.close();
  expect(clock.activeTimers()).toEqual([]);
});
