import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { wavBytes } from "../../src/audio/wav.js";
import { compiledModulePath, packageRoot } from "../../src/runtime/compiled-module.js";
import { temporaryFolder, temporaryStore } from "../doubles/temporary-store.js";

function voicegauge(
  args: readonly string[],
  options: { readonly input?: string; readonly main?: string } = {},
) {
  const main = options.main ?? compiledModulePath("main.js");
  const run = spawnSync(process.execPath, [main, ...args], {
    encoding: "utf8",
    input: options.input ?? "",
    timeout: 60_000,
  });
  return { code: run.status, out: run.stdout, err: run.stderr };
}

/** A failure as a person sees it: one line, no stack. */
function expectOneLine(run: ReturnType<typeof voicegauge>, code: number, words: RegExp): void {
  expect(run).toMatchObject({ code });
  expect(run.err.trim().split("\n"), run.err).toHaveLength(1);
  expect(run.err).toMatch(words);
  expect(run.err).not.toMatch(/^\s+at /m);
}

function speech(folder: string, text: string): string {
  const path = join(folder, "speech.wav");
  expect(voicegauge(["say", text, "-o", path])).toMatchObject({ code: 0, out: `${path}\n` });
  return path;
}

describe("help and usage", () => {
  test("--help lists the commands and each has its own", () => {
    const help = voicegauge(["--help"]);
    expect(help.code).toBe(0);
    const names = [...help.out.matchAll(/^ {2}([a-z]+)/gm)]
      .map(([, name]) => name)
      .filter((name) => name !== "help");
    expect(names).toEqual(
      expect.arrayContaining(
        "run desk parse transcribe say records export replay plan models doctor simulate bench".split(" "),
      ),
    );
    for (const name of names) expect(voicegauge([name ?? "", "--help"]), name).toMatchObject({ code: 0 });
  });

  test.each([
    [["nonsense"]],
    [["simulate", "--seed", "x"]],
    [["export"]],
    [["transcribe"]],
    [["replay", "0"]],
  ])("%j is wrong usage", (args) => {
    const run = voicegauge(args);
    expect(run.code).toBe(2);
    expect(run.err).toMatch(/error:/);
  });
});

test("simulate runs the same shifts on one thread and on two", () => {
  const shifts = ["simulate", "--seed", "5", "--shifts", "2000", "--json", "--threads"];
  const [one, two] = ["1", "2"].map((threads) => voicegauge([...shifts, threads]));
  expect(one?.code).toBe(0);
  expect(one?.out.trimEnd().split("\n")).toHaveLength(2_001);
  expect(one?.out).toMatch(/^2000 shifts, \d+ controller steps, no rule broken$/m);
  expect(two?.out.split("\n").sort()).toEqual(one?.out.split("\n").sort());
});

test("parse reads standard input, one JSON a line", () => {
  const run = voicegauge(["parse"], { input: "一百二十\n二百五\n你好\n" });
  expect(
    run.out
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { kind: string }).kind),
  ).toEqual(["measurement", "ambiguous", "none"]);
});

describe("transcribe", () => {
  test("speech of any rate, mono or stereo", () => {
    const folder = temporaryFolder();
    const path = speech(folder, "长度一百二十点五毫米");
    const run = voicegauge(["transcribe", path]);
    expect(run.code, run.err).toBe(0);
    expect(JSON.parse(run.out)).toMatchObject({
      kind: "measurement",
      name: "长度",
      value: "120.5",
      unit: "mm",
      file: path,
      transcript: "长度一百二十点五毫米",
    });
  });

  test("what is no recording is named, and the others are still transcribed", () => {
    const folder = temporaryFolder();
    const good = speech(folder, "外径五十毫米");
    const text = join(folder, "text.wav");
    writeFileSync(text, "this is a text");
    const missing = join(folder, "missing.wav");
    const empty = join(folder, "empty.wav");
    writeFileSync(empty, wavBytes({ samples: new Int16Array(0), sampleRateHz: 16_000 }));
    const run = voicegauge(["transcribe", text, missing, empty, good]);
    expect(run.code).toBe(1);
    expect(run.out.trim().split("\n")).toHaveLength(1);
    for (const name of ["text.wav", "missing.wav", "empty.wav"]) expect(run.err).toContain(name);
    expect(run.err).not.toMatch(/^\s+at /m);
  });
});

