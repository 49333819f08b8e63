import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder } from "../../src/runtime/make-folder.js";
import { temporaryFolder } from "../doubles/temporary-store.js";

test("makes what is missing, and once more", async () => {
  const path = join(temporaryFolder(), "a", "b", "c");
  await makeFolder(path);
  await makeFolder(path);
  expect(existsSync(path)).toBe(true);
});

test("comes back from a place that refuses folders", async () => {
  await expect(makeFolder("/proc/nonsense/a")).rejects.toThrow();
  const file = join(temporaryFolder(), "file");
  writeFileSync(file, "");
  await expect(makeFolder(join(file, "a"))).rejects.toThrow();
});
