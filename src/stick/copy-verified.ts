import { createHash, type Hash } from "node:crypto";
import { constants, createReadStream } from "node:fs";
import { type FileHandle, lstat, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { messageOf } from "../runtime/assert.js";
import { fsyncDirectory } from "../runtime/durable-file.js";
import { err, ok, type Result } from "../runtime/result.js";
import type { StickError } from "./stick.js";

/** Our unfinished files on a stick; a later try removes those that a pulled stick left. */
export const unfinishedSuffix = ".unfinished";

/** Direct reads need buffers and lengths in whole blocks. */
const blockBytes = 1024 * 1024;

/**
 * Copies a file to the stick so that the name only ever stands for the whole file: temporary name, fsync, read back,
 * SHA-256 compared, rename, fsync of the folder.
 */
export async function copyVerified(
  source: string,
  target: string,
  sha256: string,
  signal: AbortSignal,
): Promise<Result<void, StickError>> {
  const temporary = join(dirname(target), `.${basename(target)}${unfinishedSuffix}`);
  try {
    await rm(temporary, { force: true });
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    const out = await open(temporary, flags, 0o644);
    try {
      for await (const chunk of createReadStream(source, { highWaterMark: 256 * 1024 })) {
        if (signal.aborted) throw new Aborted();
        await writeAll(out, chunk as Buffer);
      }
      await out.sync();
    } finally {
      await out.close();
    }
    const found = await hashOfMedium(temporary);
    if (found !== sha256) {
      await rm(temporary, { force: true });
      return err({ kind: "verify_failed", detail: `${target} reads back as ${found}, not ${sha256}` });
    }
    if (await isLink(target)) return err({ kind: "unsupported", detail: `${target} is a link` });
    await rename(temporary, target);
    await fsyncDirectory(dirname(target));
    return ok(undefined);
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => undefined);
    return err(thrown instanceof Aborted ? { kind: "aborted" } : stickErrorOf(thrown));
  }
}

/** Names what a file operation on a stick threw. */
export function stickErrorOf(thrown: unknown): StickError {
  const detail = messageOf(thrown);
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
    case "EFBIG":
      return { kind: "full", detail };
    case "EROFS":
    case "EACCES":
    case "EPERM":
      return { kind: "read_only", detail };
    case "ENOENT":
    case "ENODEV":
    case "ENXIO":
    case "EIO":
      return { kind: "pulled", detail };
    case "ELOOP":
    case "ENOTDIR":
      return { kind: "unsupported", detail };
    default:
      return { kind: "write_failed", detail };
  }
}

class Aborted extends Error {}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  let offset = 0;
  while (offset < bytes.length) {
    const { bytesWritten } = await file.write(bytes, offset, bytes.length - offset);
    offset += bytesWritten;
  }
}

/** Hashes what is on the medium: past the page cache where the file system can, else through it. */
async function hashOfMedium(path: string): Promise<string> {
  const direct = await open(path, constants.O_RDONLY | constants.O_DIRECT | constants.O_NOFOLLOW).catch(
    () => undefined,
  );
  const hash = createHash("sha256");
  if (direct !== undefined) {
    const whole = await feedBlocks(direct, hash).catch(() => false);
    if (whole) return hash.digest("hex");
  }
  const buffered = createHash("sha256");
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  await feedBlocks(file, buffered);
  return buffered.digest("hex");
}

async function feedBlocks(file: FileHandle, hash: Hash): Promise<boolean> {
  try {
    // An own ArrayBuffer of this size begins on a page, as direct reads need it.
    const block = Buffer.alloc(blockBytes);
    for (let position = 0; ; ) {
      const { bytesRead } = await file.read(block, 0, blockBytes, position);
      if (bytesRead === 0) return true;
      hash.update(block.subarray(0, bytesRead));
      position += bytesRead;
    }
  } finally {
    await file.close();
  }
}

async function isLink(path: string): Promise<boolean> {
  return lstat(path).then(
    (entry) => entry.isSymbolicLink(),
    () => false,
  );
}
