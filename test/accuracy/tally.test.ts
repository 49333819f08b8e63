import { expect, test } from "vitest";
import { drawAccuracy } from "../../src/accuracy/accuracy-chart.js";
import { reportLines } from "../../src/accuracy/report-text.js";
import { type Outcome, tally } from "../../src/accuracy/tally.js";
import type { Verdict } from "../../src/accuracy/verdict.js";

function outcome(
  verdict: Verdict,
  more: Partial<Omit<Outcome, "clip">> & Partial<Outcome["clip"]> = {},
): Outcome {
  const { said = "五", speaker = "王", noise = "clean", set = "", ...rest } = more;
  return {
    verdict,
    clip: { said, speaker, noise, set },
    expected: "",
    done: "",
    confidence: 0.5,
    audioMs: 1_000,
    ...rest,
  };
}

const shift = [
  outcome("stored_right", { understoodRight: true, confidence: 0.9 }),
  outcome("stored_right", { understoodRight: true, confidence: 1, noise: "20" }),
  outcome("stored_wrong", { understoodRight: false, confidence: 0.94, speaker: "李" }),
  outcome("asked_wrong", { understoodRight: false, confidence: 0.93, noise: "" }),
  outcome("missed", { confidence: 0.1, speaker: "" }),
  outcome("refused", { said: "", speaker: "", set: "noise", audioMs: 1_800_000 }),
  outcome("stored_wrong", {
    said: "",
    set: "talk",
    understoodRight: false,
    confidence: 0.9,
    audioMs: 1_800_000,
  }),
];

test("clips are counted in all, by speaker and by noise; what nobody said is counted apart", () => {
  const { all, bySpeaker, byNoise, bySet } = tally(shift);
  expect(all).toMatchObject({
    clips: 5,
    counts: { stored_right: 2, stored_wrong: 1, asked_wrong: 1, missed: 1 },
  });
  expect(bySpeaker.map(({ name, clips }) => [name, clips])).toEqual([
    ["王", 3],
    ["李", 1],
  ]);
  expect(byNoise.map(({ name, clips }) => [name, clips])).toEqual([
    ["clean", 3],
    ["20 dB", 1],
  ]);
  expect(bySet).toEqual([]);
});

test("false alarms are told by the hour of sound", () => {
  expect(tally(shift).falseAlarms).toMatchObject([
    { name: "all without words", clips: 2, hours: 1, stored: 1, asked: 0 },
    { name: "noise", clips: 1, hours: 0.5, stored: 0 },
    { name: "talk", clips: 1, hours: 0.5, stored: 1 },
  ]);
  expect(reportLines(tally(shift)).join("\n")).toMatch(/talk +1 +0\.500 +1 \(2\.0 an hour\)/);
});

test("the curve holds what would be stored, in steps of 0.05", () => {
  const { reliability } = tally(shift);
  expect(reliability).toEqual([
    { from: 0.9, to: 0.95, count: 4, right: 1 },
    { from: 0.95, to: 1, count: 1, right: 1 },
  ]);
});

test("the tables stand in columns, Chinese names too", () => {
  const lines = reportLines(tally(shift));
  const [, all = "", , , wang = "", li = ""] = lines;
  expect(all).toMatch(
    /^all with words +5 +2 \(40\.0 %\) +1 \(20\.0 %\) +0 \(0\.0 %\) +1 \(20\.0 %\) +1 \(20\.0 %\)/,
  );
  expect(wang).toMatch(/^王 +3 /);
  expect(wang.length).toBe(li.length);
});

test("shares are of what there was to understand", () => {
  const lines = reportLines(tally([outcome("stored_right"), outcome("missed"), outcome("refused")]));
  expect(lines[1]).toMatch(/^all with words +3 +1 \(50\.0 %\)/);
});

test("no clip, and clips without words only, are no fault", () => {
  expect(reportLines(tally([]))).toEqual([]);
  const quiet = tally([outcome("refused", { said: "" })]);
  expect(reportLines(quiet).join("\n")).not.toMatch(/all with words|confidence/);
});

test("the picture shows each group, the bins and the thresholds", async () => {
  const svg = await drawAccuracy(tally(shift), "A & B", { sure: 0.65, unsure: 0.3 });
  for (const text of [
    "A &amp; B",
    "李 (1)",
    "20 dB (1)",
    "stored from 0.65",
    "asked from 0.3",
    "stored wrong",
  ])
    expect(svg).toContain(text);
  expect(await drawAccuracy(tally([]), "none", { sure: 0.65, unsure: 0.3 })).toContain("none");
});
