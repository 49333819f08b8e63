import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createVirtualClock } from "../../src/runtime/virtual-clock.js";
import { hashOfMedium } from "../../src/stick/medium-hash.js";
import { ownerFile } from "../../src/stick/own-folder.js";
import type { ExportOutcome, MountedStick } from "../../src/stick/stick.js";
import { reportKinds } from "../../src/workbook/workbook.js";
import { benchWallMs, createStickBench, decimal, type StickBench } from "../doubles/stick-bench.js";
import { readCsv } from "../workbook/read-csv.js";
import { readXlsx } from "../workbook/read-xlsx.js";

let bench: StickBench;
let stick: MountedStick;
let folder: string;
const never = new AbortController().signal;

beforeEach(async () => {
  bench = await createStickBench();
  stick = { id: "1234-ABCD", directory: join(bench.folder, "stick") };
  folder = join(stick.directory, "声测", "三号台");
});
afterEach(() => bench.close());

async function exported(exporter = bench.exporter(), to = stick): Promise<ExportOutcome> {
  const outcome = await exporter.exportTo(to, never);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.error));
  return outcome.value;
}

const namesIn = (path: string) => readdirSync(path).sort();
const rowsOf = (name: string) => readCsv(readFileSync(join(folder, name), "utf8")).slice(1);
const day = 86_400_000;
/** The device has been here before. */
const ownsFolder = () => writeFileSync(ownerFile(folder), bench.store.device().deviceId);
/** Direct reads depend on the file system of the temporary folder; medium-hash.test.ts looks closer. */
const anyWay = expect.stringMatching(/^(?:medium|cache)$/) as string;

