import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { captureRateHz, type Pcm } from "../../src/audio/pcm.js";
import { resamplePcm } from "../../src/audio/resample.js";
import { writeWavFile } from "../../src/audio/wav.js";
import { composeVoiceSchool } from "../../src/compose-enrolment.js";
import { composeRecognizer } from "../../src/compose-parts.js";
import { transcribe } from "../../src/recognition/transcribe.js";
import { createSystemClock } from "../../src/runtime/clock.js";
import { compiledModulePath } from "../../src/runtime/compiled-module.js";
import { defaultConfiguration } from "../../src/service/configuration.js";
import { createEspeakVoice } from "../../src/voice/espeak-voice.js";
import { readingPrompts } from "../../src/wording/reading-prompts.js";

const folder = mkdtempSync(join(tmpdir(), "voicegauge-enrol-"));
const [readings, state] = [join(folder, "readings"), join(folder, "state")];
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const signal = new AbortController().signal;
const voice = createEspeakVoice({
  clock: createSystemClock(),
  language: "zh",
  wordsPerMinute: 110,
  volume: 0.8,
  variant: "+klatt3",
});

/** Somebody with a throat as nobody has in the training: as a recording that is played too fast. */
async function strangeVoice(text: string): Promise<Pcm> {
  const sound = await voice.synthesize(text, signal);
  if (!sound.ok) throw new Error("espeak-ng is needed");
  return resamplePcm({ samples: sound.value.samples, sampleRateHz: captureRateHz * 1.5 }, captureRateHz);
}

/** The command as a person would run it. */
async function enrol(...args: readonly string[]) {
  const command = [compiledModulePath("main.js"), "enrol", ...args, "--state", state];
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, command, { timeout: 600_000 });
    return { code: 0, stdout, stderr };
  } catch (thrown) {
    const { code, stdout, stderr } = thrown as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

interface Score {
  readonly right: number;
  readonly errors: number;
  readonly sentences: number;
}

describe("a voice that the model does not understand", () => {
  let outcome: { readonly before: Score; readonly after: Score; readonly kept: boolean };

  beforeAll(async () => {
    const { mkdir } = await import("node:fs/promises");
    await mkdir(readings, { recursive: true });
    for (const [index, { text }] of readingPrompts.entries())
      await writeWavFile(
        join(readings, `${String(index + 1).padStart(2, "0")}.wav`),
        await strangeVoice(text),
      );
    const { stdout } = await enrol("08", "--from", readings, "--json");
    outcome = JSON.parse(stdout) as typeof outcome;
  }, 600_000);

  test("is learnt from twenty sentences, as the four that were held back show", () => {
    expect(outcome.before.errors).toBeGreaterThan(4);
    expect(outcome.after.errors).toBeLessThan(outcome.before.errors / 2);
    expect(outcome.kept).toBe(true);
  });

  test("is understood by the running recogniser from the moment on that its owner is the inspector", async () => {
    let inspector: string | undefined;
    const composed = await composeRecognizer(defaultConfiguration, (model) =>
      inspector === undefined
        ? Promise.resolve(undefined)
        : composeVoiceSchool(state, model).encoderOf(inspector),
    );
    if (!composed.ok) throw new Error(composed.error.detail);
    const { recognizer } = composed.value;
    /** How many of some sentences that were never read are understood without an error. */
    async function understood(): Promise<number> {
      let right = 0;
      for (const text of [
        "内径六十二点五毫米",
        "高度一百九十三点零七毫米",
        "负一点八四",
        "外径三百零五毫米",
      ]) {
        const heard = await transcribe(recognizer, await strangeVoice(text));
        if (heard.ok && heard.value.text === text) right += 1;
      }
      return right;
    }
    try {
      expect((await recognizer.start(signal)).ok).toBe(true);
      const before = await understood();
      inspector = "08";
      recognizer.refresh();
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      expect(await understood()).toBeGreaterThan(before);
      inspector = "09";
      recognizer.refresh();
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      expect(await understood()).toBe(before);
    } finally {
      await recognizer.close();
    }
  }, 60_000);

  test("is listed, and is gone with its recordings when it is deleted", async () => {
    expect((await enrol("--list")).stdout).toMatch(/^08 .*vg-zh-compact/);
    expect((await enrol("08", "--delete")).code).toBe(0);
    expect((await enrol("--list")).stdout).toBe("");
    const again = await enrol("08", "--again");
    expect(again.code).toBe(1);
    expect(again.stderr).toMatch(/nothing that 08 has read is kept/);
  });
});

test.each([
  [["08", "--from", "/nowhere"], 1, /01\.wav/],
  [["08"], 2, /学习我的声音/],
  [[], 2, /name the inspector/],
  [["99", "--delete"], 1, /no voice of 99/],
])("enrol %j says what is missing", async (args, code, words) => {
  const outcome = await enrol(...args);
  expect(outcome.code).toBe(code);
  expect(outcome.stderr).toMatch(words);
});
