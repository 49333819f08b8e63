import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../src/runtime/compiled-module.js";

export type Architecture = "arm64" | "amd64";

const makeLimitMs = 900_000;

/** Runs a program to its end and keeps what it says. */
export function run(program: string, ...args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(program, args, { encoding: "utf8", timeout: 170_000 });
}

/** Runs it and throws with its words when it fails; its standard output. */
export function mustRun(program: string, ...args: readonly string[]): string {
  const done = run(program, ...args);
  if (done.status !== 0) throw new Error(`${program} ${args.join(" ")}: ${done.stderr}${done.stdout}`);
  return done.stdout;
}

/** A bundle made by scripts/bundle, and unpacked as a person unpacks it. */
export interface UnpackedBundle {
  readonly home: string;
  readonly archive: string;
  readonly folder: string;
}

/** Makes the bundle and unpacks it into a folder whose name has a space, as a stick's may. The caller removes `home`. */
export function makeBundle(architecture: Architecture, ...options: readonly string[]): UnpackedBundle {
  const home = mkdtempSync(join(tmpdir(), "voicegauge bundle-"));
  const archive = join(home, "bundle.tar.gz");
  const made = spawnSync(
    join(packageRoot(), "scripts", "bundle"),
    ["--arch", architecture, "-o", archive, ...options],
    { encoding: "utf8", timeout: makeLimitMs },
  );
  if (made.status !== 0) throw new Error(`scripts/bundle: ${made.stderr}`);
  mustRun("tar", "-xf", archive, "-C", home);
  const [name] = readdirSync(home).filter((entry) => entry !== "bundle.tar.gz");
  return { home, archive, folder: join(home, name ?? "nothing was unpacked") };
}
