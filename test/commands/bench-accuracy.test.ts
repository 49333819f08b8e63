import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { wavBytes } from "../../src/audio/wav.js";
import { compiledModulePath, packageRoot } from "../../src/runtime/compiled-module.js";
import { temporaryFolder } from "../doubles/temporary-store.js";

const head = "file\tsaid\tspeaker\tnoise\tset";

function accuracy(...args: readonly string[]) {
  const command = [compiledModulePath("main.js"), "bench", "accuracy", ...args];
  const run = spawnSync(process.execPath, command, { encoding: "utf8", timeout: 60_000 });
  return { code: run.status, out: run.stdout, err: run.stderr };
}

/** espeak-ng's sound, 22 050 Hz, so that it is resampled. */
function speak(text: string, file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const run = spawnSync("espeak-ng", ["-v", "cmn-latn-pinyin", "-s", "160", "-w", file, "-b", "1", text]);
  expect(run.status, "espeak-ng is needed").toBe(0);
}

function lastLine(text: string): unknown {
  return JSON.parse(text.trim().split("\n").at(-1) ?? "");
}

describe("on speech of espeak-ng, through the real recogniser", () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "voicegauge-accuracy-"));
    speak("长度一百二十点五毫米", join(folder, "voices", "1.wav"));
    speak("外径五十毫米", join(folder, "2.wav"));
    speak("撤销", join(folder, "3.wav"));
    // 40 s are three turns, since the device listens for 15 s.
    writeFileSync(
      join(folder, "quiet.wav"),
      wavBytes({ samples: new Int16Array(40 * 16_000), sampleRateHz: 16_000 }),
    );
    const rows = [
      "voices/1.wav\t长度一百二十点五毫米\tA\tclean\tgood",
      "2.wav\t外径五十毫米\tA\t20\tgood",
      // As if the operator had said something else: what is understood is wrong.
      "2.wav\t外径五十一毫米\tB\t20\tbad",
      "3.wav\t\t\t\tbad",
      "quiet.wav\t\t\t\tsilence",
    ];
    writeFileSync(join(folder, "tests.tsv"), `${[head, ...rows].join("\n")}\n`);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("each clip is judged, counted and drawn, and always the same", () => {
    const svg = join(folder, "accuracy.svg");
    const run = accuracy(folder, "--json", "--svg", svg);
    expect(run.code, run.err).toBe(0);
    const lines = run.out.trim().split("\n");
    const clips = lines.slice(0, -1).map((line) => JSON.parse(line) as { file: string; verdict: string });
    // Whether espeak-ng is understood for sure is the model's affair: stored and asked are the same here.
    const found = clips.map(({ file, verdict }) => `${file} ${verdict.replace(/^(stored|asked)_/, "")}`);
    expect(found).toEqual([
      "voices/1.wav right",
      "2.wav right",
      "2.wav wrong",
      "3.wav wrong",
      "quiet.wav refused",
      "quiet.wav refused",
      "quiet.wav refused",
    ]);
    expect(lastLine(run.out)).toMatchObject({
      kind: "summary",
      model: "vg-zh-compact",
      clips: 7,
      all: { clips: 3 },
      bySpeaker: [
        { name: "A", clips: 2 },
        { name: "B", clips: 1 },
      ],
      byNoise: [
        { name: "clean", clips: 1 },
        { name: "20 dB", clips: 2 },
      ],
    });
    const picture = readFileSync(svg, "utf8");
    expect(picture).toContain("7 clips, model vg-zh-compact");
    expect(accuracy(folder, "--json", "--svg", svg).out).toBe(run.out);
    expect(readFileSync(svg, "utf8")).toBe(picture);
  });

  test("as text, of one set, with the files of another folder as the model", () => {
    const model = join(temporaryFolder(), "copy");
    cpSync(join(packageRoot(), "models", "vg-zh-compact"), model, { recursive: true });
    const run = accuracy(folder, "--set", "good", "--model", `${model}/`);
    expect(run.code, run.err).toBe(0);
    expect(run.out).toMatch(
      /copy\/ \(stored from 0\.75, with a name or a unit from 0\.65, with 四\S+ at the end from 0\.86, asked from 0\.2\)/,
    );
    expect(run.out).toMatch(/^all with words +2 /m);
    expect(run.out).not.toContain("silence");
  });

  test("a network that has learnt a voice is judged by limits of its own", () => {
    const run = accuracy(folder, "--set", "silence", "--learnt");
    expect(run.out, run.err).toMatch(
      /\(stored from 0\.88, with a name or a unit from 0\.75, with 四\S+ at the end from 0\.92, asked from 0\.3\)/,
    );
  });

  test("a model that learns no voices has no such limits, and says so", () => {
    const run = accuracy(folder, "--set", "silence", "--learnt", "--language", "en");
    expect(run.code).toBe(2);
    expect(run.err).toMatch(
      /^voicegauge: --learnt: there are no such limits: vg-en-compact learns no voices/,
    );
    expect(run.out).toBe("");
  });

  test("who names a confidence in the configuration names it for every sentence", () => {
    const config = join(temporaryFolder(), "config.toml");
    writeFileSync(config, "[recognition]\nsure = 0.9\n");
    const run = accuracy(folder, "--set", "silence", "--config", config);
    expect(run.out, run.err).toContain("(stored from 0.9, asked from 0.2)");
  });
});

