import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { codeOf } from "./stick-errors.js";

/** What a file reads as, and whether it was read from the medium or through the kernel's cache. */
export interface MediumHash {
  readonly sha256: string;
  readonly readFrom: "medium" | "cache";
}

export type HashOfMedium = (path: string, signal: AbortSignal) => Promise<MediumHash>;

/** Direct reads need a buffer on a page boundary, and lengths and places in whole blocks. */
const blockBytes = 1024 * 1024;
const wasmPageBytes = 64 * 1024;

/**
 * Reads a file that was flushed back from the medium, past the page cache (`O_DIRECT`), which would only repeat what was
 * written. Where the file system has no direct reads (some FUSE ones), it is read through the cache, and said so.
 */
export async function hashOfMedium(path: string, signal: AbortSignal): Promise<MediumHash> {
  try {
    return { sha256: await hashOf(path, constants.O_DIRECT, signal), readFrom: "medium" };
  } catch (thrown) {
    if (codeOf(thrown) !== "EINVAL" && codeOf(thrown) !== "EOPNOTSUPP") throw thrown;
  }
  return { sha256: await hashOf(path, 0, signal), readFrom: "cache" };
}

async function hashOf(path: string, flags: number, signal: AbortSignal): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | flags);
  const block = spare ?? pageAligned(blockBytes);
  spare = undefined;
  try {
    const { size } = await file.stat();
    const hash = createHash("sha256");
    for (let position = 0; position < size; ) {
      signal.throwIfAborted();
      const { bytesRead } = await file.read(block, 0, blockBytes, position);
      if (bytesRead === 0) break;
      hash.update(block.subarray(0, bytesRead));
      position += bytesRead;
    }
    return hash.digest("hex");
  } finally {
    await file.close();
    spare = block;
  }
}

/** The block of the file before: one for each file of a stick would lie about until the collector looks. */
let spare: Buffer | undefined;

/** Node's own buffers begin 16 bytes into a page; the memory of a WebAssembly module begins at one. */
function pageAligned(bytes: number): Buffer {
  return Buffer.from(new WebAssembly.Memory({ initial: bytes / wasmPageBytes }).buffer);
}

/** Node has it; its types come with those of browsers only. */
declare const WebAssembly: {
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
};
