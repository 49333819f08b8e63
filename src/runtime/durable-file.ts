import { constants } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { messageOf } from "./assert.js";
import { err, ok, type Result } from "./result.js";

export type FileError =
  | { readonly kind: "no_space"; readonly path: string; readonly detail: string }
  | { readonly kind: "not_permitted"; readonly path: string; readonly detail: string }
  | { readonly kind: "missing"; readonly path: string; readonly detail: string }
  | { readonly kind: "failed"; readonly path: string; readonly detail: string };

const temporaryPattern = /^\..+\.[0-9]+-[0-9]+\.unfinished$/u;
let writes = 0;

/**
 * Writes a file so that a power cut leaves either the old content or the whole new one: a temporary file beside it,
 * fsync, rename, fsync of both. On failure the old file is untouched. (On FAT an empty one is possible, see `renameDurably`.)
 */
export async function writeDurably(
  path: string,
  content: string | Uint8Array,
): Promise<Result<void, FileError>> {
  writes += 1;
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}-${writes}.unfinished`);
  try {
    // A power cut may have left one of this very name: after a boot process ids come again. `wx` follows no link.
    await rm(temporary, { force: true });
    const file = await open(temporary, "wx", 0o644);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await renameDurably(temporary, path);
    return ok(undefined);
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => undefined);
    return err(fileErrorOf(path, thrown));
  }
}

/**
 * Gives a file that is already on the medium its name. Flushed once more under that name: on FAT a new name at first
 * stands for an empty file, or for the blocks of the one before, until the file itself is flushed again (`vfat_rename` in
 * Linux 6.1, fs/fat/namei_vfat.c). Throws what the file system throws.
 */
export async function renameDurably(from: string, to: string): Promise<void> {
  // Opened under its old name: under the new one somebody may take it away at once.
  const file = await open(from, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    await rename(from, to);
    await file.sync();
  } finally {
    await file.close();
  }
  await fsyncDirectory(dirname(to));
}

/** Makes renames and new names in a folder survive a power cut. Throws what the file system throws. */
export async function fsyncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Whether a file name is what an interrupted `writeDurably` left: never content, may be deleted. */
export function isUnfinished(fileName: string): boolean {
  return temporaryPattern.test(fileName);
}

/** Names what a file operation threw. */
export function fileErrorOf(path: string, thrown: unknown): FileError {
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return { kind: "no_space", path, detail: `no space left to write ${path}` };
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return { kind: "not_permitted", path, detail: `no permission to write ${path}` };
    case "ENOENT":
    case "ENOTDIR":
      return { kind: "missing", path, detail: `the folder of ${path} does not exist` };
    default:
      return { kind: "failed", path, detail: messageOf(thrown) };
  }
}
