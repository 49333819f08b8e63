import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Lesson } from "../../src/enrolment/lesson.js";
import { createVoiceProfiles, type VoiceProfiles } from "../../src/enrolment/voice-profiles.js";

let folder: string;
let profiles: VoiceProfiles;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "voicegauge-voices-"));
  profiles = createVoiceProfiles(join(folder, "voices"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const score = { sentences: 4, right: 4, tokens: 38, errors: 0 };
const lesson = (byte: number): Lesson => ({
  encoder: new Uint8Array(1_000).fill(byte),
  before: { ...score, right: 0, errors: 9 },
  after: score,
  isBetter: true,
});
const base = { model: "vg-zh-compact", sha256: "aa", learntAt: new Date(0) };

test("a voice counts for the model that it was learnt for, and for no other", async () => {
  expect((await profiles.save("08", lesson(1), base)).ok).toBe(true);
  expect(await profiles.encoderOf("08", "aa")).toMatch(/encoder-[0-9a-f]{12}\.onnx$/);
  expect(await profiles.encoderOf("08", "bb")).toBeUndefined();
  expect(await profiles.encoderOf("09", "aa")).toBeUndefined();
});

test("a damaged encoder is not used: native code would end at it", async () => {
  await profiles.save("08", lesson(1), base);
  const path = (await profiles.encoderOf("08", "aa")) ?? "";
  writeFileSync(path, "not an encoder");
  expect(await profiles.encoderOf("08", "aa")).toBeUndefined();
});

test("a voice that is learnt again takes the place of the old one, and leaves one encoder", async () => {
  await profiles.save("08", lesson(1), base);
  const old = await profiles.encoderOf("08", "aa");
  await profiles.save("08", lesson(2), base);
  expect(await profiles.encoderOf("08", "aa")).not.toBe(old);
  const files = readdirSync(join(folder, "voices", "08"));
  expect(files.filter((name) => name.endsWith(".onnx"))).toHaveLength(1);
});

test("what was read is kept sample by sample, with its gaps", async () => {
  const samples = Int16Array.from({ length: 3_200 }, (_, index) => (index * 37) % 4_001);
  expect((await profiles.keepReadings("08", [{ samples, text: "一" }, undefined])).ok).toBe(true);
  expect(await profiles.readingsOf("08", ["一", "二"])).toEqual([{ samples, text: "一" }, undefined]);
  expect(await profiles.readingsOf("09", ["一", "二"])).toBeUndefined();
});

test.each(["../../etc", ".", "..", "张 三", "a/b", "零八"])(
  "the name %j stays inside the folder",
  async (name) => {
    await profiles.save(name, lesson(1), base);
    expect(await profiles.names()).toEqual([name]);
    expect(readdirSync(folder)).toEqual(["voices"]);
    expect(await profiles.encoderOf(name, "aa")).toBeDefined();
    expect(await profiles.remove(name)).toBe(true);
    expect(await profiles.names()).toEqual([]);
  },
);

test("without a place to write, saving fails with the reason and does not throw", async () => {
  writeFileSync(join(folder, "voices"), "a file is in the way");
  const saved = await profiles.save("08", lesson(1), base);
  expect(saved.ok).toBe(false);
});