describe("an export to a stick", () => {
  it("leaves the day's two files, verified on the medium, and nothing else", async () => {
    bench.measure("长度", "12.50");
    bench.measure("长度", "12.51");
    const outcome = await exported();
    expect(outcome).toEqual({
      recordCount: 2,
      files: [join(folder, "2026-11-25_早.xlsx"), join(folder, "2026-11-25_早.csv")],
      readFrom: anyWay,
    });
    expect(namesIn(stick.directory)).toEqual(["声测"]);
    expect(namesIn(folder)).toEqual(["2026-11-25_早.csv", "2026-11-25_早.xlsx"]);
    expect(rowsOf("2026-11-25_早.csv").map((row) => row[6])).toEqual(["12.50", "12.51"]);
    expect(namesIn(bench.scratchDirectory)).toEqual(["deliveries.json"]);
  });

  it("leaves every kind of report that is asked for, and removes what a pulled stick left of any", async () => {
    for (const value of ["12.50", "12.51", "12.49", "12.52", "12.50"]) bench.measure("长度", value);
    await mkdir(folder, { recursive: true });
    ownsFolder();
    for (const kind of reportKinds)
      writeFileSync(join(folder, `.2026-11-20_早.${kind}.unfinished`), "half of a file");
    const outcome = await exported(bench.exporter({ reports: reportKinds }));
    const names = reportKinds.map((kind) => `2026-11-25_早.${kind}`);
    expect(outcome.files).toEqual(names.map((name) => join(folder, name)));
    expect(namesIn(folder)).toEqual([...names].sort());
    const noted = bench.store.exports();
    expect(noted.map(({ fileName }) => fileName).sort()).toEqual([...names].sort());
    expect(noted.at(-1)?.fileName).toBe("2026-11-25_早.xlsx");
    expect((await exported(bench.exporter({ reports: reportKinds }))).files).toEqual([]);
  });

  it("copies the recordings, with links to them from the workbook and the page, and each only once", async () => {
    const audioDirectory = join(bench.folder, "audio");
    await mkdir(audioDirectory);
    writeFileSync(join(audioDirectory, "1-1.wav"), "RIFF of the first");
    writeFileSync(join(audioDirectory, "2-2.wav"), "RIFF of the second");
    bench.measure("长度", "12.50", { audioPath: "1-1.wav" });
    bench.measure("长度", "12.51", { audioPath: "2-2.wav" });
    bench.measure("长度", "12.52", { audioPath: "3-3.wav" });
    const exporter = bench.exporter({ audioDirectory, reports: ["xlsx", "csv", "html"] });
    await exported(exporter);
    const copies = join(folder, "2026-11-25_早_audio");
    expect(namesIn(copies)).toEqual(["1-1.wav", "2-2.wav"]);
    expect(readFileSync(join(copies, "2-2.wav"), "utf8")).toBe("RIFF of the second");
    const book = readXlsx(join(folder, "2026-11-25_早.xlsx"));
    const relations = book.part("xl/worksheets/_rels/sheet1.xml.rels");
    expect([...relations.matchAll(/Target="([^"]*)"/g)].map(([, target]) => decodeURI(target ?? ""))).toEqual(
      ["2026-11-25_早_audio/1-1.wav", "2026-11-25_早_audio/2-2.wav"],
    );
    expect(book.part("xl/worksheets/sheet1.xml")).toMatch(
      /<hyperlinks><hyperlink ref="T2" r:id="rId1"\/><hyperlink ref="T3" r:id="rId2"\/><\/hyperlinks>/,
    );
    expect(book.sheet("记录").get("T4")?.raw).toBe("3-3.wav");
    const page = readFileSync(join(folder, "2026-11-25_早.html"), "utf8");
    expect(page.match(/<a href="2026-11-25_%E6%97%A9_audio\/\d-\d\.wav">/g)).toHaveLength(2);
    // A recording that a stick has stays as it is when the day grows; one that the card has lost stays on the stick.
    const written = statSync(join(copies, "1-1.wav")).mtimeMs;
    await rm(join(audioDirectory, "2-2.wav"));
    bench.measure("长度", "12.53");
    await exported(exporter);
    expect(statSync(join(copies, "1-1.wav")).mtimeMs).toBe(written);
    expect(namesIn(copies)).toEqual(["1-1.wav", "2-2.wav"]);
  });

  it("is noted in the store with the hash of the file, the workbook last", async () => {
    bench.measure("长度", "12.50");
    await exported();
    const hash = (name: string) =>
      createHash("sha256")
        .update(readFileSync(join(folder, name)))
        .digest("hex");
    const noted = { stickId: "1234-ABCD", firstRecordId: 1, lastRecordId: 1, recordCount: 1 };
    expect(bench.store.exports()).toEqual(
      ["2026-11-25_早.csv", "2026-11-25_早.xlsx"].map((fileName) => ({
        ...noted,
        fileName,
        sha256: hash(fileName),
      })),
    );
  });

  it("has nothing to write on a device without records", async () => {
    expect(await exported()).toEqual({ recordCount: 0, files: [], readFrom: anyWay });
    expect(namesIn(folder)).toEqual([]);
  });

  it("keeps one file for a day that grows past a shift, and starts another on the next day", async () => {
    bench.measure("a", "1");
    await exported();
    bench.setWallMs(benchWallMs + day / 2);
    bench.measure("b", "2");
    bench.setWallMs(benchWallMs + day + day / 4);
    bench.measure("c", "3");
    const second = await exported();
    expect(namesIn(folder)).toEqual([
      "2026-11-25_早.csv",
      "2026-11-25_早.xlsx",
      "2026-11-26_中.csv",
      "2026-11-26_中.xlsx",
    ]);
    expect(rowsOf("2026-11-25_早.csv").map((row) => row[2])).toEqual(["a", "b"]);
    expect(second.recordCount).toBe(3);
  });

  it("names files by the shifts of the configuration", async () => {
    bench.measure("a", "1");
    await exported(
      bench.exporter({
        shifts: [
          { name: "夜班", fromHour: 20 },
          { name: "白班", fromHour: 8 },
        ],
      }),
    );
    expect(namesIn(folder)).toEqual(["2026-11-25_白班.csv", "2026-11-25_白班.xlsx"]);
  });

  it("does not mix up days when the clock went back and forth", async () => {
    bench.measure("a", "1");
    bench.setWallMs(benchWallMs - 10 * day);
    bench.measure("old", "2");
    bench.setWallMs(benchWallMs + 60_000);
    bench.measure("b", "3");
    await exported();
    expect(rowsOf("2026-11-25_早.csv").map((row) => row[2])).toEqual(["a", "b"]);
    expect(rowsOf("2026-11-15_早.csv").map((row) => row[2])).toEqual(["old"]);
  });
});

