import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { arch } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../src/runtime/compiled-module.js";
import { whyNoMachine } from "../appliance/machine.js";
import { temporaryFolder } from "../doubles/temporary-store.js";
import { makeBundle, mustRun, run, type UnpackedBundle } from "./bundle-bench.js";

const noNetworkOff =
  run("unshare", "--user", "--map-root-user", "--net", "true").status === 0
    ? undefined
    : "unshare may not make namespaces here";
const noAmd64 = arch() === "x64" ? undefined : "this machine's processor is not amd64";
const reason = noNetworkOff ?? noAmd64;
const noSystem = reason ?? whyNoMachine();
if (reason !== undefined) console.warn(`skipped: installing without a network is not tried: ${reason}`);

/** What the bundle must bring, with the libraries that only these need. */
const packagesOfTheDevice = ["alsa-utils", "espeak-ng", "libespeak-ng1", "espeak-ng-data"];

/** Runs the installer of an unpacked bundle without any network. */
function install(folder: string, ...args: readonly string[]) {
  return run("unshare", "--user", "--map-root-user", "--net", join(folder, "install"), ...args);
}

describe.skipIf(reason !== undefined)("a bundle for this processor, without a network", () => {
  let bundle: UnpackedBundle;
  beforeAll(() => {
    bundle = makeBundle("amd64", "--release", "bookworm");
  }, 900_000);
  afterAll(() => rmSync(bundle.home, { recursive: true, force: true }));

  /** The same files by hard links: one is spoilt by putting another in its place. */
  function copyOfBundle(): string {
    const folder = join(temporaryFolder(), "bundle");
    mustRun("cp", "-al", bundle.folder, folder);
    return folder;
  }

  test("installs into an empty tree, and the product there does its work with its own Node", {
    timeout: 170_000,
  }, () => {
    const root = temporaryFolder();
    const done = install(bundle.folder, "--root", root);
    expect(done, done.stderr).toMatchObject({ status: 0 });
    const product = join(root, "opt/voicegauge");
    const voicegauge = (...args: readonly string[]) =>
      run(
        "unshare",
        "--user",
        "--map-root-user",
        "--net",
        join(product, "node/bin/node"),
        join(product, "dist/main.js"),
        ...args,
      );
    const spoken = join(root, "spoken.wav");
    expect(voicegauge("say", "长度一百二十点五毫米", "-o", spoken)).toMatchObject({ status: 0, stderr: "" });
    expect(voicegauge("transcribe", spoken).stdout).toContain('"value":"120.5"');
    expect(readFileSync(join(product, "bin/voicegauge"), "utf8")).toContain(
      "exec /opt/voicegauge/node/bin/node /opt/voicegauge/dist/main.js",
    );
    const configuration = readFileSync(join(root, "etc/voicegauge/config.toml"), "utf8");
    expect(configuration.split("\n").filter((line) => /^[^#[]/.test(line))).toEqual([]);
    expect(install(bundle.folder, "--root", root, "--uninstall", "--purge")).toMatchObject({ status: 0 });
    expect(existsSync(product)).toBe(false);
  });

  test("what is damaged or missing is named, and nothing is changed", { timeout: 120_000 }, () => {
    const spoil: Readonly<Record<string, (path: string) => void>> = {
      "product/models/vg-zh-compact/encoder.onnx": (path) => {
        const bytes = readFileSync(path);
        bytes[1000] = (bytes[1000] ?? 0) ^ 1;
        rmSync(path);
        writeFileSync(path, bytes);
      },
      "product/dist/main.js": (path) => rmSync(path),
      SHA256SUMS: (path) => {
        rmSync(path);
        writeFileSync(path, "");
      },
    };
    for (const [name, damage] of Object.entries(spoil)) {
      const folder = copyOfBundle();
      damage(join(folder, name));
      const root = temporaryFolder();
      const refused = install(folder, "--root", root);
      expect(refused.status, name).toBe(1);
      expect(refused.stderr).toContain("the bundle is damaged");
      if (name !== "SHA256SUMS") expect(refused.stderr).toContain(name);
      expect(readdirSync(root)).toEqual([]);
    }
  });

  test("a file that was cut short is refused", () => {
    const folder = temporaryFolder();
    const short = join(folder, "short.tar.gz");
    const whole = readFileSync(bundle.archive);
    writeFileSync(short, whole.subarray(0, Math.floor(whole.length * 0.6)));
    expect(run("tar", "-xf", short, "-C", folder).status).not.toBe(0);
    const [name] = readdirSync(folder).filter((entry) => entry !== "short.tar.gz");
    const root = temporaryFolder();
    const refused = install(join(folder, name ?? "nothing"), "--root", root);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain("the bundle is damaged");
    expect(readdirSync(root)).toEqual([]);
  });

  describe.skipIf(noSystem !== undefined)("in a Debian that lacks the packages", () => {
    let system = "";
    /** Runs a program in that Debian; the machine has no network but its own loop. */
    const inside = (...command: readonly string[]) =>
      run(
        "systemd-nspawn",
        "--quiet",
        "--register=no",
        "--keep-unit",
        "--private-network",
        "-D",
        system,
        "--pipe",
        ...command,
      );

    beforeAll(() => {
      const base = mustRun(join(packageRoot(), "scripts", "appliance"), "build").trim();
      system = join(bundle.home, "debian");
      mkdirSync(system);
      mustRun("tar", "-C", system, "-xf", base, "--exclude=./dev/*");
      const removed = inside("dpkg", "--purge", "--force-depends", ...packagesOfTheDevice);
      expect(removed, removed.stderr).toMatchObject({ status: 0 });
      mustRun("cp", "-a", bundle.folder, join(system, "root", "the bundle"));
    }, 180_000);

    test("installs them too, and speaks and understands", { timeout: 170_000 }, () => {
      const done = inside("/root/the bundle/install");
      expect(done, done.stderr + done.stdout).toMatchObject({ status: 0 });
      const said = inside("/usr/local/bin/voicegauge", "say", "长度一百二十点五毫米", "-o", "/root/said.wav");
      expect(said, said.stderr).toMatchObject({ status: 0 });
      expect(inside("/usr/local/bin/voicegauge", "transcribe", "/root/said.wav").stdout).toContain(
        '"value":"120.5"',
      );
      expect(inside("arecord", "--version").status).toBe(0);
    });
  });
});
