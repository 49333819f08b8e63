import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../doubles/temporary-store.js";

const isThere = spawnSync("systemd-analyze", ["--version"]).status === 0;

test("systemd-analyze finds nothing wrong with the unit", (context) => {
  context.skip(!isThere, "systemd-analyze is not installed");
  const root = temporaryFolder();
  // The program that an installation would have put there.
  const unit = readFileSync("systemd/voicegauge.service", "utf8");
  const program = /ExecStart=(\S+)/.exec(unit)?.[1] ?? "";
  const here = unit.replace(program, "/bin/true");
  const path = join(root, "voicegauge.service");
  writeFileSync(path, here);
  const run = spawnSync("systemd-analyze", ["verify", "--man=no", path], { encoding: "utf8" });
  const about = `${run.stdout}${run.stderr}`.split("\n").filter((line) => line.includes("voicegauge"));
  expect(about).toEqual([]);
});

test("a service that crashes is never given up, and its watchdog is longer than a look at the parts", () => {
  const unit = readFileSync("systemd/voicegauge.service", "utf8");
  expect(unit).toContain("StartLimitIntervalSec=0");
  expect(unit).toContain("Restart=always");
  expect(unit).toContain("NotifyAccess=all");
  // A whole check of a large database comes before the service says that it is ready.
  expect(unit).toContain("TimeoutStartSec=10min");
});
