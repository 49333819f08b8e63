import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { composeDevice, type Device } from "../../src/compose.js";
import { composeEspeakVoice } from "../../src/compose-voice.js";
import type { StickRegion } from "../../src/controller/state.js";
import { type Configuration, defaultConfiguration } from "../../src/service/configuration.js";
import { loadConfiguration } from "../../src/service/load-configuration.js";
import { decodeCsv, readCsvRows } from "../../src/stick/csv-rows.js";
import { backupFolder, databaseFile } from "../../src/store/recover.js";
import { until } from "../appliance/journal.js";
import { temporaryFolder } from "../doubles/temporary-store.js";
import {
  leaveOldState,
  leaveOldStick,
  oldConfiguration,
  oldContent,
  oldFiles,
  oldRecordings,
  oldRowsOf,
} from "./old-release.js";

const readyLimitMs = 30_000;

async function configurationOf(folder: string): Promise<Configuration> {
  const path = join(folder, "config.toml");
  writeFileSync(path, oldConfiguration);
  const loaded = await loadConfiguration(path);
  if (!loaded.ok) throw new Error(loaded.error.problems.join("; "));
  const { configuration } = loaded.value;
  // Every word is taken as it was heard: this is not about the recogniser.
  return { ...configuration, recognition: { ...configuration.recognition, sure: 0, unsure: 0 } };
}

/** The whole appliance, with files for sound; it has ended after the test. */
async function startDevice(configuration: Configuration, state: string, stick: string): Promise<Device> {
  const composed = await composeDevice({
    configuration,
    sound: { kind: "files", speakerPath: `${stick}-speaker.wav` },
    stateDirectory: state,
    stick: { kind: "folder", directory: stick },
    onHalt: () => undefined,
  });
  if (!composed.ok) throw new Error(composed.error.detail);
  const device = composed.value;
  onTestFinished(async () => {
    await device.shutdown.begin("the test is over");
  });
  await device.start();
  await isReady(device);
  return device;
}

async function isReady({ appliance }: Device): Promise<void> {
  expect(await until(readyLimitMs, () => appliance.state().talk.kind === "ready")).toBe(true);
}

async function say(device: Device, words: string): Promise<void> {
  const { appliance, fileMicrophone } = device;
  await isReady(device);
  const sound = await composeEspeakVoice(defaultConfiguration, "+f5").synthesize(
    words,
    new AbortController().signal,
  );
  if (!sound.ok || fileMicrophone === undefined) throw new Error("nothing can be said to it");
  appliance.gesture({ kind: "press" });
  appliance.gesture({ kind: "tap" });
  const isOpen = (): boolean => {
    const { talk } = appliance.state();
    return talk.kind === "listening" && talk.gate === "open";
  };
  expect(await until(readyLimitMs, isOpen)).toBe(true);
  fileMicrophone.say(sound.value);
  expect(await until(readyLimitMs, () => appliance.state().talk.kind !== "listening")).toBe(true);
  await isReady(device);
}

/** Number, name, value, status and words of each row of a report. */
function csvRows(path: string): readonly unknown[] {
  const [head = [], ...rows] = readCsvRows(decodeCsv(readFileSync(path)));
  const columns = ["序号", "名称", "测量值", "状态", "原话"].map((name) => head.indexOf(name));
  return rows.map((row) => columns.map((column) => row[column]));
}

const inWords: Readonly<Record<string, string>> = {
  valid: "有效",
  withdrawn: "已撤销",
  superseded: "已更正",
};

