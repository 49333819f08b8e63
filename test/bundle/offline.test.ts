import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { arch } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../src/runtime/compiled-module.js";
import { backupFolder, databaseFile } from "../../src/store/recover.js";
import { type Machine, makeMachine, whyNoMachine } from "../appliance/machine.js";
import { temporaryFolder } from "../doubles/temporary-store.js";
import { leaveOldState, oldConfiguration, oldDigestOf } from "../upgrade/old-release.js";
import { makeBundle, mustRun, run, type UnpackedBundle } from "./bundle-bench.js";

const noNetworkOff =
  run("unshare", "--user", "--map-root-user", "--net", "true").status === 0
    ? undefined
    : "unshare may not make namespaces here";
const noAmd64 = arch() === "x64" ? undefined : "this machine's processor is not amd64";
const reason = noNetworkOff ?? noAmd64;
const noSystem = reason ?? whyNoMachine();
if (noSystem !== undefined && reason === undefined)
  console.warn(`skipped: installing from a bundle in a machine is not tried: ${noSystem}`);
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
  afterAll(() => rmSync(bundle.home, { recursive: true, force: true }), 180_000);

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

  describe.skipIf(noSystem !== undefined)("in a machine under systemd that lacks the packages", () => {
    let machine: Machine;
    beforeAll(async () => {
      machine = makeMachine({
        isAlone: true,
        commandLimitMs: 170_000,
        furnish: (root) => {
          const base = mustRun(join(packageRoot(), "scripts", "appliance"), "build").trim();
          mkdirSync(root);
          mustRun("tar", "-C", root, "-xf", base, "--exclude=./dev/*");
          mustRun("cp", "-a", bundle.folder, join(root, "root", "the bundle"));
          leaveOldState(join(root, "root", "old state"), "1A2B-3C4D");
        },
      });
      await machine.boot();
      machine.run("dpkg", "--purge", "--force-depends", ...packagesOfTheDevice);
    }, 180_000);
    afterAll(() => machine.destroy(), 180_000);

    test("installs them too, starts the service, and speaks and understands", { timeout: 170_000 }, () => {
      expect(machine.run("/root/the bundle/install")).toContain("installed and running");
      expect(machine.run("systemctl", "is-active", "voicegauge").trim()).toBe("active");
      machine.run("arecord", "--version");
      machine.run("voicegauge", "say", "长度一百二十点五毫米", "-o", "/root/said.wav");
      expect(machine.run("voicegauge", "transcribe", "/root/said.wav")).toContain('"value":"120.5"');
    });

    test("again it upgrades: the service runs from the new product, with the records of the first schema", {
      timeout: 170_000,
    }, async () => {
      const before = machine.run("systemctl", "show", "-p", "MainPID", "--value", "voicegauge").trim();
      // As the release of the first schema left them, configuration included.
      const configuration = "/etc/voicegauge/config.toml";
      const state = "/var/lib/voicegauge";
      machine.run("systemctl", "stop", "voicegauge");
      machine.run(
        "sh",
        "-c",
        `rm -rf ${state}/* && cp -r '/root/old state/.' ${state} && chown -R voicegauge: ${state}`,
      );
      writeFileSync(join(machine.root, configuration), oldConfiguration);
      const from = machine.journal.length;
      machine.run("/root/the bundle/install");
      const after = machine.run("systemctl", "show", "-p", "MainPID", "--value", "voicegauge").trim();
      expect(after).not.toBe(before);
      expect(machine.run("readlink", `/proc/${after}/exe`).trim()).toBe("/opt/voicegauge/node/bin/node");
      await machine.waitFor("its start", from, ({ event }) => event?.["from"] === "starting", 60_000);
      expect(readFileSync(join(machine.root, configuration), "utf8")).toBe(oldConfiguration);
      const left = oldDigestOf(join(machine.root, "root", "old state", databaseFile));
      expect(oldDigestOf(join(machine.root, state, backupFolder, "backup-schema-1.db"))).toEqual(left);
      expect(oldDigestOf(join(machine.root, state, databaseFile))).toEqual(left);
      const listed = machine.run("voicegauge", "records", "--json", "--state", state);
      expect(listed.split("\n").filter((line) => line.startsWith("{"))).toHaveLength(16);
      expect(machine.run("stat", "-c", "%U", join(state, databaseFile)).trim()).toBe("voicegauge");
    });
  });
});
