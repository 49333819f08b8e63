import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSystemClock, sleep } from "../../src/runtime/clock.js";
import { createFolderStick } from "../../src/stick/folder-stick.js";
import { createMountedStick } from "../../src/stick/mounted-stick.js";
import type { StickWatcher } from "../../src/stick/stick.js";
import { canMount, mountTmpfs, unmountAll } from "../doubles/stick-mounts.js";

if (!canMount) console.warn("skipped: mounted sticks need root, which may mount");

const clock = createSystemClock();
const never = new AbortController().signal;
let folder: string;
let watcher: StickWatcher;
let told: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "voicegauge-watch-"));
  told = [];
});
afterEach(async () => {
  await watcher.close();
  expect(clock.activeTimers()).toEqual([]);
  unmountAll(join(folder, "sticks", "A1B2-C3D4"), join(folder, "sticks"));
  rmSync(folder, { recursive: true, force: true });
});

function start(made: StickWatcher): void {
  watcher = made;
  watcher.start({
    onArrived: (stick) => void told.push(`arrived ${stick.id} ${stick.directory}`),
    onRefused: (error) => void told.push(`refused ${error.kind}`),
    onGone: (id) => void told.push(`gone ${id}`),
  });
}

/** Waits for the next thing that is told; the watchers look twice a second. */
async function next(): Promise<string> {
  for (let waited = 0; waited < 10_000 && told.length === 0; waited += 20) await sleep(clock, "test", 20);
  return told.shift() ?? "nothing";
}

describe("a folder as the stick", () => {
  it("arrives when it exists, is gone when it does not, and comes back", async () => {
    const path = join(folder, "stick");
    start(createFolderStick(clock, path));
    writeFileSync(path, "a file is no stick");
    await sleep(clock, "two looks", 1_100);
    rmSync(path);
    mkdirSync(path);
    expect(await next()).toBe(`arrived folder:${path} ${path}`);
    rmSync(path, { recursive: true });
    expect(await next()).toBe(`gone folder:${path}`);
    mkdirSync(path);
    expect(await next()).toMatch(/^arrived /);
    const stick = { id: "x", directory: path };
    expect(await watcher.release(stick, never)).toEqual({ ok: true, value: undefined });
    rmSync(path, { recursive: true });
    expect(await watcher.release(stick, never)).toMatchObject({ ok: false, error: { kind: "pulled" } });
  });
});

describe.skipIf(!canMount)("sticks that root mounts", () => {
  const id = "A1B2-C3D4";
  let sticksDirectory: string;
  let requestsDirectory: string;
  let mountPoint: string;

  beforeEach(() => {
    sticksDirectory = join(folder, "sticks");
    requestsDirectory = join(folder, "requests");
    mountPoint = join(sticksDirectory, id);
    start(createMountedStick(clock, { sticksDirectory, requestsDirectory }));
  });

  it("count only while something is mounted: no empty folder, no link, no strange name", async () => {
    mkdirSync(mountPoint, { recursive: true });
    symlinkSync("/proc", join(sticksDirectory, "linked"));
    mkdirSync(join(sticksDirectory, "..hidden"));
    await sleep(clock, "two looks", 1_100);
    expect(told).toEqual([]);
    mountTmpfs(mountPoint, "1m");
    expect(await next()).toBe(`arrived ${id} ${mountPoint}`);
    unmountAll(mountPoint);
    expect(await next()).toBe(`gone ${id}`);
  });

  it("are released by a request that root's unit answers with the unmounting, and are gone after that", async () => {
    mkdirSync(mountPoint, { recursive: true });
    mountTmpfs(mountPoint, "1m");
    expect(await next()).toMatch(/^arrived/);
    const releasing = watcher.release({ id, directory: mountPoint }, never);
    // Root's unit: it unmounts what a request names.
    while (!readdirSync(folder).includes("requests") || !readdirSync(requestsDirectory).includes(id))
      await sleep(clock, "test", 20);
    expect(told).toEqual([]);
    unmountAll(mountPoint);
    expect(await releasing).toEqual({ ok: true, value: undefined });
    expect(readdirSync(requestsDirectory)).toEqual([]);
    expect(await next()).toBe(`gone ${id}`);
  });

  it("are not released when nobody unmounts and the wait is given up", async () => {
    mkdirSync(mountPoint, { recursive: true });
    mountTmpfs(mountPoint, "1m");
    expect(await next()).toMatch(/^arrived/);
    const abort = new AbortController();
    const releasing = watcher.release({ id, directory: mountPoint }, abort.signal);
    await sleep(clock, "test", 50);
    abort.abort();
    expect(await releasing).toEqual({ ok: false, error: { kind: "aborted" } });
    expect(readdirSync(requestsDirectory)).toEqual([]);
  });

  it("that cannot be mounted are told once", async () => {
    mkdirSync(requestsDirectory, { recursive: true });
    writeFileSync(join(requestsDirectory, "sda1.refused"), "hfsplus");
    expect(await next()).toBe("refused unsupported");
    await sleep(clock, "two looks", 1_100);
    expect(told).toEqual([]);
  });
});