test("a voice is installed from its archive and speaks; what it cannot pronounce, espeak-ng says", () => {
  const folder = temporaryFolder();
  for (const name of ["dist", "models", "package.json"])
    cpSync(join(packageRoot(), name), join(folder, name), { recursive: true });
  symlinkSync(join(packageRoot(), "node_modules"), join(folder, "node_modules"));
  const archive = join(folder, "tone-voice.tar.bz2");
  const fixtures = fileURLToPath(new URL("../fixtures", import.meta.url));
  execFileSync("tar", ["-cjf", archive, "-C", fixtures, "tone-voice"]);
  const bytes = readFileSync(archive);
  const manifestPath = join(folder, "models", "manifest.json");
  const manifest = JSON.parse(readFileSync(manifestPath, "utf8")) as { voices: object[] };
  manifest.voices = [
    {
      id: "tone",
      language: "zh",
      bundled: false,
      directory: "tone-voice",
      licence: "none",
      files: {
        model: { path: "model.onnx" },
        lexicon: { path: "lexicon.txt" },
        tokens: { path: "tokens.txt" },
      },
      ruleFsts: [],
      speaker: 0,
      archive: {
        url: "https://voices.invalid/tone-voice.tar.bz2",
        bytes: bytes.length,
        sha256: createHash("sha256").update(bytes).digest("hex"),
      },
    },
  ];
  writeFileSync(manifestPath, JSON.stringify(manifest));
  const main = join(folder, "dist", "main.js");
  const spoken = join(folder, "spoken.wav");
  // The rate in the WAV head tells the voices apart.
  const isTone = () => readFileSync(spoken).readUInt32LE(24) === 8_000;
  voicegauge(["say", "长度", "-o", spoken], { main });
  expect(isTone()).toBe(false);
  expect(voicegauge(["models", "fetch", "tone", "--archive", archive], { main })).toMatchObject({ code: 0 });
  expect(voicegauge(["models", "list"], { main }).out).toMatch(/tone {2}voice {2}zh {2}installed/);
  expect(voicegauge(["say", "长度", "-o", spoken], { main })).toMatchObject({ code: 0, err: "" });
  expect(isTone()).toBe(true);
  const fallen = voicegauge(["say", "长度X", "-o", spoken], { main });
  expect(fallen).toMatchObject({
    code: 0,
    err: "the voice cannot pronounce x; espeak-ng speaks instead\n",
  });
  expect(isTone()).toBe(false);
});

