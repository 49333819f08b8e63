import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { fsyncDirectory, writeDurably } from "../runtime/durable-file.js";

/**
 * The installer puts this mark into a state folder that has no database yet: it may begin empty without a word. It goes
 * when the first database is there, so that a database that is missing later was lost, whatever took it: a hand, or a
 * check of a damaged file system that leaves an empty one.
 */
const newFolderMark = "begins-empty";
/** Stands from the start that found nothing until files that tell of it are on a stick. */
const lostMark = "records-lost";

/** Whether a state folder without a database never had one. */
export function mayBeginEmpty(directory: string): Promise<boolean> {
  return isThere(join(directory, newFolderMark));
}

/** From now on the database is expected. */
export async function expectRecords(directory: string): Promise<void> {
  if (!(await mayBeginEmpty(directory))) return;
  // The name of the database first: a power cut between the two must not look like a loss.
  await fsyncDirectory(directory);
  await rm(join(directory, newFolderMark), { force: true });
}

/** Remembers, over all starts, that the records are gone. Throws what the file system throws. */
export async function noteLoss(directory: string, foundAt: string): Promise<void> {
  const written = await writeDurably(
    join(directory, lostMark),
    `The database was missing at a start (wall time ${foundAt} ms), and there was no backup.\n`,
  );
  if (!written.ok) throw new Error(written.error.detail);
}

/** Whether records are gone and nobody has taken note yet. Throws where the folder may not be read. */
export function areRecordsLost(directory: string): Promise<boolean> {
  return isThere(join(directory, lostMark));
}

/** Somebody has taken note. Throws what the file system throws. */
export async function acknowledgeLoss(directory: string): Promise<void> {
  await rm(join(directory, lostMark), { force: true });
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (thrown) {
    const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw thrown;
  }
}
