import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export type StickFormat = "vfat" | "exfat" | "ntfs" | "garbage";

const megabyte = 1024 * 1024;
const limits = { stdio: "pipe", timeout: 30_000, killSignal: "SIGKILL" } as const;
const names = { ...process.env, LC_ALL: "C.UTF-8", PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin` };

/** The program that makes a format, where it is missing. */
export function missingMaker(format: StickFormat): string | undefined {
  const maker = { vfat: "mkfs.vfat", exfat: "mkfs.exfat", ntfs: "mkfs.ntfs", garbage: undefined }[format];
  return maker !== undefined && spawnSync(maker, ["--help"], { env: names }).error !== undefined
    ? maker
    : undefined;
}

/**
 * An image of a stick. One with vfat has a partition table, as sticks have; the others are one file system from the
 * first sector on, as some are too.
 */
export function makeStick(image: string, format: StickFormat, megabytes = 64): void {
  writeFileSync(image, "");
  truncateSync(image, megabytes * megabyte);
  const run = (program: string, ...args: readonly string[]): void => {
    execFileSync(program, args, { ...limits, env: names });
  };
  switch (format) {
    case "vfat":
      run("mkfs.vfat", "-n", "STICK", "--offset=2048", image, String((megabytes - 1) * 1024));
      partition(image, 2048, (megabytes - 1) * 2048);
      return;
    case "exfat":
      run("mkfs.exfat", image);
      return;
    case "ntfs":
      run("mkfs.ntfs", "--quiet", "--force", "--fast", image);
      return;
    case "garbage":
      writeFileSync(image, Buffer.alloc(megabytes * megabyte, "no file system. "));
      return;
  }
}

/** One partition of FAT with LBA in a table of the old kind. */
function partition(image: string, start: number, sectors: number): void {
  const bytes = readFileSync(image);
  bytes.writeUInt8(0x0c, 446 + 4);
  bytes.writeUInt32LE(start, 446 + 8);
  bytes.writeUInt32LE(sectors, 446 + 12);
  bytes.writeUInt16LE(0xaa55, 510);
  writeFileSync(image, bytes);
}

const part = (image: string): string => `${image}@@${megabyte}`;

/** Puts a file on a vfat stick, by mtools. */
export function putOnStick(image: string, name: string, content: Buffer): void {
  const file = `${image}.put`;
  writeFileSync(file, content);
  execFileSync("mcopy", ["-o", "-i", part(image), file, `::/${name}`], { ...limits, env: names });
}

/** Puts a file on a vfat stick that leaves so many bytes. */
export function fillStick(image: string, name: string, left: number): void {
  const listing = execFileSync("mdir", ["-i", part(image), "::/"], {
    ...limits,
    env: names,
    encoding: "utf8",
  });
  const free = /([\d ]+) bytes free/.exec(listing)?.[1]?.replaceAll(" ", "");
  putOnStick(image, name, Buffer.alloc(Number(free) - left));
}

/**
 * Everything on a vfat stick, by mtools: path and content. Of a stick that was pulled after its release the file system
 * must be whole too, and without the mark of one that is still mounted, which else nobody takes away again.
 */
export function readStick(
  image: string,
  pulled: "released" | "mounted" = "released",
): ReadonlyMap<string, Buffer> {
  if (pulled === "released") {
    const alone = `${image}.part`;
    writeFileSync(alone, readFileSync(image).subarray(megabyte));
    execFileSync("fsck.vfat", ["-n", alone], { ...limits, env: names });
  }
  const folder = `${image}.files`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  execFileSync("mcopy", ["-s", "-n", "-i", part(image), "::/", folder], { ...limits, env: names });
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(folder.length + 1), readFileSync(path)];
    }),
  );
}