describe("what cannot be measured is one line that says what to do", () => {
  const inFolder = (rows: string): string => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "a.tsv"), rows);
    return folder;
  };
  const twoTables = (): string => {
    const folder = inFolder(head);
    writeFileSync(join(folder, "b.tsv"), head);
    return folder;
  };
  const longClip = (): string => {
    const folder = inFolder(`${head}\nlong.wav\t五\tA\t\t\n`);
    const samples = new Int16Array(16 * 16_000);
    writeFileSync(join(folder, "long.wav"), wavBytes({ samples, sampleRateHz: 16_000 }));
    return folder;
  };
  const notSound = (): string => {
    const folder = inFolder(`${head}\na.tsv\t五\tA\t\t\n`);
    return folder;
  };

  test.each<[string, () => readonly string[], number, RegExp]>([
    ["no folder", () => ["/nonsense"], 1, /cannot read the folder \/nonsense/],
    [
      "no table",
      () => [temporaryFolder()],
      1,
      /has no table: write a \.tsv file with the columns file, said/,
    ],
    ["two tables", () => [twoTables()], 1, /several tables: choose one, --table .*a\.tsv/],
    ["no column", () => [inFolder("file\tsaid\n")], 1, /a\.tsv: line 1: no column speaker, noise/],
    [
      "no file",
      () => [inFolder(`${head}\n1.wav\n2.wav\n`)],
      1,
      /line 2: there is no file .*1\.wav, and 1 files more/,
    ],
    [
      "no set",
      () => [inFolder(`${head}\n1.wav\t\t\t\tx\n`), "--set", "y"],
      2,
      /no clip is of the set y; there are x/,
    ],
    ["a text as sound", () => [notSound()], 1, /a\.tsv is not a WAV file/],
    ["a long sentence", () => [longClip()], 1, /long\.wav lasts 16 s, the device listens for 15 s: cut it/],
    [
      "no model",
      () => [longClip(), "--model", "nope"],
      1,
      /no model is called nope; there are vg-zh-compact/,
    ],
    ["no model folder", () => [longClip(), "--model", "/nonsense/"], 1, /encoder\.onnx is missing or empty/],
    ["no such language", () => [longClip(), "--language", "xx"], 2, /Allowed choices are zh, en/],
  ])("%s", (_name, args, code, words) => {
    const run = accuracy(...args());
    expect(run.err.trim().split("\n")[0]).toMatch(words);
    expect(run).toMatchObject({ code, out: "" });
    expect(run.err).not.toMatch(/^\s+at /m);
  });

  test("a picture that cannot be written", () => {
    const folder = inFolder(`${head}\nquiet.wav\n`);
    const samples = new Int16Array(16_000);
    writeFileSync(join(folder, "quiet.wav"), wavBytes({ samples, sampleRateHz: 16_000 }));
    const run = accuracy(folder, "--svg", "/nonsense/a.svg");
    expect(run.code).toBe(1);
    expect(run.err).toMatch(/cannot write \/nonsense\/a\.svg/);
    expect(existsSync("/nonsense")).toBe(false);
  });
});
