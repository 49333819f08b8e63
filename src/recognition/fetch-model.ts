import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm, rmdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { messageOf } from "../runtime/assert.js";
import type { Clock, Timer } from "../runtime/clock.js";
import { err, ok, type Result } from "../runtime/result.js";
import { runProgram } from "../runtime/run-program.js";

/** What a manifest says of an archive. */
export interface Archive {
  readonly url: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** An archive and the one folder in it that is installed below the models folder. */
export interface Installation {
  readonly archive: Archive;
  readonly directory: string;
}

export interface FetchDeps {
  readonly clock: Clock;
  readonly modelsDirectory: string;
  readonly signal: AbortSignal;
  /** Called after each piece, with the bytes that are here now. */
  readonly onProgress: (bytes: number, ofBytes: number) => void;
  /** No byte for so long ends the try, in milliseconds. Default 30000. */
  readonly stallMs?: number;
}

export interface FetchError {
  readonly kind: "network" | "not_the_archive" | "disk" | "unpacking" | "aborted";
  readonly detail: string;
}

const downloadFolder = ".download";
const unpackLimitMs = 15 * 60_000;

/**
 * Fetches an archive into the models folder, checks size and SHA-256, and puts its folder in place as a whole. What an
 * interrupted try left is continued (RFC 9110, section 14: range requests); the archive is removed when it is installed.
 */
export async function fetchModel(
  { archive, directory }: Installation,
  deps: FetchDeps,
): Promise<Result<void, FetchError>> {
  const folder = join(deps.modelsDirectory, downloadFolder);
  const partial = join(folder, `${basename(new URL(archive.url).pathname)}.partial`);
  try {
    await mkdir(folder, { recursive: true });
    const downloaded = await download(archive, partial, deps);
    if (!downloaded.ok) return downloaded;
    const installed = await installArchive(partial, { archive, directory }, deps);
    // What has the wrong content will not become right by being continued.
    if (installed.ok || installed.error.kind === "not_the_archive") await rm(partial);
    return installed;
  } catch (thrown) {
    return err(diskError(thrown));
  } finally {
    await removeIfEmpty(folder);
  }
}

/** Installs an archive that lies on this machine already; it is left where it is. */
export async function installArchive(
  file: string,
  { archive, directory }: Installation,
  { clock, modelsDirectory, signal }: FetchDeps,
): Promise<Result<void, FetchError>> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(file), hash, { signal });
  } catch (thrown) {
    return err({ kind: signal.aborted ? "aborted" : "disk", detail: messageOf(thrown) });
  }
  const found = hash.digest("hex");
  if (found !== archive.sha256) {
    const detail = `${file} is not the archive of the manifest (SHA-256 ${found}, wanted ${archive.sha256})`;
    return err({ kind: "not_the_archive", detail });
  }
  const unpacked = join(modelsDirectory, downloadFolder, "unpacked");
  try {
    await rm(unpacked, { recursive: true, force: true });
    await mkdir(unpacked, { recursive: true });
    const args = ["--extract", "--bzip2", "--no-same-owner", "--no-same-permissions"];
    const made = await runProgram(clock, "tar", [...args, "--directory", unpacked, "--file", file], {
      timeoutMs: unpackLimitMs,
      signal,
    });
    if (!made.ok) {
      const detail = "detail" in made.error ? made.error.detail : "stopped";
      return err({ kind: made.error.kind === "aborted" ? "aborted" : "unpacking", detail });
    }
    const target = join(modelsDirectory, directory);
    await rm(target, { recursive: true, force: true });
    await rename(join(unpacked, directory), target);
    return ok(undefined);
  } catch (thrown) {
    return err(diskError(thrown));
  } finally {
    await rm(unpacked, { recursive: true, force: true });
    await removeIfEmpty(join(modelsDirectory, downloadFolder));
  }
}

/** Brings `partial` to the size of the archive. */
async function download(
  { url, bytes }: Archive,
  partial: string,
  { clock, signal, onProgress, stallMs = 30_000 }: FetchDeps,
): Promise<Result<void, FetchError>> {
  const here = await sizeOf(partial);
  if (here === bytes) return ok(undefined);
  const stop = new AbortController();
  const stopWith = AbortSignal.any([signal, stop.signal]);
  let stall: Timer | undefined;
  const watch = (): void => {
    stall?.cancel();
    stall = clock.startTimer("download stall", stallMs, () => stop.abort());
  };
  let file: FileHandle | undefined;
  try {
    watch();
    const goOn = here > 0 && here < bytes;
    const response = await fetch(url, {
      signal: stopWith,
      headers: goOn ? { range: `bytes=${here}-` } : {},
    });
    if (!response.ok || response.body === null) {
      return err({ kind: "network", detail: `${url}: the server answered ${response.status}` });
    }
    // A server that does not know ranges sends the whole again.
    const continues = goOn && response.status === 206;
    file = await open(partial, continues ? "a" : "w");
    let size = continues ? here : 0;
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      watch();
      size += chunk.byteLength;
      if (size > bytes) break;
      await file.writeFile(chunk);
      onProgress(size, bytes);
    }
    if (size === bytes) return ok(undefined);
    const detail = `${url}: ${size} of ${bytes} bytes came; run this again to go on`;
    return err({ kind: size > bytes ? "not_the_archive" : "network", detail });
  } catch (thrown) {
    if (signal.aborted) return err({ kind: "aborted", detail: "stopped; run this again to go on" });
    const why = stop.signal.aborted ? `nothing came for ${stallMs / 1000} s` : causeOf(thrown);
    return err({ kind: "network", detail: `${url}: ${why}; check the network and run this again to go on` });
  } finally {
    stall?.cancel();
    await file?.close();
  }
}

/** `fetch` hides what went wrong with the network in the cause of its error. */
function causeOf(thrown: unknown): string {
  return thrown instanceof Error && thrown.cause !== undefined ? messageOf(thrown.cause) : messageOf(thrown);
}

function diskError(thrown: unknown): FetchError {
  const denied = thrown instanceof Error && "code" in thrown && thrown.code === "EACCES";
  const remedy = denied ? "; run this as the owner of that folder (sudo)" : "";
  return { kind: "disk", detail: `${messageOf(thrown)}${remedy}` };
}

/** The parts of other downloads lie there, too. */
async function removeIfEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch(() => undefined);
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}