describe("a second insertion", () => {
  it("writes nothing when nothing changed, also after a restart, and tells what the newest file holds", async () => {
    bench.measure("a", "1");
    bench.measure("a", "2");
    await exported();
    const before = statSync(join(folder, "2026-11-25_早.xlsx")).mtimeMs;
    expect(await exported(bench.exporter())).toEqual({ recordCount: 2, files: [], readFrom: anyWay });
    expect(statSync(join(folder, "2026-11-25_早.xlsx")).mtimeMs).toBe(before);
    expect(bench.store.exports()).toHaveLength(2);
  });

  it("writes only the day that changed, the whole day", async () => {
    bench.measure("old", "1");
    bench.setWallMs(benchWallMs + day);
    bench.measure("a", "1");
    await exported();
    bench.measure("b", "2");
    const outcome = await exported();
    expect(outcome.files).toEqual([join(folder, "2026-11-26_早.xlsx"), join(folder, "2026-11-26_早.csv")]);
    expect(outcome.recordCount).toBe(2);
  });

  it("writes an old day again when one of its records was withdrawn or corrected", async () => {
    const old = bench.measure("old", "1");
    const older = bench.measure("old", "2");
    bench.setWallMs(benchWallMs + day);
    bench.measure("a", "1");
    await exported();
    bench.store.withdraw(old.id);
    expect((await exported()).files).toHaveLength(2);
    expect(rowsOf("2026-11-25_早.csv").map((row) => row[15])).toEqual(["已撤销", "有效"]);
    const draft = {
      name: "old",
      value: decimal("3"),
      transcript: "",
      confidence: 1,
      confirmedByQuestion: false,
    };
    bench.store.correct(older.id, draft);
    expect((await exported()).files).toHaveLength(4);
  });

  it("brings back what was deleted from the stick, and leaves alone what the user edited", async () => {
    bench.measure("a", "1");
    await exported();
    writeFileSync(join(folder, "2026-11-25_早.xlsx"), "the user's own remarks");
    expect((await exported()).files).toEqual([]);
    await rm(join(folder, "2026-11-25_早.csv"));
    expect((await exported()).files).toHaveLength(2);
  });

  it("gives another stick everything", async () => {
    bench.measure("a", "1");
    await exported();
    const other = { id: "other", directory: join(bench.folder, "other") };
    await mkdir(other.directory);
    expect((await exported(bench.exporter(), other)).files).toHaveLength(2);
    expect(bench.store.exports().map(({ stickId }) => stickId)).toEqual([
      "1234-ABCD",
      "1234-ABCD",
      "other",
      "other",
    ]);
  });

  it("serves two sticks at the same time", async () => {
    bench.fill(50);
    const other = { id: "other", directory: join(bench.folder, "other") };
    await mkdir(other.directory);
    const exporter = bench.exporter();
    const both = await Promise.all([exported(exporter), exported(exporter, other)]);
    expect(both.map(({ recordCount }) => recordCount)).toEqual([50, 50]);
    expect(await exported(exporter)).toMatchObject({ files: [] });
    expect(await exported(exporter, other)).toMatchObject({ files: [] });
  });

  it("starts from nothing when the memory of the deliveries is damaged", async () => {
    bench.measure("a", "1");
    await exported();
    writeFileSync(join(bench.scratchDirectory, "deliveries.json"), '{"version":1,"sticks":{"1234-ABCD":7}}');
    expect((await exported()).files).toHaveLength(2);
  });

  it("removes what a pulled stick and a power cut left, and nothing of the user's", async () => {
    bench.measure("a", "1");
    await mkdir(join(bench.scratchDirectory, "export-abc123"), { recursive: true });
    await mkdir(join(folder, ".2026-11-24_早.csv.unfinished"), { recursive: true });
    ownsFolder();
    const users = [".profile.unfinished", "2026-11-24_早.xlsx", "notes.txt", ".2026-11-24.doc.unfinished"];
    for (const name of [...users, ".2026-11-25_早.xlsx.unfinished", ".2026-11-23_晚.csv.unfinished"])
      writeFileSync(join(folder, name), name);
    await exported();
    expect(namesIn(folder)).toEqual(
      [...users, ".2026-11-24_早.csv.unfinished", "2026-11-25_早.csv", "2026-11-25_早.xlsx"].sort(),
    );
    for (const name of users) expect(await readFile(join(folder, name), "utf8")).toBe(name);
    expect(existsSync(join(bench.scratchDirectory, "export-abc123"))).toBe(false);
  });
});

