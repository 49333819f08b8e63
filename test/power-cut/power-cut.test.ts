import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compiledModulePath } from "../../src/runtime/compiled-module.js";
import { createRandom } from "../../src/simulation/random.js";
import { findDamage } from "../../src/store/find-damage.js";
import { migrate } from "../../src/store/migrations.js";
import { databaseFile, openOrRecover } from "../../src/store/recover.js";
import { temporaryFolder } from "../doubles/temporary-store.js";
import { leaveOldState } from "../upgrade/old-release.js";
import { diskAfter, putDisk, type Survival, survivals } from "./disk.js";
import { type FileEvent, readTrace, tracedCalls } from "./trace.js";

/** Cuts of each survival; VOICEGAUGE_CUTS asks for more. */
const cuts = Number(process.env["VOICEGAUGE_CUTS"] ?? 200);

const probe = spawnSync("strace", ["-f", "-o", "/dev/null", "true"]);
const canTrace = probe.status === 0;
if (!canTrace)
  console.warn(
    `skipped: no power is cut here, since strace does not run (${probe.error?.message ?? probe.stderr.toString().trim()}); apt-get install strace`,
  );

interface Shift {
  readonly events: readonly FileEvent[];
  readonly state: string;
  readonly stick: string;
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A shift as it is, or broken on purpose; one that begins with the first start after an upgrade. */
function workAShift(sabotage = "", isUpgrade = false): Shift {
  const folder = mkdtempSync(join(tmpdir(), "voicegauge-cut-"));
  folders.push(folder);
  const [state, stick, log] = [join(folder, "state"), join(folder, "stick"), join(folder, "trace")];
  mkdirSync(state);
  mkdirSync(stick);
  mkdirSync(`${state}-careless`);
  const old = join(folder, "old");
  if (isUpgrade) leaveOldState(old, "stick");
  const dist = dirname(compiledModulePath("main.js"));
  const script = join(import.meta.dirname, "scenario.mjs");
  const traced = spawnSync(
    "strace",
    ["-f", "-y", "-xx", "-s", "4194304", "-e", `trace=${tracedCalls}`, "-o", log].concat([
      process.execPath,
      script,
      dist,
      state,
      stick,
      sabotage,
      isUpgrade ? join(old, databaseFile) : "",
    ]),
    { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  );
  if (traced.status !== 0) throw new Error(`the shift failed: ${traced.stderr}`);
  return { events: readTrace(log, [state, stick]), state, stick };
}

type Claim =
  | { readonly id: number; readonly value: string; readonly status: "valid" | "withdrawn" | "superseded" }
  | { readonly file: string; readonly sha256: string };

/** What the shift had confirmed; of records and files the newest word counts. */
function confirmedBy(events: readonly FileEvent[]): readonly Claim[] {
  const newest = new Map<string, Claim>();
  for (const event of events) {
    if (event.kind !== "say") continue;
    for (const line of event.text.split("\n")) {
      const said = /^CONFIRMED (.*)$/.exec(line)?.[1];
      if (said === undefined) continue;
      const claim = JSON.parse(said) as Claim;
      newest.set("file" in claim ? claim.file : `record ${claim.id}`, claim);
    }
  }
  return [...newest.values()];
}

/** Starts on what a cut after `count` events has left; the first thing that was confirmed and is not so. */
async function lostAfter(
  shift: Shift,
  count: number,
  survival: Survival,
  seed: number,
): Promise<string | undefined> {
  const before = shift.events.slice(0, count);
  const disk = diskAfter(before, survival, createRandom(seed));
  const folder = temporaryFolder();
  try {
    const state = join(folder, "state");
    mkdirSync(state);
    putDisk(disk, shift.state, state);
    const opened = await openOrRecover(state, "stamp");
    if (!opened.ok) return `the database does not open: ${opened.error.detail}`;
    const { database, outcome } = opened.value;
    try {
      if (outcome.kind !== "opened") return `the database is damaged (${outcome.kind})`;
      const damage = findDamage(database, "whole");
      if (damage !== undefined) return damage;
      // Where a migration was cut it goes on.
      try {
        migrate(database);
      } catch (thrown) {
        return `it cannot be migrated: ${String(thrown)}`;
      }
      const uncounted = database
        .prepare("SELECT count(*) - (SELECT coalesce(sum(records), 0) FROM quarters) FROM records")
        .pluck()
        .get();
      if (uncounted !== 0) return `${String(uncounted)} records are not counted`;
      const claims = confirmedBy(before);
      const isThere = claims.some((claim) => "id" in claim);
      const select = isThere
        ? database.prepare<[number], { readonly value: string; readonly status: string }>(
            "SELECT replace(value, '.', '') AS value, status FROM records WHERE id = ?",
          )
        : undefined;
      for (const claim of claims) {
        if ("file" in claim) {
          // A later export may be taking its place: then the name stands for the whole new file.
          const bytes = disk.get(claim.file);
          if (bytes === undefined) return `${claim.file} is gone`;
          if (!wholeVersions(shift, claim.file).has(sha256Of(bytes))) return `${claim.file} is not whole`;
          continue;
        }
        const row = select?.get(claim.id);
        const isLaterChange = row?.status === "withdrawn" && claim.status === "valid";
        if (row?.value !== claim.value || (row.status !== claim.status && !isLaterChange))
          return `record ${claim.id} was confirmed as ${claim.value}, ${claim.status}; there is ${JSON.stringify(row)}`;
      }
    } finally {
      database.close();
    }
    for (const [path, bytes] of disk) {
      const isReport =
        path.startsWith(`${shift.stick}/`) && !path.includes(".unfinished") && !path.endsWith(".part");
      // Whose folder it is: half of a name would be another device's.
      const isWhole = path.endsWith(".device")
        ? /^[\w-]+\n[0-9a-f-]{36}\n$/.test(bytes.toString("utf8"))
        : wholeVersions(shift, path).has(sha256Of(bytes));
      if (isReport && !isWhole) return `${path} is on the stick and not whole`;
    }
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const versions = new WeakMap<Shift, ReadonlyMap<string, ReadonlySet<string>>>();

/** Hashes of every whole content that a file was confirmed with. */
function wholeVersions(shift: Shift, path: string): ReadonlySet<string> {
  let known = versions.get(shift);
  if (known === undefined) {
    const all = new Map<string, Set<string>>();
    for (let end = 1; end <= shift.events.length; end += 1) {
      const event = shift.events[end - 1];
      if (event?.kind !== "say") continue;
      for (const claim of confirmedBy([event]))
        if ("file" in claim) all.set(claim.file, (all.get(claim.file) ?? new Set()).add(claim.sha256));
    }
    known = all;
    versions.set(shift, known);
  }
  return known.get(path) ?? new Set();
}

function sha256Of(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Places for cuts: after flushes and confirmations, where promises change, and between. */
function placesFor(shift: Shift, seed: number): readonly number[] {
  const random = createRandom(seed);
  const telling = shift.events.flatMap(({ kind }, at) =>
    kind === "sync" || kind === "say" || kind === "rename" ? [at, at + 1] : [],
  );
  return Array.from({ length: cuts }, () =>
    random.chance(0.7) ? (telling[random.below(telling.length)] ?? 0) : random.below(shift.events.length + 1),
  );
}

async function firstLoss(shift: Shift): Promise<string | undefined> {
  for (const survival of survivals) {
    for (const [index, place] of placesFor(shift, 7).entries()) {
      const loss = await lostAfter(shift, place, survival, index);
      if (loss !== undefined)
        return `cut after event ${place} of ${shift.events.length}, ${survival} survives: ${loss}`;
    }
  }
  return undefined;
}

describe.skipIf(!canTrace)("a power cut at any moment", () => {
  let shift: Shift;
  beforeAll(() => {
    shift = workAShift();
  }, 120_000);

  test("is cut in a trace that holds the whole shift", async () => {
    const claims = confirmedBy(shift.events);
    expect(claims.filter((claim) => "id" in claim)).toHaveLength(16);
    expect(claims.filter((claim) => "file" in claim)).toHaveLength(4);
    expect(await lostAfter(shift, shift.events.length, "none", 1)).toBeUndefined();
  });

  test(`loses nothing that was confirmed: ${cuts} cuts with nothing, everything, and some of the rest`, {
    timeout: 1_200_000,
  }, async () => {
    expect(await firstLoss(shift)).toBeUndefined();
  });
});

describe.skipIf(!canTrace)("a power cut at any moment of the first start after an upgrade", () => {
  test(`loses nothing of the release before, nor what came then: ${cuts} cuts with nothing, everything, and some of the rest`, {
    timeout: 1_200_000,
  }, async () => {
    const shift = workAShift("", true);
    const claims = confirmedBy(shift.events);
    expect(claims.filter((claim) => "id" in claim)).toHaveLength(20);
    expect(claims.filter((claim) => "file" in claim)).toHaveLength(1);
    expect(await lostAfter(shift, shift.events.length, "none", 1)).toBeUndefined();
    expect(await firstLoss(shift)).toBeUndefined();
  });

  test("a migration without a transaction is caught", { timeout: 600_000 }, async () => {
    expect(await firstLoss(workAShift("unsafe", true))).toMatch(/cannot be migrated/);
  });
});

describe.skipIf(!canTrace)("a device that is broken on purpose is caught by a power cut", () => {
  test.each([
    ["commits that are not flushed (synchronous=NORMAL)", "normal", /record \d+ was confirmed/],
    ["a confirmation before the commit", "early", /record \d+ was confirmed/],
    ["files on the stick that are not flushed", "careless", /is gone|is not whole/],
  ])("%s", { timeout: 600_000 }, async (_name, sabotage, loss) => {
    expect(await firstLoss(workAShift(sabotage))).toMatch(loss);
  });
});
