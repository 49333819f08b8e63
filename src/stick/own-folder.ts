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
/** An owner's file is shorter, in bytes; anything longer was not written here. */
const longestOwner = 200;

/** The folder of a device on a stick. */
export interface OwnFolder {
  readonly path: string;
  /** Its name, without the folders above. */
  readonly name: string;
  /** Drawn for it on this stick: sticks that are copied in the factory share their serial number. */
  readonly mark: string;
}

interface Owner {
  readonly deviceId: string;
  /** Older versions wrote none. */
  readonly mark?: string;
}

/**
 * Finds or makes the folder that belongs to this device and no other: below `parts`, with its name and, where that is
 * taken by another device (or by this one before it lost its records), a number.
 *
 * @param isKnown whether files were delivered into a folder of that name before folders had owners
 * @param newMark draws a text of one line that no other folder has
 */
export async function prepareOwnFolder(
  root: string,
  parts: readonly string[],
  deviceName: string,
  deviceId: string,
  isKnown: (name: string) => boolean,
  newMark: () => string,
): Promise<Result<OwnFolder, StickError>> {
  for (let number = 1; number <= mostFolders; number += 1) {
    const name = number === 1 ? safeName(deviceName) : `${safeName(deviceName)} (${number})`;
    const folder = await prepareFolder(root, [...parts, name]);
    if (!folder.ok) return folder;
    try {
      const path = folder.value;
      if (number === 1) await removeUnfinished(dirname(path));
      const owner = await ownerOf(path);
      const isOurs = owner?.deviceId === deviceId;
      if (isOurs && owner.mark !== undefined) return ok({ path, name, mark: owner.mark });
      const isFree = owner === undefined && (isKnown(name) || (await isEmpty(path)));
      if (!isOurs && !isFree) continue;
      const mark = newMark();
      const written = await writeDurably(ownerFile(path), `${deviceId}\n${mark}\n`);
      if (!written.ok) return err(stickErrorOfFile(written.error));
      return ok({ path, name, mark });
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
 * Who has written its name beside a folder; undefined when nobody has, an empty name when it cannot be told. A stick that
 * was pulled at that moment may have the file without its content: then nobody has, since no report was written before it.
 */
async function ownerOf(path: string): Promise<Owner | undefined> {
  const file = ownerFile(path);
  const entry = await lstat(file).catch(() => undefined);
  if (entry === undefined || (entry.isFile() && entry.size === 0)) return undefined;
  if (!entry.isFile() || entry.size > longestOwner) return { deviceId: "" };
  const [deviceId = "", mark = ""] = (await readFile(file, "utf8")).trim().split("\n");
  return mark === "" ? { deviceId } : { deviceId, mark };
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
