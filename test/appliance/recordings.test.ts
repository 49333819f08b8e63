import { mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { createRecordings } from "../../src/appliance/recordings.js";
import { createVirtualClock } from "../../src/runtime/virtual-clock.js";
import { temporaryFolder } from "../doubles/temporary-store.js";

const hour = 3_600_000;
const start = Date.UTC(2026, 10, 25, 8);

const nameOf = (ageHours: number): string => `${start - ageHours * hour}-1.wav`;

function bench({ onStick = [] as readonly string[], canTellAge = true } = {}) {
  const directory = join(temporaryFolder(), "audio");
  mkdirSync(directory);
  const clock = createVirtualClock(start);
  const outcomes: (string | undefined)[] = [];
  const recordings = createRecordings({
    clock,
    directory,
    longestMs: 24 * hour,
    mostBytes: 5_000,
    onSticks: () => new Set(onStick),
    canTellAge: () => canTellAge,
    onWritten: (problem) => outcomes.push(problem),
  });
  const add = (ageHours: number, bytes = 1_000): string => {
    const name = nameOf(ageHours);
    writeFileSync(join(directory, name), Buffer.alloc(bytes));
    // The time of the record counts, not that of the file, which a copy changes.
    utimesSync(join(directory, name), new Date(), new Date());
    return name;
  };
  return { directory, clock, outcomes, recordings, add, names: () => readdirSync(directory).sort() };
}

test("a recording is written under the name that the record gets", async () => {
  const { recordings, names, outcomes } = bench();
  const name = recordings.keep(7, new Int16Array(160));
  expect(name).toBe(`${start}-7.wav`);
  await vi.waitFor(() => expect(names()).toEqual([name]));
  await vi.waitFor(() => expect(outcomes).toEqual([undefined]));
});

test("what is too old goes; what is not ours stays", async () => {
  const { recordings, add, names, directory } = bench();
  add(25);
  const kept = add(23);
  writeFileSync(join(directory, "notes.txt"), "mine");
  await recordings.prune();
  expect(names()).toEqual([kept, "notes.txt"].sort());
});

test("a clock that has jumped ahead deletes nothing by age; the size still counts", async () => {
  const { recordings, add, names } = bench({ canTellAge: false });
  const yearsOld = [7, 6, 5, 4, 3].map((years) => add(years * 365 * 24));
  await recordings.prune();
  expect(names()).toEqual([...yearsOld].sort());
});

test("what a stick has is known by its name, whatever the clock said when it was spoken", async () => {
  // The clock was a day ahead for one sentence, which a stick has; the five after it, no stick has.
  const { recordings, add, names } = bench({ onStick: [nameOf(-24)] });
  add(-24);
  const notExported = [5, 4, 3, 2, 1].map((age) => add(age));
  await recordings.prune();
  expect(names()).toEqual([...notExported].sort());
});

test("beyond the allowed size the oldest goes, what a stick has before what no stick has", async () => {
  const { recordings, add, names } = bench({ onStick: [nameOf(5), nameOf(4), nameOf(3)] });
  const notExported = [add(2), add(1), add(0.5)];
  const exported = [add(5), add(4), add(3)];
  await recordings.prune();
  expect(names()).toEqual([...notExported, ...exported.slice(1)].sort());
});

test("when no exported one is left, the oldest of the others goes", async () => {
  const { recordings, add, names } = bench();
  const all = [add(6), add(5), add(4), add(3), add(2), add(1)];
  await recordings.prune();
  expect(names()).toEqual(all.slice(1).sort());
});

test("it looks once an hour", async () => {
  const { recordings, add, names, clock } = bench();
  await recordings.prune();
  add(30);
  await recordings.prune();
  expect(names()).toHaveLength(1);
  clock.advance(hour);
  await recordings.prune();
  expect(names()).toHaveLength(0);
});
