import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../src/runtime/compiled-module.js";

test("the wiring drawing shows the pins of the configuration", () => {
  const script = join(packageRoot(), "hardware", "make-wiring.mjs");
  const made = execFileSync(process.execPath, [script, "--print"], { encoding: "utf8" });
  expect(made).toBe(readFileSync(join(packageRoot(), "hardware", "wiring.svg"), "utf8"));
  expect(made).toContain("GPIO 17 = pin 11");
});
