import { constants } from "node:fs";
import { type FileHandle, lstat, open, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { renameDurably } from "../runtime/durable-file.js";
import { readPieces } from "../runtime/read-pieces.js";
import { err, ok, type Result } from "../runtime/result.js";
import type { HashOfMedium, MediumHash } from "./medium-hash.js";
import type { StickError } from "./stick.js";
import { stickErrorOf } from "./stick-errors.js";

export interface Copy {
  readonly source: string;
  readonly target: string;
  /** What the target must read as. */
  readonly sha256: string;
  /** `st_dev` of the stick: another one means that it is gone and the folder under its mount point came to light. */
  readonly device: number;
}

const pieceBytes = 256 * 1024;

/** The temporary name of a file on a stick; what a pulled stick left under such a name is removed at the next try. */
export function temporaryName(fileName: string): string {
  return `.${fileName}.unfinished`;
}

/**
 * Copies a file to the stick so that its name stands for the whole file: temporary name, fsync, read back from the medium,
 * SHA-256 compared, rename, fsync of file and folder. A FAT stick that is pulled between the last two may have an empty
 * file under that name: it is written again at the next try, since only a success is noted. No link is followed.
 */
export async function copyVerified(
  copy: Copy,
  hashOfMedium: HashOfMedium,
  signal: AbortSignal,
): Promise<Result<MediumHash, StickError>> {
  const { source, target, sha256, device } = copy;
  const folder = dirname(target);
  const temporary = join(folder, temporaryName(basename(target)));
  try {
    await rm(temporary, { force: true });
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    const out = await open(temporary, flags, 0o644);
    try {
      if ((await out.stat()).dev !== device) throw new Gone();
      const from = await open(source, "r");
      try {
        for await (const piece of readPieces(from, pieceBytes)) {
          signal.throwIfAborted();
          await writeAll(out, piece);
        }
      } finally {
        await from.close();
      }
      await out.sync();
    } finally {
      await out.close();
    }
    const found = await hashOfMedium(temporary, signal);
    if (found.sha256 !== sha256) {
      await rm(temporary, { force: true });
      const detail = `${target} reads back as ${found.sha256}, not ${sha256}`;
      return err({ kind: "verify_failed", detail });
    }
    if (!(await isPlainOrMissing(target))) {
      await rm(temporary, { force: true });
      return err({ kind: "unsupported", detail: `${target} is a link or no file: it is left alone` });
    }
    if ((await stat(folder)).dev !== device) throw new Gone();
    await renameDurably(temporary, target);
    return ok(found);
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => undefined);
    if (signal.aborted) return err({ kind: "aborted" });
    if (thrown instanceof Gone) return err({ kind: "pulled", detail: `the stick of ${target} is gone` });
    return err(stickErrorOf(thrown));
  }
}

class Gone extends Error {}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let offset = 0; offset < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, offset, bytes.length - offset);
    offset += bytesWritten;
  }
}

async function isPlainOrMissing(path: string): Promise<boolean> {
  return lstat(path).then(
    (entry) => entry.isFile(),
    () => true,
  );
}
