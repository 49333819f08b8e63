import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ownerFile } from "../../src/stick/own-folder.js";
import type { MountedStick } from "../../src/stick/stick.js";
import { createStickBench, type StickBench } from "../doubles/stick-bench.js";

let first: StickBench;
let second: StickBench;
let stick: MountedStick;
let ours: string;

beforeEach(async () => {
  first = await createStickBench("first-device");
  second = await createStickBench("second-device");
  stick = { id: "1234-ABCD", directory: join(first.folder, "stick") };
  ours = join(stick.directory, "声测");
});
afterEach(async () => {
  await first.close();
  await second.close();
});

async function exported(bench: StickBench, to = stick): Promise<readonly string[]> {
  const outcome = await bench.exporter().exportTo(to, new AbortController().signal);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.error));
  return outcome.value.files;
}

const valuesIn = (name: string) =>
  readFileSync(join(ours, name, "2026-11-25_早.csv"), "utf8")
    .split("\r\n")
    .slice(1, -1)
    .map((line) => line.split(",")[6]);
const ownedByFirst = /^first-device\n[0-9a-f-]{36}\n$/;
const folders = () => readdirSync(ours).filter((name) => !name.startsWith("."));

test("two devices of one name write into folders of their own, each into its own again", async () => {
  first.measure("长度", "12.50");
  second.measure("长度", "99.9");
  await exported(first);
  await exported(second);
  first.measure("长度", "12.51");
  second.measure("长度", "99.8");
  await exported(first);
  await exported(second);
  expect(folders()).toEqual(["三号台", "三号台 (2)"]);
  expect(valuesIn("三号台")).toEqual(["12.50", "12.51"]);
  expect(valuesIn("三号台 (2)")).toEqual(["99.9", "99.8"]);
  expect(await exported(first)).toEqual([]);
  expect(await exported(second)).toEqual([]);
});

test("a device that has lost its records does not replace the files that still hold them", async () => {
  first.measure("长度", "12.50");
  await exported(first);
  const kept = readFileSync(join(ours, "三号台", "2026-11-25_早.csv"), "utf8");
  const after = await createStickBench("the same device, begun again");
  try {
    after.measure("长度", "1");
    await exported(after);
  } finally {
    await after.close();
  }
  expect(readFileSync(join(ours, "三号台", "2026-11-25_早.csv"), "utf8")).toBe(kept);
  expect(valuesIn("三号台 (2)")).toEqual(["1"]);
});

test("what was delivered before folders had owners is gone on with in its folder", async () => {
  first.measure("长度", "12.50");
  await exported(first);
  rmSync(ownerFile(join(ours, "三号台")));
  first.measure("长度", "12.51");
  await exported(first);
  expect(folders()).toEqual(["三号台"]);
  expect(valuesIn("三号台")).toEqual(["12.50", "12.51"]);
  expect(readFileSync(ownerFile(join(ours, "三号台")), "utf8")).toMatch(ownedByFirst);
});

test("a stick that was copied with another's serial number gets what it lacks, not what the other lacks", async () => {
  const copied = { ...stick, directory: join(second.folder, "stick") };
  const csv = join(copied.directory, "声测", "三号台", "2026-11-25_早.csv");
  first.measure("长度", "12.50");
  await exported(first);
  await exported(first, copied);
  const before = readFileSync(csv, "utf8");
  first.measure("长度", "12.51");
  await exported(first);
  await exported(first, copied);
  expect(readFileSync(csv, "utf8").startsWith(before)).toBe(true);
  expect(readFileSync(csv, "utf8")).toContain("12.51");
});

test("a folder of an older version, without a mark, is gone on with and has one from then on", async () => {
  first.measure("长度", "12.50");
  await exported(first);
  writeFileSync(ownerFile(join(ours, "三号台")), "first-device\n");
  first.measure("长度", "12.51");
  await exported(first);
  expect(folders()).toEqual(["三号台"]);
  expect(valuesIn("三号台")).toEqual(["12.50", "12.51"]);
  expect(readFileSync(ownerFile(join(ours, "三号台")), "utf8")).toMatch(ownedByFirst);
  expect(await exported(first)).toEqual([]);
});

test("what a pulled stick left of the owner's name goes, and nothing else", async () => {
  mkdirSync(ours, { recursive: true });
  for (const name of [
    ".三号台.device.812-3.unfinished",
    ".notes.unfinished",
    "三号台.device.812-3.unfinished",
  ])
    writeFileSync(join(ours, name), "half");
  first.measure("长度", "12.50");
  await exported(first);
  expect(readdirSync(ours).sort()).toEqual(
    [".notes.unfinished", ".三号台.device", "三号台", "三号台.device.812-3.unfinished"].sort(),
  );
});

test("a folder whose owner was not yet written when the stick was pulled is taken", async () => {
  mkdirSync(join(ours, "三号台"), { recursive: true });
  writeFileSync(ownerFile(join(ours, "三号台")), "");
  writeFileSync(join(ours, "三号台", ".2026-11-25_早.csv.unfinished"), "half");
  first.measure("长度", "12.50");
  await exported(first);
  expect(folders()).toEqual(["三号台"]);
  expect(readFileSync(ownerFile(join(ours, "三号台")), "utf8")).toMatch(ownedByFirst);
});

test.each([
  ["files that nobody here has written", () => writeFileSync(join(ours, "三号台", "2026-11-25_早.csv"), "x")],
  [
    "files, and a name of its owner that was never written",
    () => {
      writeFileSync(join(ours, "三号台", "2026-11-25_早.csv"), "x");
      writeFileSync(ownerFile(join(ours, "三号台")), "");
    },
  ],
  ["the name of a file system's own", () => mkdirSync(ownerFile(join(ours, "三号台")))],
  ["a link as its owner", () => symlinkSync("/etc/hostname", ownerFile(join(ours, "三号台")))],
  ["an endless owner", () => writeFileSync(ownerFile(join(ours, "三号台")), "first-device".repeat(1_000))],
])("a folder with %s is left alone", async (_name, prepare) => {
  mkdirSync(join(ours, "三号台"), { recursive: true });
  prepare();
  const before = readdirSync(join(ours, "三号台"));
  first.measure("长度", "12.50");
  await exported(first);
  expect(readdirSync(join(ours, "三号台"))).toEqual(before);
  expect(valuesIn("三号台 (2)")).toEqual(["12.50"]);
});

test("a stick of which every folder is another's is refused, with the reason", async () => {
  for (let number = 1; number <= 20; number += 1) {
    const folder = join(ours, number === 1 ? "三号台" : `三号台 (${number})`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(ownerFile(folder), "somebody else");
  }
  first.measure("长度", "12.50");
  expect(await first.exporter().exportTo(stick, new AbortController().signal)).toMatchObject({
    ok: false,
    error: { kind: "unsupported" },
  });
});
