import { lstat, mkdir, opendir, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { err, ok, type Result } from "../runtime/result.js";
import type { StickError } from "./stick.js";
import { codeOf, stickErrorOf } from "./stick-errors.js";

/** Names of files that this program leaves unfinished: a date, a shift, an ending it writes. */
const leftover = /^\.\d{4}-\d\d-\d\d[^/]*\.(?:xlsx|csv|html|dfq)\.unfinished$/u;
/** Entries of our folder that are looked at; a stick with more was prepared to keep us busy. */
const mostEntries = 20_000;

/**
 * The folder of the device on the stick, made where it is missing, with our unfinished files of an earlier try removed.
 * A link or a file in its place is not followed and not touched: the stick is refused.
 */
export async function prepareFolder(
  root: string,
  parts: readonly string[],
): Promise<Result<string, StickError>> {
  try {
    let folder = root;
    for (const part of parts) {
      folder = join(folder, part);
      await mkdir(folder).catch((thrown: unknown) => {
        if (codeOf(thrown) !== "EEXIST") throw thrown;
      });
      if (!(await lstat(folder)).isDirectory())
        return err({ kind: "unsupported", detail: `${folder} is a link or no folder: it is left alone` });
    }
    await removeLeftovers(folder);
    return ok(folder);
  } catch (thrown) {
    return err(stickErrorOf(thrown));
  }
}

/** Whether the stick has room for `bytes` and the clusters that the ends of the files and the names take. */
export async function hasRoom(folder: string, bytes: number): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize >= bytes + spareClusters * bsize;
}

const spareClusters = 4;

/**
 * A name that every file system of a stick can hold and that leads nowhere else: no separators, control characters or
 * signs that FAT refuses, no dot or blank at the ends, no device name of Windows.
 */
export function safeName(name: string): string {
  const plain = name
    .normalize("NFC")
    .replace(/[\\/:*?"<>|\p{C}\p{Zl}\p{Zp}]/gu, "_")
    .replace(/^[. ]+|[. ]+$/g, "");
  const short = Array.from(plain)
    .slice(0, longestName)
    .join("")
    .replace(/[. ]+$/, "");
  if (short === "") return "_";
  return /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?$/i.test(short) ? `_${short}` : short;
}

const longestName = 60;

async function removeLeftovers(folder: string): Promise<void> {
  let looked = 0;
  for await (const entry of await opendir(folder)) {
    looked += 1;
    if (looked > mostEntries) return;
    if (entry.isFile() && leftover.test(entry.name)) await rm(join(folder, entry.name), { force: true });
  }
}
