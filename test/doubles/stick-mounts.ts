import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Real file systems to play sticks with. They need root, which may mount, and loop devices. */
export const canMount = ((): boolean => {
  if (process.getuid?.() !== 0) return false;
  const probe = join(tmpdir(), `voicegauge-probe-${process.pid}`);
  const steps: readonly (readonly string[])[] = [
    ["mkdir", probe],
    ["mount", "-t", "tmpfs", "-o", "size=64k", "probe", probe],
    ["umount", probe],
    ["rmdir", probe],
  ];
  return steps.every(([program = "", ...words]) => spawnSync(program, words).status === 0);
})();

export const canLoop =
  canMount && existsSync("/dev/loop-control") && spawnSync("mkfs.ext4", ["-V"]).status === 0;

export function mountTmpfs(directory: string, size: string): void {
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size},mode=0755`, "voicegauge-test", directory]);
}

/** An ext4 in a sparse file of 32 MB. */
export function mountImage(image: string, directory: string): void {
  writeFileSync(image, "");
  truncateSync(image, 32 * 1024 * 1024);
  execFileSync("mkfs.ext4", ["-q", "-O", "^has_journal", image]);
  execFileSync("mount", ["-o", "loop", image, directory]);
}

export function remountReadOnly(directory: string): void {
  execFileSync("mount", ["-o", "remount,ro", directory]);
}

/** Takes it out of the tree at once, whoever still has files open on it: as close to pulling as software comes. */
export function pull(directory: string): void {
  execFileSync("umount", ["-l", directory]);
}

/** Unmounts what a failed test may have left; no complaint when there is nothing. */
export function unmountAll(...directories: readonly string[]): void {
  for (const directory of directories) spawnSync("umount", ["-l", directory]);
}
