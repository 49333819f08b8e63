import { lstat, mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../runtime/assert.js";
import { type Clock, sleep, type Timer } from "../runtime/clock.js";
import { fsyncDirectory, writeDurably } from "../runtime/durable-file.js";
import { err, ok } from "../runtime/result.js";
import type { MountedStick, StickError, StickListener, StickWatcher } from "./stick.js";

export interface MountedStickOptions {
  /** Root's folder with one mount point a stick, named by the UUID of its file system. */
  readonly sticksDirectory: string;
  /**
   * Folder that we may write to and a `.path` unit of root watches: a file named as a stick asks for its release, and a
   * unit that cannot mount a stick leaves `<name>.refused` there with the reason.
   */
  readonly requestsDirectory: string;
}

const lookMs = 500;
/** Longest wait for root's unit to unmount; a slow stick still writes its own cache. */
const releaseLimitMs = 45_000;
const releaseLookMs = 200;
/** Mount points and requests that are looked at; a machine has a handful of ports. */
const mostEntries = 64;
const stickName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const refusedSuffix = ".refused";

/** Sticks that systemd units of root mount, one folder each. A folder counts only while something is mounted on it. */
export function createMountedStick(clock: Clock, options: MountedStickOptions): StickWatcher {
  const { sticksDirectory, requestsDirectory } = options;
  const present = new Map<string, MountedStick>();
  /** Sticks whose release is under way: that they vanish is what was asked for. */
  const releasing = new Set<string>();
  let listener: StickListener | undefined;
  let timer: Timer | undefined;
  let closed = false;
  let looking: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    const mounted = await mountedNames(sticksDirectory);
    const refusals = await takeRefusals(requestsDirectory);
    if (closed) return;
    for (const id of mounted) {
      if (present.has(id)) continue;
      const stick = { id, directory: join(sticksDirectory, id) };
      present.set(id, stick);
      listener?.onArrived(stick);
    }
    for (const id of [...present.keys()]) {
      if (mounted.includes(id) || releasing.has(id)) continue;
      present.delete(id);
      listener?.onGone(id);
    }
    for (const refusal of refusals) listener?.onRefused(refusal);
    timer = clock.startTimer("look for sticks", lookMs, () => {
      looking = look();
    });
  }

  return {
    start(given) {
      listener = given;
      looking = look();
    },
    async release(stick, signal) {
      releasing.add(stick.id);
      const request = join(requestsDirectory, stick.id);
      try {
        // A stick that cannot be flushed is unmounted too, and then told.
        const unflushed = await fsyncDirectory(stick.directory).then(
          () => undefined,
          (thrown: unknown) => messageOf(thrown),
        );
        await mkdir(requestsDirectory, { recursive: true });
        const asked = await writeDurably(request, "");
        if (!asked.ok) return err({ kind: "write_failed", detail: asked.error.detail });
        for (let waited = 0; waited < releaseLimitMs; waited += releaseLookMs) {
          if (!(await isMounted(sticksDirectory, stick.id)))
            return unflushed === undefined ? ok(undefined) : err({ kind: "pulled", detail: unflushed });
          if ((await sleep(clock, "wait for the unmounting", releaseLookMs, signal)) === "aborted")
            return err({ kind: "aborted" });
        }
        const detail = `${stick.directory} was not unmounted: is the release unit installed?`;
        return err({ kind: "timed_out", detail });
      } catch (thrown) {
        return err({ kind: "pulled", detail: messageOf(thrown) });
      } finally {
        await rm(request, { force: true }).catch(() => undefined);
        releasing.delete(stick.id);
      }
    },
    async close() {
      closed = true;
      timer?.cancel();
      await looking;
    },
  };
}

async function mountedNames(sticksDirectory: string): Promise<readonly string[]> {
  const names = await readdir(sticksDirectory).catch((): string[] => []);
  const mounted: string[] = [];
  for (const name of names.filter((one) => stickName.test(one)).slice(0, mostEntries)) {
    if (await isMounted(sticksDirectory, name)) mounted.push(name);
  }
  return mounted;
}

/** A mount point has another device than the folder that it is in (stat(2), `st_dev`); a link is none. */
async function isMounted(sticksDirectory: string, name: string): Promise<boolean> {
  try {
    const entry = await lstat(join(sticksDirectory, name));
    return entry.isDirectory() && entry.dev !== (await stat(sticksDirectory)).dev;
  } catch {
    return false;
  }
}

/** What could not be mounted since the last look; each is told once. */
async function takeRefusals(requestsDirectory: string): Promise<readonly StickError[]> {
  const names = await readdir(requestsDirectory).catch((): string[] => []);
  const refused = names.filter((name) => name.endsWith(refusedSuffix)).slice(0, mostEntries);
  for (const name of refused) await rm(join(requestsDirectory, name), { force: true }).catch(() => undefined);
  return refused.map((name) => ({
    kind: "unsupported",
    detail: `${name.slice(0, -refusedSuffix.length)} cannot be mounted`,
  }));
}
