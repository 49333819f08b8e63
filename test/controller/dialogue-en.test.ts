import { describe, expect, test } from "vitest";
import { decimalToText } from "../../src/language/decimal.js";
import { createDialogueBench } from "../doubles/dialogue-bench.js";
import { temporaryStore } from "../doubles/temporary-store.js";

function bench() {
  const store = temporaryStore();
  return { store, operator: createDialogueBench({ store, language: "en" }) };
}

function benchWithPlan() {
  const store = temporaryStore();
  store.adoptPlan("plan.csv", [
    {
      number: 1,
      name: "length",
      aliases: ["overall length"],
      nominal: { unscaled: 120n, scale: 0 },
      lowerLimit: { unscaled: 1198n, scale: 1 },
      upperLimit: { unscaled: 1205n, scale: 1 },
      unit: "mm",
    },
    { number: 2, name: "width", aliases: [], unit: "mm" },
  ]);
  return { store, operator: createDialogueBench({ store, language: "en" }) };
}

describe("measurements in English", () => {
  test.each([
    [
      "length one hundred twenty point five millimetres",
      "length, one hundred twenty point five millimetres, pass",
    ],
    [
      "length one hundred and twenty one",
      "length, one hundred twenty one millimetres, above the limit by zero point five",
    ],
    [
      "overall length one one nine point seven eight",
      "length, one hundred nineteen point seven eight millimetres, below the limit by zero point zero two",
    ],
    ["one hundred twenty", "length, one hundred twenty millimetres, pass"],
    ["length twelve centimetres", "length, one hundred twenty millimetres, pass"],
    ["inner diameter thirty two point zero five", "inner diameter, thirty two point zero five"],
    [
      "minus zero point zero three",
      "length, minus zero point zero three millimetres, far from nominal, is that right",
    ],
  ])("%s", (said, answer) => {
    const { operator } = benchWithPlan();
    expect(operator.say(said)).toContain(answer);
  });

  test("the stored value is the one that was read back", () => {
    const { store, operator } = bench();
    expect(operator.say("five percent")).toBe("five percent");
    expect(operator.say("double five point five zero")).toBe("fifty five point five zero");
    expect([...store.records()].map(({ value, unit }) => `${decimalToText(value)} ${unit ?? ""}`)).toEqual([
      "5 %",
      "55.50 ",
    ]);
  });
});

describe("what is not sure is asked in English", () => {
  test("two readings: the usual one first, “no” goes on to the other, nothing is stored unasked", () => {
    const { store, operator } = bench();
    expect(operator.say("one twenty")).toBe(
      "that can be read in two ways. one hundred twenty, is that right",
    );
    expect([...store.records()]).toEqual([]);
    expect(operator.answer("yes")).toBe("one hundred twenty");
    expect(operator.say("two or three")).toContain("that is a range");
    expect(operator.answer("cancel")).toBe("nothing recorded");
    expect([...store.records()]).toHaveLength(1);
  });

  test("an unsure, a poor, a quiet and a loud turn", () => {
    const { store, operator } = bench();
    expect(operator.say("width fifty", { band: "unsure" })).toBe("width, fifty, is that right");
    expect(operator.answer("no")).toBe("nothing recorded, say it again");
    operator.say("length five millimetres");
    expect(operator.say("", { level: "too_quiet" })).toBe(
      "I heard nothing, too quiet, come closer, say it again",
    );
    expect(operator.say("", { level: "too_loud" })).toBe("not understood, too loud, move back, say it again");
    expect([...store.records()]).toHaveLength(1);
  });

  test("ordinary words are no number; after the second time it offers digits", () => {
    const { operator } = bench();
    expect(operator.say("friday")).toBe("there was no value, say it again");
    expect(operator.say("friday")).toBe("I heard, friday. Hold the button and say it digit by digit");
  });
});

describe("everything else that can be said in English", () => {
  test("correct, wrong, undo, repeat, digits", () => {
    const { store, operator } = bench();
    operator.say("length one hundred and twenty");
    expect(operator.say("correct one hundred and twenty one")).toBe(
      "corrected, length, one hundred twenty one",
    );
    expect(operator.say("wrong")).toBe("say the correct value");
    expect(operator.say("one hundred and twenty two")).toBe("corrected, length, one hundred twenty two");
    expect(operator.say("repeat")).toBe("length, one hundred twenty two");
    expect(operator.say("digit by digit")).toBe("length, one, two, two");
    expect(operator.say("undo")).toBe("withdrawn, length, one hundred twenty two");
    expect(operator.say("withdraw record one")).toBe("record 1 is already withdrawn or corrected");
    expect([...store.records()].map(({ status }) => status)).toEqual([
      "superseded",
      "superseded",
      "withdrawn",
    ]);
  });

  test("part, batch, inspector, next part, status, help, cancel", () => {
    const { store, operator } = bench();
    expect(operator.say("part number seven seven three")).toBe("part, 7, 7, 3");
    expect(operator.say("batch two zero two six")).toBe("batch, 2, 0, 2, 6");
    expect(operator.say("inspector zero eight")).toBe("inspector, 0, 8");
    operator.say("length five millimetres");
    expect(store.record(1)).toMatchObject({ part: "773", batch: "2026", inspector: "08" });
    expect(operator.say("next part")).toBe("next part");
    expect(operator.say("status")).toBe("1 record today, storage is sufficient, the clock is set");
    expect(operator.say("help")).toContain("Press the button once");
    expect(operator.say("cancel")).toBe("cancelled");
    expect(operator.say("yes")).toBe("there is no question to answer");
  });
});
