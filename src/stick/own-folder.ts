import { lstat, opendir, readFile, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type FileError, writeDurably } from "../runtime/durable-file.js";
import { err, ok, type Result } from "../runtime/result.js";
import type { StickError } from "./stick.js";
import { stickErrorOf } from "./stick-errors.js";
import { prepareFolder, safeName } from "./stick-folder.js";

/**
 * Beside a folder, the file that names the device that it belongs to: devices are often called the same, and a file of one
 * must never replace another's.
 */
export function ownerFile(folder: string): string {
  return join(dirname(folder), `.${basename(folder)}.device`);
}

/** What a pulled stick left of such a file. */
const unfinishedOwner = /^\..+\.device\.\d+-\d+\.unfinished$/u;
/** Folders of one name that are tried: `三号台`, `三号台 (2)` … */
const mostFolders = 20;
/** An owner's name is shorter, in bytes; anything longer was not written here. */
const longestOwner = 200;

/** The folder of a device on a stick. */
export interface OwnFolder {
  readonly path: string;
  /** Its name, without the folders above. */
  readonly name: string;
}

/**
 * Finds or makes the folder that belongs to this device and no other: below `parts`, with its name and, where that is
 * taken by another device (or by this one before it lost its records), a number.
 *
 * @param isKnown whether files were delivered into a folder of that name before folders had owners
 */
export async function prepareOwnFolder(
  root: string,
  parts: readonly string[],
  deviceName: string,
  deviceId: string,
  isKnown: (name: string) => boolean,
): Promise<Result<OwnFolder, StickError>> {
  for (let number = 1; number <= mostFolders; number += 1) {
    const name = number === 1 ? safeName(deviceName) : `${safeName(deviceName)} (${number})`;
    const folder = await prepareFolder(root, [...parts, name]);
    if (!folder.ok) return folder;
    try {
      const path = folder.value;
      if (number === 1) await removeUnfinished(dirname(path));
      const owner = await ownerOf(path);
      if (owner === deviceId) return ok({ path, name });
      if (owner !== undefined || !(isKnown(name) || (await isEmpty(path)))) continue;
      const written = await writeDurably(ownerFile(path), `${deviceId}\n`);
      if (!written.ok) return err(stickErrorOfFile(written.error));
      return ok({ path, name });
    } catch (thrown) {
      return err(stickErrorOf(thrown));
    }
  }
  return err({
    kind: "unsupported",
    detail: `${mostFolders} devices called ${deviceName} have used this stick`,
  });
}

async function removeUnfinished(folder: string): Promise<void> {
  for await (const entry of await opendir(folder))
    if (entry.isFile() && unfinishedOwner.test(entry.name))
      await rm(join(folder, entry.name), { force: true });
}

/**
 * Who has written its name into a folder; undefined when nobody has, empty when it cannot be told. A stick that was pulled
 * at that moment may have the file without its content: then nobody has, since no report was written before it.
 */
async function ownerOf(path: string): Promise<string | undefined> {
  const file = ownerFile(path);
  const entry = await lstat(file).catch(() => undefined);
  if (entry === undefined || (entry.isFile() && entry.size === 0)) return undefined;
  return entry.isFile() && entry.size <= longestOwner ? (await readFile(file, "utf8")).trim() : "";
}

async function isEmpty(path: string): Promise<boolean> {
  for await (const _entry of await opendir(path)) return false;
  return true;
}

function stickErrorOfFile({ kind, detail }: FileError): StickError {
  switch (kind) {
    case "no_space":
      return { kind: "full", detail };
    case "not_permitted":
      return { kind: "read_only", detail };
    case "missing":
      return { kind: "pulled", detail };
    case "failed":
      return { kind: "write_failed", detail };
  }
}