describe("an export that goes wrong", () => {
  it("does not believe a medium that gives back something else, and is right at the next try", async () => {
    bench.measure("a", "1");
    let turns = 0;
    const exporter = bench.exporter({
      // The cell of the flash that lost a bit: the file itself is changed, then read for real.
      async hashOfMedium(path, signal) {
        turns += 1;
        if (turns === 2) {
          const bytes = await readFile(path);
          bytes.writeUInt8(bytes.readUInt8(40) ^ 1, 40);
          writeFileSync(path, bytes);
        }
        return hashOfMedium(path, signal);
      },
    });
    expect(await exporter.exportTo(stick, never)).toMatchObject({
      ok: false,
      error: { kind: "verify_failed" },
    });
    expect(namesIn(folder)).toEqual(["2026-11-25_早.csv"]);
    expect((await exported(exporter)).files).toHaveLength(2);
    expect(namesIn(folder)).toHaveLength(2);
  });

  it("says that the stick was pulled when its folder is gone before, during or after the copy", async () => {
    bench.measure("a", "1");
    const gone = { id: "gone", directory: join(bench.folder, "nowhere") };
    expect(await bench.exporter().exportTo(gone, never)).toMatchObject({
      ok: false,
      error: { kind: "pulled" },
    });
    const pull = () => rm(stick.directory, { recursive: true });
    const pulledBefore = bench.exporter({
      workbook: {
        ...bench.workbook,
        async write(request, signal) {
          const report = await bench.workbook.write(request, signal);
          await pull();
          return report;
        },
      },
    });
    expect(await pulledBefore.exportTo(stick, never)).toMatchObject({ ok: false, error: { kind: "pulled" } });
    await mkdir(stick.directory);
    const pulledDuring = bench.exporter({
      async hashOfMedium(path, signal) {
        const hash = await hashOfMedium(path, signal);
        await pull();
        return hash;
      },
    });
    expect(await pulledDuring.exportTo(stick, never)).toMatchObject({ ok: false, error: { kind: "pulled" } });
    expect(bench.store.exports()).toEqual([]);
    await mkdir(stick.directory);
    expect((await exported()).files).toHaveLength(2);
  });

  it("refuses a link or a file in place of its folder and leaves what it leads to alone", async () => {
    bench.measure("a", "1");
    const treasure = join(bench.folder, "treasure");
    await mkdir(treasure);
    symlinkSync(treasure, join(stick.directory, "声测"));
    expect(await bench.exporter().exportTo(stick, never)).toMatchObject({
      ok: false,
      error: { kind: "unsupported" },
    });
    await rm(join(stick.directory, "声测"));
    await mkdir(join(stick.directory, "声测"));
    symlinkSync(treasure, folder);
    expect(await bench.exporter().exportTo(stick, never)).toMatchObject({
      ok: false,
      error: { kind: "unsupported" },
    });
    await rm(folder);
    writeFileSync(folder, "a file");
    expect(await bench.exporter().exportTo(stick, never)).toMatchObject({
      ok: false,
      error: { kind: "unsupported" },
    });
    expect(namesIn(treasure)).toEqual([]);
  });

  it("never writes through a link that has the name of a file or of its temporary one", async () => {
    bench.measure("a", "1");
    await mkdir(folder, { recursive: true });
    ownsFolder();
    const victim = join(bench.folder, "victim");
    writeFileSync(victim, "precious");
    symlinkSync(victim, join(folder, ".2026-11-25_早.csv.unfinished"));
    symlinkSync(victim, join(folder, "2026-11-25_早.xlsx"));
    const outcome = await bench.exporter().exportTo(stick, never);
    expect(outcome).toMatchObject({ ok: false, error: { kind: "unsupported" } });
    expect(await readFile(victim, "utf8")).toBe("precious");
    expect(lstatSync(join(folder, "2026-11-25_早.xlsx")).isSymbolicLink()).toBe(true);
    expect(lstatSync(join(folder, "2026-11-25_早.csv")).isFile()).toBe(true);
  });

  it("stays on the stick whatever the device is called", async () => {
    bench.measure("a", "1");
    await exported(bench.exporter({ deviceName: "../../etc\n/x" }));
    expect(namesIn(stick.directory)).toEqual(["声测"]);
    expect(namesIn(join(stick.directory, "声测"))).toEqual(["._.._etc__x.device", "_.._etc__x"]);
  });

  it("ends at once when it is given up, and leaves nothing half-written", async () => {
    bench.fill(2_000);
    const abort = new AbortController();
    const writing = bench.exporter().exportTo(stick, abort.signal);
    abort.abort();
    expect(await writing).toEqual({ ok: false, error: { kind: "aborted" } });
    expect(existsSync(folder) ? namesIn(folder) : []).toEqual([]);
    expect(namesIn(bench.folder)).not.toContain("day.xlsx");
  });

  it("ends when a file operation on a dead stick never returns: when it is given up, and by its own limit", async () => {
    bench.measure("a", "1");
    const clock = createVirtualClock();
    let onReached: () => void = () => undefined;
    const exporter = bench.exporter({
      clock,
      hashOfMedium: () => {
        onReached();
        return new Promise(() => undefined);
      },
    });
    const begin = async (signal: AbortSignal) => {
      const reached = new Promise<void>((resolve) => {
        onReached = resolve;
      });
      const outcome = exporter.exportTo(stick, signal);
      await reached;
      return { outcome };
    };
    const abort = new AbortController();
    const first = await begin(abort.signal);
    abort.abort();
    expect(await clock.advanceUntil(first.outcome, 10_000)).toEqual({
      ok: false,
      error: { kind: "aborted" },
    });
    const second = await begin(never);
    const outcome = await clock.advanceUntil(second.outcome, 20 * 60_000);
    expect(outcome).toMatchObject({ ok: false, error: { kind: "timed_out" } });
    expect(clock.activeTimers()).toEqual([]);
  });

  it("tells the card's troubles from the stick's", async () => {
    bench.measure("a", "1");
    writeFileSync(bench.scratchDirectory, "a file where the folder belongs");
    expect(await bench.exporter().exportTo(stick, never)).toMatchObject({
      ok: false,
      error: { kind: "card_failed", detail: expect.stringContaining("on the card") as string },
    });
  });
});

describe("a plan on the stick", () => {
  it("is taken over once, with the export", async () => {
    writeFileSync(
      join(stick.directory, "plan.csv"),
      "序号,名称,标称,上偏差,下偏差,单位\r\n1,长度,120.50,0.2,-0.2,mm\r\n",
    );
    expect((await exported()).plan).toEqual({ ok: true, value: { characteristics: 1 } });
    expect(bench.store.plan()).toMatchObject({ version: 1, source: "plan.csv" });
    expect((await exported()).plan).toBeUndefined();
    expect(bench.store.plan()?.version).toBe(1);
  });

  it("changes nothing when a cell of it is wrong, and does not hinder the export", async () => {
    bench.measure("a", "1");
    writeFileSync(join(stick.directory, "plan.csv"), "序号,名称,标称\r\n1,长度,12O.5\r\n");
    const outcome = await exported();
    expect(outcome.files).toHaveLength(2);
    expect(outcome.plan).toMatchObject({
      ok: false,
      error: { problems: [expect.stringContaining("plan.csv C2:")] },
    });
    expect(bench.store.plan()).toBeUndefined();
  });
});
