import { execFileSync, spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../src/runtime/compiled-module.js";
import { temporaryFolder } from "../doubles/temporary-store.js";

const isAnalyzeThere = spawnSync("systemd-analyze", ["--version"]).status === 0;
const program = join(packageRoot(), "scripts", "install");

function install(...args: readonly string[]) {
  return spawnSync(program, args, { encoding: "utf8", timeout: 170_000 });
}

/** Every file and link below a folder with its size. */
function listing(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => `${path.slice(folder.length)} ${lstatSync(path).size}`)
    .sort();
}

describe("an installation into an empty tree", () => {
  let root = "";
  const product = () => join(root, "opt", "voicegauge");

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "voicegauge-install-"));
    const run = install("--root", root);
    expect(run.stderr).toContain("installed into");
    expect(run.status).toBe(0);
  }, 180_000);

  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test("runs by itself: the command line, the model, the store and the voice, without the tests' packages", () => {
    const main = join(product(), "dist", "main.js");
    const state = temporaryFolder();
    const node = (...args: readonly string[]) =>
      spawnSync(process.execPath, [main, ...args], { encoding: "utf8", cwd: "/", timeout: 60_000 });
    expect(node("models", "verify")).toMatchObject({ status: 0 });
    const spoken = join(state, "spoken.wav");
    expect(node("say", "长度一百二十点五毫米", "-o", spoken)).toMatchObject({ status: 0, stderr: "" });
    expect(node("transcribe", spoken).stdout).toContain('"transcript"');
    expect(existsSync(join(product(), "node_modules", "vitest"))).toBe(false);
    expect(existsSync(join(product(), "node_modules", "typescript"))).toBe(false);
  });

  test("the units are what systemd wants, and the service is shut in", (context) => {
    context.skip(!isAnalyzeThere, "systemd-analyze is not installed");
    const whole = temporaryFolder();
    cpSync(join(root, "etc"), join(whole, "etc"), { recursive: true, verbatimSymlinks: true });
    cpSync("/usr/lib/systemd/system", join(whole, "usr/lib/systemd/system"), {
      recursive: true,
      verbatimSymlinks: true,
    });
    for (const path of ["opt/voicegauge/bin/voicegauge", "opt/voicegauge/bin/stick", "bin/sh"]) {
      mkdirSync(join(whole, path, ".."), { recursive: true });
      writeFileSync(join(whole, path), "");
      chmodSync(join(whole, path), 0o755);
    }
    const units = ["voicegauge.service", "voicegauge-stick@.service"];
    const verified = spawnSync("systemd-analyze", ["verify", "--man=no", `--root=${whole}`, ...units], {
      encoding: "utf8",
    });
    const about = `${verified.stdout}${verified.stderr}`
      .split("\n")
      .filter((line) => line.includes("voicegauge"));
    expect(about).toEqual([]);
    // Ten times the exposure that it may have.
    const secured = spawnSync("systemd-analyze", [
      "security",
      "--offline=true",
      "--threshold=25",
      join(root, "etc/systemd/system/voicegauge.service"),
    ]);
    expect(secured.status).toBe(0);
  });

  test("the configuration that it brings is a valid one in which nothing is set", () => {
    const path = join(root, "etc/voicegauge/config.toml");
    const set = readFileSync(path, "utf8")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#") && !line.startsWith("["));
    expect(set).toEqual([]);
    const main = join(product(), "dist", "main.js");
    const print = (config: string) =>
      execFileSync(process.execPath, [main, "run", "--print-config", "--config", config], {
        encoding: "utf8",
      });
    expect(print(path)).toBe(print("/dev/null"));
  });

  test("again it changes nothing; a changed configuration, a fetched model and the records stay", {
    timeout: 180_000,
  }, () => {
    const before = listing(root);
    expect(install("--root", root)).toMatchObject({ status: 0 });
    expect(listing(root)).toEqual(before);
    const path = join(root, "etc/voicegauge/config.toml");
    appendFileSync(path, "# mine\n");
    const fetched = join(product(), "models", "fetched-model", "encoder.onnx");
    mkdirSync(join(fetched, ".."));
    writeFileSync(fetched, "weights");
    // As after the first start.
    const state = join(root, "var/lib/voicegauge");
    expect(readdirSync(state)).toEqual(["begins-empty"]);
    renameSync(join(state, "begins-empty"), join(state, "voicegauge.db"));
    expect(install("--root", root)).toMatchObject({ status: 0 });
    expect(readFileSync(path, "utf8")).toMatch(/# mine\n$/);
    expect(readFileSync(fetched, "utf8")).toBe("weights");
    expect(readdirSync(state)).toEqual(["voicegauge.db"]);
  });

  test("removed, it leaves the records and the configuration; purged, nothing", () => {
    expect(install("--root", root, "--uninstall")).toMatchObject({ status: 0 });
    const left = listing(root).map((line) => line.split(" ")[0]);
    expect(left).toEqual(["/etc/voicegauge/config.toml", "/var/lib/voicegauge/voicegauge.db"]);
    expect(install("--root", root, "--uninstall", "--purge")).toMatchObject({ status: 0 });
    expect(listing(root)).toEqual([]);
  });
});

test("wrong usage is told, and nothing is done", () => {
  expect(install("--nonsense")).toMatchObject({ status: 2 });
  expect(install("--purge")).toMatchObject({ status: 2 });
  expect(install("--root")).toMatchObject({ status: 2 });
  expect(install("--help")).toMatchObject({ status: 0 });
});
