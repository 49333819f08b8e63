import { closeSync, openSync, readdirSync, readFileSync, statSync, writeFileSync, writeSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hashOfMedium } from "../../src/stick/medium-hash.js";
import type { MountedStick } from "../../src/stick/stick.js";
import { createStickBench, type StickBench } from "../doubles/stick-bench.js";
import {
  canLoop,
  canMount,
  mountImage,
  mountTmpfs,
  pull,
  remountReadOnly,
  unmountAll,
} from "../doubles/stick-mounts.js";

if (!canMount) console.warn("skipped: sticks that are full, read-only or pulled need root, which may mount");
else if (!canLoop) console.warn("skipped: sticks on a loop device need /dev/loop-control and mkfs.ext4");

let bench: StickBench;
let stick: MountedStick;
let backing: string;
const never = new AbortController().signal;

beforeEach(async () => {
  bench = await createStickBench();
  stick = { id: "1234-ABCD", directory: join(bench.folder, "stick") };
  backing = join(bench.folder, "backing");
  await mkdir(backing);
});
afterEach(async () => {
  unmountAll(stick.directory, backing);
  await bench.close();
});

const failure = (kind: string) => ({ ok: false, error: { kind } });
const ourFiles = () => readdirSync(join(stick.directory, "声测", "三号台")).sort();

describe.skipIf(!canMount)("a real stick", () => {
  it("that is full says so, keeps what was on it, and is right once there is room", async () => {
    mountTmpfs(stick.directory, "64k");
    bench.fill(2_000);
    writeFileSync(join(stick.directory, "holiday.jpg"), Buffer.alloc(40_000, 1));
    expect(await bench.exporter().exportTo(stick, never)).toMatchObject(failure("full"));
    expect(ourFiles()).toEqual([]);
    expect(statSync(join(stick.directory, "holiday.jpg")).size).toBe(40_000);
    unmountAll(stick.directory);
    mountTmpfs(stick.directory, "4m");
    expect(await bench.exporter().exportTo(stick, never)).toMatchObject({
      ok: true,
      value: { recordCount: 2_000 },
    });
  });

  it("that fills up while it is written says so and leaves nothing half-written", async () => {
    mountTmpfs(stick.directory, "400k");
    bench.fill(1_000);
    const exporter = bench.exporter({
      async hashOfMedium(path, signal) {
        // Somebody else fills the stick between the first file and the second.
        if (path.includes(".csv")) {
          try {
            writeFileSync(join(stick.directory, "filler"), Buffer.alloc(500_000));
          } catch {
            // It is as full as it gets.
          }
        }
        return hashOfMedium(path, signal);
      },
    });
    expect(await exporter.exportTo(stick, never)).toMatchObject(failure("full"));
    expect(ourFiles()).toEqual(["2026-11-25_早.csv"]);
  });

  it("that is read-only says so, new or with our folder on it", async () => {
    mountTmpfs(stick.directory, "4m");
    bench.measure("a", "1");
    remountReadOnly(stick.directory);
    expect(await bench.exporter().exportTo(stick, never)).toMatchObject(failure("read_only"));
    unmountAll(stick.directory);
    mountTmpfs(stick.directory, "4m");
    expect(await bench.exporter().exportTo(stick, never)).toMatchObject({ ok: true });
    bench.measure("a", "2");
    remountReadOnly(stick.directory);
    expect(await bench.exporter().exportTo(stick, never)).toMatchObject(failure("read_only"));
  });

  it("that is pulled never makes us write into the folder under its mount point", async () => {
    for (const moment of ["made", "flushed"]) {
      mountTmpfs(stick.directory, "4m");
      bench.measure("a", "1");
      const exporter = bench.exporter({
        workbook: {
          ...bench.workbook,
          async write(request, signal) {
            const report = await bench.workbook.write(request, signal);
            if (moment === "made") {
              pull(stick.directory);
              await mkdir(join(stick.directory, "声测", "三号台"), { recursive: true });
            }
            return report;
          },
        },
        async hashOfMedium(path, signal) {
          const hash = await hashOfMedium(path, signal);
          if (moment === "flushed") pull(stick.directory);
          return hash;
        },
      });
      expect(await exporter.exportTo(stick, never)).toMatchObject(failure("pulled"));
      unmountAll(stick.directory);
      const under = join(stick.directory, "声测", "三号台");
      expect(
        moment === "made" ? readdirSync(under) : readdirSync(join(stick.directory, "声测", "三号台")),
      ).toEqual([]);
    }
    expect(bench.store.exports()).toEqual([]);
  });
});

describe.skipIf(!canLoop)("a stick on a block device", () => {
  it("is read back from the device itself: a bit that changed there is found, though the cache is right", async () => {
    const image = join(backing, "stick.img");
    mountImage(image, stick.directory);
    bench.fill(100);
    let cached: Buffer | undefined;
    const exporter = bench.exporter({
      async hashOfMedium(path, signal) {
        cached = readFileSync(path);
        flipBit(image, cached.subarray(0, 64));
        expect(readFileSync(path).equals(cached)).toBe(true);
        return hashOfMedium(path, signal);
      },
    });
    expect(await exporter.exportTo(stick, never)).toMatchObject(failure("verify_failed"));
    expect(cached?.length).toBeGreaterThan(1_000);
    expect(ourFiles()).toEqual([]);
    expect(await bench.exporter().exportTo(stick, never)).toMatchObject({
      ok: true,
      value: { readFrom: "medium" },
    });
  });

  it("that claims more room than it has is found out, and nothing is noted", async () => {
    // 32 MB by its own account, on a file system of 2 MB: the device answers with an error when it is flushed.
    mountTmpfs(backing, "2m");
    mountImage(join(backing, "stick.img"), stick.directory);
    bench.fill(30_000);
    expect(await bench.exporter().exportTo(stick, never)).toMatchObject(failure("full"));
    expect(bench.store.exports()).toEqual([]);
  });
});

/** Changes a bit of the content on the device behind the back of the file system that is mounted from it. */
function flipBit(image: string, content: Buffer): void {
  const at = readFileSync(image).indexOf(content);
  if (at < 0) throw new Error("the content is not on the device: was it flushed?");
  const file = openSync(image, "r+");
  writeSync(file, Buffer.from([content.readUInt8(10) ^ 1]), 0, 1, at + 10);
  closeSync(file);
}
