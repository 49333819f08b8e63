import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { arch } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decimalToText } from "../../src/language/decimal.js";
import { compiledModulePath, packageRoot } from "../../src/runtime/compiled-module.js";
import { temporaryFolder, temporaryStore } from "../doubles/temporary-store.js";
import { makeBundle, mustRun, run, type UnpackedBundle } from "./bundle-bench.js";
import { type EmulatedDevice, emulatedDevice, whyNoEmulator } from "./emulator.js";

const noCompiler =
  arch() === "arm64" || run("aarch64-linux-gnu-g++", "--version").status === 0
    ? undefined
    : "aarch64-linux-gnu-g++ is missing: apt-get install g++-aarch64-linux-gnu";
const noEmulator = whyNoEmulator();
for (const reason of [noCompiler, noEmulator])
  if (reason !== undefined) console.warn(`skipped: the bundle for a Raspberry Pi is not tried: ${reason}`);

/** The processor of each program and library below a folder, as file names and readelf write them. */
function processors(folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.(?:node|so)$|node\/bin\/node$/.test(name),
  );
  return files
    .map((name) => /Machine:\s*(.+)/.exec(mustRun("readelf", "-h", join(folder, name)))?.[1] ?? name)
    .sort();
}

describe.skipIf(noCompiler !== undefined)("the bundle for a Raspberry Pi", () => {
  let bundle: UnpackedBundle;
  beforeAll(() => {
    bundle = makeBundle("arm64");
  }, 900_000);
  afterAll(() => rmSync(bundle.home, { recursive: true, force: true }), 180_000);

  test("holds nothing for another processor", () => {
    expect(new Set(processors(join(bundle.folder, "product")))).toEqual(new Set(["AArch64"]));
  });

  test.each(["bookworm", "trixie"])("is a whole source of packages for %s", (release) => {
    const own = temporaryFolder();
    for (const folder of ["lists/partial", "cache/archives/partial"])
      mkdirSync(join(own, folder), { recursive: true });
    const source = join(bundle.folder, "packages", release).replaceAll(" ", "%20");
    writeFileSync(join(own, "sources.list"), `deb [trusted=yes] file:${source} ./\n`);
    writeFileSync(join(own, "status"), "");
    const settings = [
      "APT::Architecture=arm64",
      "APT::Architectures=arm64",
      "APT::Sandbox::User=root",
      "Debug::NoLocking=1",
      `Dir::Etc::sourcelist=${join(own, "sources.list")}`,
      "Dir::Etc::sourceparts=/dev/null",
      `Dir::State::status=${join(own, "status")}`,
      `Dir::State::lists=${join(own, "lists")}`,
      `Dir::Cache=${join(own, "cache")}`,
    ].flatMap((setting) => ["-o", setting]);
    mustRun("apt-get", ...settings, "update");
    const wanted = ["alsa-utils", "espeak-ng", "fonts-dejavu-core", "bzip2"];
    const planned = mustRun("apt-get", ...settings, "-s", "install", "--no-install-recommends", ...wanted);
    for (const name of wanted) expect(planned).toContain(`Inst ${name} `);
  });

  test("another system refuses it before anything is changed, a 32-bit one with its own advice", () => {
    for (const [architecture, advice] of [
      ["amd64", "scripts/bundle --arch amd64"],
      ["armhf", "32-bit Raspberry Pi OS"],
    ] as const) {
      const root = temporaryFolder();
      mkdirSync(join(root, "var/lib/dpkg"), { recursive: true });
      const status = `Package: dpkg\nStatus: install ok installed\nMaintainer: a\nArchitecture: ${architecture}\nVersion: 1\nDescription: a\n`;
      writeFileSync(join(root, "var/lib/dpkg/status"), status);
      const refused = run(join(bundle.folder, "install"), "--root", root);
      expect(refused.stderr).toContain(`this bundle is for arm64, and this system is ${architecture}`);
      expect(refused.stderr).toContain(advice);
      expect(refused.status).toBe(1);
      expect(readdirSync(root)).toEqual(["var"]);
    }
  });

  describe.skipIf(noEmulator !== undefined)("in an emulated processor", () => {
    const product = "/opt/voicegauge";
    let root = "";
    let device: EmulatedDevice;
    const node = (...args: readonly string[]) => {
      const done = device.run(`${product}/node/bin/node`, ...args);
      expect(done, done.stderr).toMatchObject({ status: 0 });
      return done.stdout;
    };
    const voicegauge = (...args: readonly string[]) => node(`${product}/dist/main.js`, ...args);

    beforeAll(() => {
      root = join(bundle.home, "device");
      mkdirSync(root);
      for (const place of ["bin", "lib", "sbin"]) {
        mkdirSync(join(root, "usr", place), { recursive: true });
        mustRun("ln", "-s", `usr/${place}`, join(root, place));
      }
      const packages = join(bundle.folder, "packages/bookworm");
      for (const name of readdirSync(packages).filter((entry) => entry.endsWith(".deb"))) {
        const unpack =
          'dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink --no-same-owner -C "$2"';
        mustRun("bash", "-c", unpack, "unpack", join(packages, name), root);
      }
      mustRun(join(bundle.folder, "install"), "--root", root);
      device = emulatedDevice(root);
    }, 180_000);

    const here = (...args: readonly string[]) =>
      mustRun(process.execPath, compiledModulePath("main.js"), ...args);

    test("it speaks, and understands the same as this machine's processor", { timeout: 170_000 }, () => {
      // None at which the recogniser is torn between two frames: a last bit would then decide.
      const sentences = ["长度一百二十点五毫米", "负零点零三毫米", "撤销", "状态"];
      const files = sentences.map((_, index) => `/tmp/${index}.wav`);
      for (const [index, sentence] of sentences.entries()) {
        const file = files[index] ?? "";
        // The device's own voice is one program for all sentences, and slow here: one is enough.
        if (index === 0) voicegauge("say", sentence, "-o", file);
        else here("say", sentence, "-o", join(root, file));
      }
      const understood = (lines: string) =>
        lines
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
          .map(({ transcript, kind, name, value, confidence }) => ({
            utterance: { transcript, kind, name, value },
            confidence: Number(confidence),
          }));
      const there = understood(voicegauge("transcribe", ...files));
      const expected = understood(here("transcribe", ...files.map((file) => join(root, file))));
      expect(there.map(({ utterance }) => utterance)).toEqual(expected.map(({ utterance }) => utterance));
      expect(there.map(({ utterance }) => utterance.transcript)).toEqual(sentences);
      // The kernels of the two processors round differently.
      for (const [index, { confidence }] of there.entries())
        expect(Math.abs(confidence - (expected[index]?.confidence ?? 0))).toBeLessThan(0.05);
    });

    test("its native modules work: database, events of pins, charts", { timeout: 120_000 }, () => {
      copyFileSync(join(packageRoot(), "test/bundle/use-native-modules.mjs"), join(root, "tmp/use.mjs"));
      expect(JSON.parse(node("/tmp/use.mjs", product, "/tmp/state"))).toEqual({
        architecture: "arm64",
        committed: 1,
        readable: true,
        picture: "PNG",
      });
      const rows = [...temporaryStore(join(root, "tmp/state")).records()];
      expect(rows.map(({ name, value }) => [name, decimalToText(value)])).toEqual([["长度", "120.5"]]);
    });

    test("it writes the day's workbook", { timeout: 120_000 }, () => {
      mkdirSync(join(root, "tmp/out"));
      voicegauge("export", "--state", "/tmp/state", "--to", "/tmp/out");
      const [workbook] = readdirSync(join(root, "tmp/out"), { recursive: true, encoding: "utf8" }).filter(
        (name) => name.endsWith(".xlsx"),
      );
      expect(mustRun("unzip", "-l", join(root, "tmp/out", workbook ?? "none"))).toContain(
        "xl/worksheets/sheet1.xml",
      );
    });
  });
});
