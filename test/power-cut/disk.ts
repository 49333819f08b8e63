import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Random } from "../../src/simulation/random.js";
import type { FileEvent } from "./trace.js";

/** What of the things that were never flushed a power cut leaves: none of them, all, or some, torn at sectors. */
export const survivals = ["none", "all", "some"] as const;
export type Survival = (typeof survivals)[number];

type Change =
  | { readonly kind: "write"; readonly at: number; readonly offset: number; readonly bytes: Buffer }
  | { readonly kind: "truncate"; readonly at: number; readonly length: number };

/** A file: what is on the medium, and the changes since. */
interface File {
  flushed: Buffer;
  pending: Change[];
}

/** A change of a folder: a name gets a file, or loses it. */
interface Entry {
  readonly at: number;
  readonly path: string;
  readonly file: File | undefined;
  flushed: boolean;
}

const sector = 512;

/**
 * The disk after the first `events` of a trace and a cut of the power. A flush of a file keeps what was written before it
 * began, and the file's own name; a flush of a folder keeps the names in it. Everything else survives as `survival` says:
 * a worse disk than any journalling file system, so what holds here holds there.
 */
export function diskAfter(
  events: readonly FileEvent[],
  survival: Survival,
  random: Random,
): ReadonlyMap<string, Buffer> {
  const names = new Map<string, File>();
  const entries: Entry[] = [];
  const setName = (at: number, path: string, file: File | undefined): void => {
    entries.push({ at, path, file, flushed: false });
    if (file === undefined) names.delete(path);
    else names.set(path, file);
  };

  events.forEach((event, at) => {
    switch (event.kind) {
      case "say":
        return;
      case "create":
        if (!names.has(event.path)) setName(at, event.path, { flushed: Buffer.alloc(0), pending: [] });
        return;
      case "write":
        names.get(event.path)?.pending.push({ kind: "write", at, offset: event.offset, bytes: event.bytes });
        return;
      case "truncate":
        names.get(event.path)?.pending.push({ kind: "truncate", at, length: event.length });
        return;
      case "rename":
        setName(at, event.to, names.get(event.from));
        setName(at, event.from, undefined);
        return;
      case "remove":
        setName(at, event.path, undefined);
        return;
      case "sync": {
        const file = names.get(event.path);
        if (file === undefined) {
          for (const entry of entries)
            if (dirname(entry.path) === event.path && entry.at < event.begunAt) entry.flushed = true;
          return;
        }
        const isBefore = (change: Change): boolean => change.at < event.begunAt;
        file.flushed = file.pending.filter(isBefore).reduce(apply, file.flushed);
        file.pending = file.pending.filter((change) => !isBefore(change));
        for (const entry of entries)
          if (entry.path === event.path && entry.file === file) entry.flushed = true;
      }
    }
  });

  const survives = (): boolean => survival === "all" || (survival === "some" && random.chance(0.5));
  const left = new Map<string, File>();
  for (const { path, file, flushed } of entries) {
    if (!flushed && !survives()) continue;
    if (file === undefined) left.delete(path);
    else left.set(path, file);
  }
  const content = new Map<string, Buffer>();
  for (const [path, file] of left) {
    const kept = file.pending.flatMap((change) => remains(change, survival, random));
    content.set(path, kept.reduce(apply, file.flushed));
  }
  return content;
}

/** Puts the files of a disk where they were, below another folder. */
export function putDisk(disk: ReadonlyMap<string, Buffer>, from: string, to: string): void {
  for (const [path, bytes] of disk) {
    if (!path.startsWith(`${from}/`)) continue;
    const target = to + path.slice(from.length);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, bytes);
  }
}

function apply(content: Buffer, change: Change): Buffer {
  if (change.kind === "truncate") {
    return change.length <= content.length
      ? content.subarray(0, change.length)
      : Buffer.concat([content, Buffer.alloc(change.length - content.length)]);
  }
  const end = change.offset + change.bytes.length;
  const grown = Buffer.alloc(Math.max(end, content.length));
  content.copy(grown);
  change.bytes.copy(grown, change.offset);
  return grown;
}

/** A write that was never flushed may have reached the medium in part: sector by sector, in any order. */
function remains(change: Change, survival: Survival, random: Random): readonly Change[] {
  if (survival === "none") return [];
  if (survival === "all") return [change];
  if (change.kind === "truncate") return random.chance(0.5) ? [change] : [];
  const parts: Change[] = [];
  for (let from = 0; from < change.bytes.length; from += sector) {
    if (!random.chance(0.5)) continue;
    const bytes = change.bytes.subarray(from, from + sector);
    parts.push({ kind: "write", at: change.at, offset: change.offset + from, bytes });
  }
  return parts;
}