test("meets the data of the first release: nothing is lost, a stick gets it whole, and the last record can be undone", {
  timeout: 240_000,
}, async () => {
  const folder = temporaryFolder();
  const [state, stick, drawer] = [join(folder, "state"), join(folder, "stick"), join(folder, "drawer")];
  leaveOldState(state, `folder:${stick}`);
  leaveOldStick(drawer);
  const database = join(state, databaseFile);
  const before = oldRowsOf(database);
  const records = before["records"] ?? [];
  expect(records).toHaveLength(16);
  const device = await startDevice(await configurationOf(folder), state, stick);

  // What was noted since then comes after what was there.
  const taken = oldRowsOf(database);
  expect({ ...taken, events: taken["events"]?.slice(0, 3) }).toEqual(before);
  const backup = join(state, backupFolder, "backup-schema-1.db");
  expect(oldRowsOf(backup)).toEqual(before);
  expect(device.store.plan()).toMatchObject({ version: 1, source: "泵体.xlsx" });
  expect(device.store.plan()?.characteristics.map(({ name }) => name)).toEqual(["长度", "孔径", "垂直度"]);
  expect(device.store.workContext()).toEqual({ batch: "B 7", inspector: "张三" });
  expect(device.store.measuredInPiece()).toEqual([1, 2]);

  /** Plugs the stick in, waits until it may be taken, and takes it; its reports by name, with the inode of each. */
  async function plug(): Promise<ReadonlyMap<string, number>> {
    const region = (): StickRegion => device.appliance.state().stick;
    renameSync(drawer, stick);
    expect(await until(90_000, () => ["verified", "fault"].includes(region().kind))).toBe(true);
    expect(region()).toMatchObject({ kind: "verified" });
    renameSync(stick, drawer);
    expect(await until(readyLimitMs, () => region().kind === "absent")).toBe(true);
    await isReady(device);
    return new Map(
      readdirSync(join(drawer, "声测", "三号台"), { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => [name, statSync(join(drawer, "声测", "三号台", name)).ino]),
    );
  }
  const onStick = (name: string): string => join(drawer, "声测", "三号台", name);
  /** The records of a day as its report must have them. */
  const rowsFrom = (first: number, last: number): readonly unknown[] =>
    (oldRowsOf(database)["records"] ?? [])
      .filter((row) => Number(row["id"]) >= first && Number(row["id"]) <= last)
      .map(({ id, name, value, status, transcript }) => [
        String(id),
        name ?? "",
        value,
        inWords[String(status)],
        transcript,
      ]);

  const first = await plug();
  const days = ["2026-09-07_早", "2026-09-08_中", "2026-09-09_晚", "2026-09-10_晚"];
  expect([...first.keys()].sort()).toEqual(
    days.flatMap((day) => ["csv", "dfq", "html", "xlsx"].map((kind) => `${day}.${kind}`)).sort(),
  );
  for (const name of oldFiles) expect(String(readFileSync(onStick(name)))).not.toContain(oldContent);
  expect(csvRows(onStick("2026-09-07_早.csv"))).toEqual(rowsFrom(1, 5));
  expect(csvRows(onStick("2026-09-08_中.csv"))).toEqual(rowsFrom(6, 13));
  expect(csvRows(onStick("2026-09-09_晚.csv"))).toEqual(rowsFrom(14, 15));
  expect(csvRows(onStick("2026-09-10_晚.csv"))).toEqual(rowsFrom(16, 16));
  const sounds = readdirSync(drawer, { recursive: true }).filter((name) => String(name).endsWith(".wav"));
  expect(sounds.map((name) => String(name).split("/").at(-1)).sort()).toEqual([...oldRecordings].sort());
  expect(readFileSync(join(drawer, "holiday.txt"), "utf8")).toBe("the user's own");
  // What it has got is not written once more.
  expect(await plug()).toEqual(first);

  await say(device, "撤销");
  const undone = oldRowsOf(database);
  expect(undone["records"]).toEqual(
    records.map((row) => (row["id"] === 16 ? { ...row, status: "withdrawn" } : row)),
  );
  await say(device, "高度七毫米");
  expect(oldRowsOf(database)["records"]?.slice(16)).toMatchObject([
    { id: 17, name: "高度", value: "7", device_id: records[0]?.["device_id"], inspector: "张三", piece: 3 },
  ]);

  const last = await plug();
  const kept = (day: string): boolean =>
    [...first].filter(([name]) => name.startsWith(day)).every(([name, inode]) => last.get(name) === inode);
  expect(days.map(kept)).toEqual([true, true, true, false]);
  expect(csvRows(onStick("2026-09-10_晚.csv"))).toEqual([["16", "壁厚", "3.20", "已撤销", "壁厚3.20毫米"]]);
  const today = [...last.keys()].filter((name) => !days.some((day) => name.startsWith(day)));
  expect(today.map((name) => name.split(".").at(-1)).sort()).toEqual(["csv", "dfq", "html", "xlsx"]);
  expect(oldRowsOf(backup)).toEqual(before);
});
