import { expect, test } from "vitest";
import { reduce } from "../../src/controller/machine.js";
import { runSeeds, shares } from "../../src/simulation/run-seeds.js";
import type { Reducer } from "../../src/simulation/shift.js";

test("every seed of a range is run and told, in order", () => {
  const outcomes = [...runSeeds({ first: 7, count: 3 })];
  expect(outcomes.map(({ report }) => report.seed)).toEqual([7, 8, 9]);
  expect(outcomes.map(({ problem }) => problem)).toEqual([undefined, undefined, undefined]);
});

test("the first seed that breaks a rule ends the range and says how to replay it", () => {
  const deaf: Reducer = (state, event) =>
    event.kind === "gesture" && event.gesture === "press" ? { state, commands: [] } : reduce(state, event);
  const outcomes = [...runSeeds({ first: 7, count: 3 }, deaf)];
  expect(outcomes).toHaveLength(1);
  expect(outcomes[0]?.problem).toMatch(/^seed 7: a press in ready does not show/);
  expect(outcomes[0]?.problem).toContain("replay with: voicegauge simulate --seed 7 --shifts 1");
});

test("a controller that remembers what it may not is told by its second run", () => {
  let events = 0;
  // Now and then it ticks once more than the state asks for: no rule is broken, but no two runs are alike.
  const remembering: Reducer = (state, event) => {
    events += 1;
    const step = reduce(state, event);
    return events % 101 === 0 ? { ...step, commands: [...step.commands, { kind: "tick" }] } : step;
  };
  expect([...runSeeds({ first: 1, count: 50 }, remembering)].at(-1)?.problem).toMatch(
    /it ran differently the second time/,
  );
});

test.each([
  [10, 3],
  [2, 4],
  [1, 1],
])("%i seeds in %i shares are each in one", (count, parts) => {
  const seeds = shares({ first: 5, count }, parts).flatMap((share) =>
    Array.from({ length: share.count }, (_, at) => share.first + at),
  );
  expect(seeds).toEqual(Array.from({ length: count }, (_, at) => 5 + at));
});
