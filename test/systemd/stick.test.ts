import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { packageRoot } from "../../src/runtime/compiled-module.js";
import { canLoop } from "../doubles/stick-mounts.js";
import { temporaryFolder } from "../doubles/temporary-store.js";

const program = join(packageRoot(), "scripts", "stick");
const kernelKnowsVfat = readFileSync("/proc/filesystems", "utf8").includes("vfat");
const loops: string[] = [];

afterEach(() => {
  for (const loop of loops.splice(0)) spawnSync("losetup", ["-d", loop]);
});

/** A block device with a file system that the given program makes; with none it is empty. */
function device(...make: readonly string[]): string {
  const image = join(temporaryFolder(), "stick.img");
  writeFileSync(image, "");
  truncateSync(image, 32 * 1024 * 1024);
  const [tool, ...args] = make;
  if (tool !== undefined) execFileSync(tool, [...args, image], { stdio: "ignore" });
  const loop = execFileSync("losetup", ["--find", "--show", image], { encoding: "utf8" }).trim();
  loops.push(loop);
  return loop.replace("/dev/", "");
}

/** Folders as systemd/tmpfiles.conf makes them, and, where the kernel has no vfat, a `mount` that takes a tmpfs. */
function place() {
  const folder = temporaryFolder();
  const sticks = join(folder, "sticks");
  mkdirSync(sticks);
  mkdirSync(`${sticks}-requests`);
  const bin = join(folder, "bin");
  mkdirSync(bin);
  if (!kernelKnowsVfat) {
    const mount = join(bin, "mount");
    writeFileSync(mount, '#!/bin/sh\nfor point; do :; done\nexec /bin/mount -t tmpfs stick "$point"\n');
    chmodSync(mount, 0o755);
  }
  const env = {
    PATH: `${bin}:/usr/sbin:/usr/bin:/sbin:/bin`,
    VOICEGAUGE_STICKS: sticks,
    VOICEGAUGE_USER: "root",
  };
  return { sticks, requests: `${sticks}-requests`, env };
}

function isMounted(path: string): boolean {
  return spawnSync("mountpoint", ["-q", path]).status === 0;
}

describe("the script that mounts a stick", () => {
  test.for([
    ["an empty device", [], "there is no file system on it"],
    ["ext4", ["mkfs.ext4", "-q"], "the file system ext4 is not supported; vfat, exfat and ntfs are"],
  ] as const)("refuses %s in words", ([, make, reason], context) => {
    context.skip(!canLoop, "needs root and loop devices");
    const { sticks, requests, env } = place();
    const run = spawnSync(program, [device(...make)], { env, encoding: "utf8" });
    expect(run.status).toBe(1);
    const [refused = ""] = readdirSync(requests);
    expect(refused).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]*\.refused$/);
    expect(readFileSync(join(requests, refused), "utf8")).toBe(`${reason}\n`);
    expect(readdirSync(sticks)).toEqual([]);
  });

  test("mounts vfat under its serial number and releases it when it is asked to", async (context) => {
    context.skip(
      !canLoop || spawnSync("mkfs.vfat", ["--help"]).error !== undefined,
      "needs root, loop devices, dosfstools",
    );
    const { sticks, requests, env } = place();
    const stick = spawn(program, [device("mkfs.vfat", "-i", "1234ABCD")], { env, stdio: "ignore" });
    const ended = once(stick, "exit");
    const point = join(sticks, "1234-ABCD");
    await expect.poll(() => isMounted(point), { timeout: 10_000 }).toBe(true);
    writeFileSync(join(point, "file"), "x");
    writeFileSync(join(requests, "1234-ABCD"), "");
    expect(await ended).toEqual([0, null]);
    expect(existsSync(point)).toBe(false);
    expect(readdirSync(requests)).toEqual([]);
  });

  test("mounts two sticks of one serial number that come at the same moment side by side", async (context) => {
    context.skip(
      !canLoop || spawnSync("mkfs.vfat", ["--help"]).error !== undefined,
      "needs root, loop devices, dosfstools",
    );
    const { sticks, requests, env } = place();
    const devices = [1, 2].map(() => device("mkfs.vfat", "-i", "1234ABCC"));
    const ends = devices.map((name) => once(spawn(program, [name], { env, stdio: "ignore" }), "exit"));
    const mounted = () =>
      readdirSync(sticks)
        .filter((name) => isMounted(join(sticks, name)))
        .sort();
    await expect.poll(mounted, { timeout: 10_000 }).toHaveLength(2);
    const points = mounted();
    expect(points[0]).toBe("1234-ABCC");
    expect(devices.map((name) => `1234-ABCC-${name}`)).toContain(points[1]);
    for (const point of points) writeFileSync(join(sticks, point, "file"), point);
    for (const point of points) {
      expect(readFileSync(join(sticks, point, "file"), "utf8")).toBe(point);
      writeFileSync(join(requests, point), "");
    }
    expect(await Promise.all(ends)).toEqual([
      [0, null],
      [0, null],
    ]);
    expect(readdirSync(sticks)).toEqual([]);
    expect(readdirSync(requests)).toEqual([]);
  });

  test("does not say that a busy stick was released, and releases it once it can", async (context) => {
    context.skip(
      !canLoop || spawnSync("mkfs.vfat", ["--help"]).error !== undefined,
      "needs root, loop devices, dosfstools",
    );
    const { sticks, requests, env } = place();
    const stick = spawn(program, [device("mkfs.vfat", "-i", "1234ABCF")], { env, stdio: "ignore" });
    const ended = once(stick, "exit");
    const point = join(sticks, "1234-ABCF");
    await expect.poll(() => isMounted(point), { timeout: 10_000 }).toBe(true);
    const held = openSync(join(point, "file"), "w");
    writeFileSync(join(requests, "1234-ABCF"), "");
    // More than one try of the script.
    await sleep(1_200);
    expect(isMounted(point)).toBe(true);
    closeSync(held);
    expect(await ended).toEqual([0, null]);
    expect(existsSync(point)).toBe(false);
  });

  test("stopped, as systemd does when the stick is pulled, it leaves no mount point", async (context) => {
    context.skip(
      !canLoop || spawnSync("mkfs.vfat", ["--help"]).error !== undefined,
      "needs root, loop devices, dosfstools",
    );
    const { sticks, env } = place();
    const stick = spawn(program, [device("mkfs.vfat", "-i", "1234ABCE")], { env, stdio: "ignore" });
    const ended = once(stick, "exit");
    await expect.poll(() => isMounted(join(sticks, "1234-ABCE")), { timeout: 10_000 }).toBe(true);
    stick.kill("SIGTERM");
    await ended;
    expect(readdirSync(sticks)).toEqual([]);
  });

  test("takes the name of a partition and nothing else", () => {
    for (const name of ["../sda1", "sda1;reboot", "", "SDA"])
      expect(spawnSync(program, [name]).status).toBe(2);
  });
});
