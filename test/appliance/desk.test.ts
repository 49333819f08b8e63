import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { durationMs } from "../../src/audio/pcm.js";
import { readWavFile } from "../../src/audio/wav.js";
import { decimalToText } from "../../src/language/decimal.js";
import { compiledModulePath } from "../../src/runtime/compiled-module.js";
import { temporaryFolder, temporaryStore } from "../doubles/temporary-store.js";

const main = compiledModulePath("main.js");

/** Runs a desk; `onLine` sees each line as it is printed. */
async function desk(
  args: readonly string[],
  onLine: (line: string, kill: () => void) => void = () => undefined,
) {
  const child = spawn(process.execPath, [main, "desk", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const lines: string[] = [];
  let complaints = "";
  child.stderr.on("data", (bytes: Buffer) => (complaints += bytes.toString()));
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    onLine(line, () => child.kill("SIGKILL"));
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return { code: child.exitCode, lines, complaints };
}

test("the whole job on real sound: spoken, recognised, stored, read back, exported", {
  timeout: 240_000,
}, async () => {
  const state = join(temporaryFolder(), "a folder with spaces");
  const run = await desk(["--state", state]);
  expect(run.code, `${run.complaints}\n${run.lines.join("\n")}`).toBe(0);

  const store = temporaryStore(state);
  const rows = [...store.records()].map(({ name, value, unit, status }) => [
    name,
    decimalToText(value),
    unit,
    status,
  ]);
  expect(rows).toEqual([
    ["长度", "120.5", "mm", "valid"],
    ["内径", "32.05", "mm", "valid"],
    [undefined, "-0.03", "mm", "superseded"],
    [undefined, "0.05", "mm", "valid"],
    ["外径", "50", "mm", "withdrawn"],
    ["高度", "55.55", "mm", "valid"],
  ]);

  const folder = join(state, "stick", "声测", "voicegauge");
  const files = readdirSync(folder);
  expect(files.filter((name) => name.endsWith(".xlsx"))).toHaveLength(1);
  const csv = readFileSync(join(folder, files.find((name) => name.endsWith(".csv")) ?? ""), "utf8");
  const cells = csv
    .trim()
    .split("\r\n")
    .slice(1)
    .map((line) => line.split(","));
  expect(cells.map((row) => [row[2], row[6], row[7]])).toEqual(
    rows.map(([name, value, unit]) => [name ?? "", value, unit]),
  );
  expect(store.exports().length).toBeGreaterThan(0);
  expect(run.lines).toContain("device     六条记录，可以拔出");
  expect(run.lines.some((line) => line.startsWith("workbook:"))).toBe(true);

  const readBack = await readWavFile(join(state, "read-back.wav"));
  if (!readBack.ok) throw new Error(readBack.error.detail);
  expect(durationMs(readBack.value)).toBeGreaterThan(20_000);
});

test("the same job in English, by the model of that language", { timeout: 240_000 }, async () => {
  const state = temporaryFolder();
  const run = await desk(["--language", "en", "--state", state]);
  expect(run.code, `${run.complaints}\n${run.lines.join("\n")}`).toBe(0);
  const rows = [...temporaryStore(state).records()].map(({ name, value, unit, status }) => [
    name,
    decimalToText(value),
    unit,
    status,
  ]);
  expect(rows, run.lines.join("\n")).toEqual([
    ["length", "120.5", "mm", "valid"],
    ["inner diameter", "32.05", "mm", "valid"],
    [undefined, "-0.03", "mm", "superseded"],
    [undefined, "0.05", "mm", "valid"],
    ["outer diameter", "50", "mm", "withdrawn"],
    ["height", "55.55", "mm", "valid"],
  ]);
  expect(run.lines).toContain("device     6 records, you may unplug");
});

test("killed between commit and speech: the record is there, once, after the restart", {
  timeout: 120_000,
}, async () => {
  const state = temporaryFolder();
  let isStored = false;
  const run = await desk(["--state", state], (line, kill) => {
    // The words are printed when the speech is ordered, which is after the commit and before its first sample.
    if (line.startsWith("device     长度") && !line.endsWith("是吗")) {
      isStored = true;
      kill();
    }
  });
  expect(run.code).toBeNull();
  expect(isStored).toBe(true);
  const again = temporaryStore(state);
  expect([...again.records()].map(({ name, value }) => [name, decimalToText(value)])).toEqual([
    ["长度", "120.5"],
  ]);
});

test("a recording that is given is what is understood, and what was asked and not answered is not stored", {
  timeout: 120_000,
}, async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "state"));
  const wav = join(folder, "words.wav");
  const say = spawn(process.execPath, [main, "say", "宽度八十点零二毫米", "-o", wav], { stdio: "ignore" });
  await once(say, "exit");
  const run = await desk(["--state", join(folder, "state"), "--say", wav]);
  const asked = run.lines.some((line) => line.endsWith("是吗"));
  const heard = run.lines.find((line) => line.startsWith("recogniser"));
  expect(heard).toContain("宽度八十点零二毫米");
  const rows = [...temporaryStore(join(folder, "state")).records()].map(({ value }) => decimalToText(value));
  expect(rows).toEqual(asked ? [] : ["80.02"]);
  expect(existsSync(join(folder, "state", "read-back.wav"))).toBe(true);
});
