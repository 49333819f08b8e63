import { inflateRawSync } from "node:zlib";
import { err, ok, type Result } from "../runtime/result.js";

/** An entry of a ZIP archive as its directory tells; nothing of it is true before `inflateWithin` has seen it. */
interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly compressed: number;
  readonly size: number;
  readonly offset: number;
}

const mostEntries = 300;
const mostBytes = 24 * 1024 * 1024;

/** Signatures and lengths of APPNOTE.TXT 6.3.10, 4.3.7, 4.3.12 and 4.3.16. */
const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
const endBytes = 22;
const entryBytes = 46;
const localBytes = 30;
const longestComment = 0xffff;
const wide = 0xffffffff;

/**
 * Checks the directory of an archive before anything is unpacked: its entries, the sum of their sizes, no overlap, no
 * encryption, no 64-bit sizes. The error says why it is refused.
 */
export function checkZip(bytes: Buffer): Result<readonly ZipEntry[], string> {
  try {
    return readDirectory(bytes);
  } catch {
    return err("it is no workbook: its directory is damaged");
  }
}

/** Unpacks every entry within the size that it claims, so that a library may do the same without surprise. */
export function inflateWithin(bytes: Buffer): Result<void, string> {
  const entries = checkZip(bytes);
  if (!entries.ok) return entries;
  for (const { name, method, compressed, size, offset } of entries.value) {
    if (method === 0) {
      if (compressed !== size) return err(`${name} has another size than it claims`);
      continue;
    }
    try {
      const data = bytes.subarray(offset, offset + compressed);
      const unpacked = size === 0 ? Buffer.alloc(0) : inflateRawSync(data, { maxOutputLength: size });
      if (unpacked.length !== size) return err(`${name} has another size than it claims`);
    } catch {
      return err(`${name} is damaged or larger than it claims`);
    }
  }
  return ok(undefined);
}

function readDirectory(bytes: Buffer): Result<readonly ZipEntry[], string> {
  const end = findEnd(bytes);
  if (end === undefined) return err("it is no workbook: it has no directory");
  const count = bytes.readUInt16LE(end + 10);
  if (bytes.readUInt16LE(end + 8) !== count) return err("it is split over several files");
  if (count > mostEntries) return err(`it holds ${count} files, a plan has at most ${mostEntries}`);
  let at = bytes.readUInt32LE(end + 16);
  let total = 0;
  const entries: ZipEntry[] = [];
  for (let index = 0; index < count; index += 1) {
    if (bytes.readUInt32LE(at) !== entrySignature) return err("its directory is damaged");
    const flags = bytes.readUInt16LE(at + 8);
    const method = bytes.readUInt16LE(at + 10);
    const compressed = bytes.readUInt32LE(at + 20);
    const size = bytes.readUInt32LE(at + 24);
    const nameLength = bytes.readUInt16LE(at + 28);
    const local = bytes.readUInt32LE(at + 42);
    const name = bytes.toString("utf8", at + entryBytes, at + entryBytes + nameLength);
    at += entryBytes + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    if ((flags & 1) !== 0) return err("it is protected by a password");
    if (method !== 0 && method !== 8) return err(`${name} is packed in an unknown way`);
    if (compressed === wide || size === wide || local === wide) return err(`${name} claims more than 4 GB`);
    total += size;
    if (total > mostBytes) return err(`it unpacks to more than ${mostBytes} bytes`);
    if (bytes.readUInt32LE(local) !== localSignature) return err("its directory is damaged");
    const offset = local + localBytes + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    if (offset + compressed > end) return err("its directory is damaged");
    entries.push({ name, method, compressed, size, offset });
  }
  return overlaps(entries) ? err("its files overlap") : ok(entries);
}

/** The end record, looked for from the end of the file as unpackers do. */
function findEnd(bytes: Buffer): number | undefined {
  const last = bytes.length - endBytes;
  for (let at = last; at >= Math.max(0, last - longestComment); at -= 1) {
    if (bytes.readUInt32LE(at) === endSignature) return at;
  }
  return undefined;
}

/** Entries that share their bytes make a small file unpack to any size (Fifield, “A better zip bomb”, 2019). */
function overlaps(entries: readonly ZipEntry[]): boolean {
  const byPlace = [...entries].sort((left, right) => left.offset - right.offset);
  return byPlace.some((entry, index) => {
    const before = byPlace[index - 1];
    return before !== undefined && before.offset + before.compressed > entry.offset;
  });
}
