import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { run } from "./bundle-bench.js";

/** First bytes of a program for 64-bit ARM, and which of their bits count, as binfmt_misc wants them. */
const magic = String.raw`\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00`;
const mask = String.raw`\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff`;

/**
 * Makes the kernel start programs for ARM through the emulator, the children of these programs too. This holds in a
 * user namespace of its own (Linux 6.7 and newer): nothing is registered on the machine that the tests run on.
 */
const registerEmulator = `
set -e
emulator=$(command -v qemu-aarch64-static)
mount -t binfmt_misc none /proc/sys/fs/binfmt_misc
printf '%s' ':voicegauge-arm64:M::${magic}:${mask}:'"$emulator"':F' >/proc/sys/fs/binfmt_misc/register
`;

const enterRoot = `${registerEmulator}
root=$1; shift
mount --rbind /proc "$root/proc"
mount --rbind /dev "$root/dev"
exec chroot "$root" "$@"
`;

const inNamespace = ["--user", "--map-root-user", "--mount", "/bin/sh", "-c"] as const;

/** Why programs for ARM cannot be run here; undefined when they can. */
export function whyNoEmulator(): string | undefined {
  if (run("sh", "-c", "command -v qemu-aarch64-static").status !== 0)
    return "qemu-aarch64-static is missing: apt-get install qemu-user-static";
  const tried = run("unshare", ...inNamespace, registerEmulator);
  return tried.status === 0 ? undefined : `the emulator cannot be registered here: ${tried.stderr.trim()}`;
}

/** A folder that holds a system for ARM. */
export interface EmulatedDevice {
  /** Runs a program of that system; its outputs and status. */
  run(
    program: string,
    ...args: readonly string[]
  ): { readonly status: number | null; readonly stdout: string; readonly stderr: string };
}

/** The system in `root`, entered anew for each program. */
export function emulatedDevice(root: string): EmulatedDevice {
  for (const folder of ["proc", "dev", "tmp"]) mkdirSync(join(root, folder), { recursive: true });
  return {
    run: (program, ...args) =>
      spawnSync("unshare", [...inNamespace, enterRoot, "enter", root, program, ...args], {
        encoding: "utf8",
        timeout: 170_000,
        env: { ...process.env, NODE_EXTRA_CA_CERTS: undefined, HOME: "/tmp", LC_ALL: "C.UTF-8" },
      }),
  };
}
