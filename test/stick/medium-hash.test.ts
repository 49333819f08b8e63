import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { hashOfMedium } from "../../src/stick/medium-hash.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "voicegauge-medium-"));
});
afterEach(() => rm(folder, { recursive: true }));

const never = new AbortController().signal;

it.each([0, 1, 511, 512, 513, 4_096, 1_048_575, 1_048_576, 1_048_577, 3_000_001])(
  "reads %i bytes past the cache, to the last one",
  async (size) => {
    const path = join(folder, "file");
    const bytes = Buffer.alloc(size, "length and width");
    writeFileSync(path, bytes);
    expect(await hashOfMedium(path, never)).toEqual({
      sha256: createHash("sha256").update(bytes).digest("hex"),
      readFrom: hasDirectReads() ? "medium" : "cache",
    });
  },
);

it("says that it read through the cache where there are no direct reads", async () => {
  // Files of /proc have none, on any kernel.
  const { readFrom } = await hashOfMedium("/proc/version", never);
  expect(readFrom).toBe("cache");
});

it("follows no link and stops when it is told to", async () => {
  writeFileSync(join(folder, "file"), "x");
  await symlink(join(folder, "file"), join(folder, "link"));
  await expect(hashOfMedium(join(folder, "link"), never)).rejects.toThrow("ELOOP");
  const abort = new AbortController();
  abort.abort();
  await expect(hashOfMedium(join(folder, "file"), abort.signal)).rejects.toThrow();
});

/** Asked of another program, since it depends on the file system of the temporary folder and the kernel. */
function hasDirectReads(): boolean {
  const path = join(folder, "probe");
  writeFileSync(path, Buffer.alloc(4_096));
  return spawnSync("dd", [`if=${path}`, "of=/dev/null", "iflag=direct", "bs=4096"]).status === 0;
}