describe("things that cannot be used are one clear line, and nothing is lost", () => {
  test("no database", () => {
    expectOneLine(voicegauge(["records", "--state", temporaryFolder()]), 1, /no database.*--state/);
  });

  test("a damaged database", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "voicegauge.db"), "garbage".repeat(2_000));
    expectOneLine(voicegauge(["records", "--state", folder]), 1, /not a database/);
    expect(readFileSync(join(folder, "voicegauge.db"), "utf8")).toBe("garbage".repeat(2_000));
  });

  test("a folder that cannot be made or written", () => {
    expectOneLine(voicegauge(["desk", "--state", "/proc/nonsense"]), 1, /cannot make the folder/);
    expectOneLine(voicegauge(["say", "一", "-o", "/proc/nonsense/a.wav"]), 1, /cannot write/);
    expectOneLine(voicegauge(["export", "--to", "/nonsense"]), 1, /no folder/);
  });

  test("an export of a folder without a database begins none", () => {
    const [state, target] = [temporaryFolder(), temporaryFolder()];
    expectOneLine(voicegauge(["export", "--to", target, "--state", state]), 1, /no database at .*--state/);
    expect(readdirSync(state)).toEqual([]);
  });

  test("a bad configuration", () => {
    const path = join(temporaryFolder(), "config.toml");
    writeFileSync(path, "[audio]\nchunk_ms = 9999\n");
    expectOneLine(voicegauge(["desk", "--config", path]), 1, /line 2.*audio.chunk_ms.*20 to 500/);
    expectOneLine(voicegauge(["run", "--config", "/nonsense.toml"]), 1, /nonsense/);
  });

  test("a damaged model", () => {
    const folder = temporaryFolder();
    for (const name of ["dist", "models", "package.json"])
      cpSync(join(packageRoot(), name), join(folder, name), { recursive: true });
    symlinkSync(join(packageRoot(), "node_modules"), join(folder, "node_modules"));
    const encoder = join(folder, "models", "vg-zh-compact", "encoder.onnx");
    copyFileSync(join(folder, "package.json"), encoder);
    const main = join(folder, "dist", "main.js");
    expectOneLine(voicegauge(["models", "verify"], { main }), 1, /encoder.onnx is damaged/);
    rmSync(encoder);
    expectOneLine(voicegauge(["models", "verify"], { main }), 1, /encoder .*missing/);
  });

  test("a model that nobody knows, one that came with the product, an archive that is another file", () => {
    expectOneLine(
      voicegauge(["models", "fetch", "nope"]),
      1,
      /no model is called nope; there are vg-zh-compact/,
    );
    expectOneLine(voicegauge(["models", "fetch", "vg-zh-compact"]), 1, /came with the product/);
    const other = ["models", "fetch", "vits-zh-aishell3", "--archive", fileURLToPath(import.meta.url)];
    expectOneLine(voicegauge(other), 1, /is not the archive of the manifest/);
  });

  test("a record that is not there, and one without sound", () => {
    const folder = temporaryFolder();
    temporaryStore(folder).commitMeasurement({
      value: { unscaled: 5n, scale: 0 },
      transcript: "五",
      confidence: 1,
      confirmedByQuestion: false,
    });
    expectOneLine(voicegauge(["replay", "7", "--state", folder]), 1, /no record 7/);
    expectOneLine(voicegauge(["replay", "1", "--state", folder]), 1, /no sound was kept/);
  });
});

test("records and export show what is stored, the decimals as they were spoken", () => {
  const folder = temporaryFolder();
  temporaryStore(folder).commitMeasurement({
    name: "长度",
    value: { unscaled: 1250n, scale: 2 },
    unit: "mm",
    transcript: "长度十二点五零毫米",
    confidence: 0.9,
    confirmedByQuestion: false,
  });
  const run = voicegauge(["records", "--state", folder, "--json"]);
  expect(JSON.parse(run.out)).toMatchObject({ id: 1, name: "长度", value: "12.50", unit: "mm" });
  const target = join(folder, "out");
  mkdirSync(target);
  const exported = voicegauge(["export", "--to", target, "--state", folder]);
  expect(exported.code, exported.err).toBe(0);
  const csv = exported.out.split("\n").find((line) => line.endsWith(".csv")) ?? "";
  expect(readFileSync(csv, "utf8")).toContain("12.50");
});

test.each(["zh", "en"])("an empty plan (%s) is one that the device takes over", (language) => {
  const path = join(temporaryFolder(), "plan.xlsx");
  expect(voicegauge(["plan", "template", "--language", language, "-o", path])).toMatchObject({ code: 0 });
  const checked = voicegauge(["plan", "check", path]);
  expect(checked).toMatchObject({ code: 0, err: "" });
  expect(checked.out).toContain("120.00 [119.80, 120.50] mm");
  expect(checked.out).toContain("2 characteristics, nothing wrong");
  expectOneLine(voicegauge(["plan", "template", "-o", "/nonsense/plan.xlsx"]), 1, /cannot write/);
  expectOneLine(voicegauge(["plan", "template", "-o", "plan.txt"]), 2, /must end in .xlsx/);
});

test("a plan is checked as on a stick", () => {
  const path = join(temporaryFolder(), "my plan.csv");
  writeFileSync(path, "序号,名称,标称,上限,下限,单位\n1,长度,120,120.5,119.8,mm\n");
  expect(voicegauge(["plan", "check", path])).toMatchObject({ code: 0 });
  writeFileSync(path, "序号,名称,标称,上限,下限,单位\nx,长度,120,120.5,119.8,mm\n");
  const bad = voicegauge(["plan", "check", path]);
  expect(bad.code).toBe(1);
  expect(bad.err).toContain("A2");
});
