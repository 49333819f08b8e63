import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { hostileSticks } from "./hostile-sticks.js";
import type { KernelBench } from "./kernel-bench.js";
import { type KernelMachine, makeKernelMachine, whyNoKernelMachine } from "./kernel-machine.js";
import { bootSeat, type KernelSeat } from "./kernel-seat.js";
import type { Person } from "./person.js";
import { fillStick, makeStick, missingMaker, putOnStick, readStick } from "./stick-images.js";

const reason = whyNoKernelMachine();
if (reason !== undefined)
  console.warn(`skipped: the machine with pins, sound cards and a USB port is not booted: ${reason}`);
/** Whole: the device, and the mark of its folder on this stick. */
const owner = /^[\w-]+\n[0-9a-f-]{36}\n$/;

/** What lies on a stick that was pulled while it was mounted, but for the name of the device that a folder belongs to. */
const reportsOf = (image: string): readonly string[] =>
  [...readStick(image, "mounted").keys()].filter((path) => !path.endsWith(".device"));
/** A machine that shares its processor may stutter, and then a sentence is not understood. */
const secondTry = { timeout: 120_000, retry: 1 };
const noMtools = spawnSync("mcopy", ["--version"]).error === undefined ? undefined : "mtools are missing";

describe.skipIf(reason !== undefined)("a machine with pins, sound cards and a USB port", () => {
  let machine: KernelMachine;
  let bench: KernelBench;
  let person: Person;
  let rows: KernelSeat["rows"];
  let mainPid: KernelSeat["mainPid"];

  beforeAll(async () => {
    machine = makeKernelMachine();
    ({ bench, person, rows, mainPid } = await bootSeat(machine));
  }, 300_000);
  afterAll(async () => {
    await machine.destroy();
    await person.leave();
  }, 60_000);

  // A stick that a failed test left in would be taken for the next one.
  afterEach(() => bench.pull(), 30_000);

  const stickImage = (name: string): string => join(machine.folder, name);

  /** Nothing of a stick is left: no mount, no mount point, no request, no unit. */
  async function expectNoTrace(): Promise<void> {
    const mounts = "findmnt -rno TARGET | grep sticks";
    const files = "ls -A /run/voicegauge/sticks /run/voicegauge/sticks-requests | grep -v '^/.*:$'";
    const units = "systemctl list-units --no-legend --state=active 'voicegauge-stick@*'";
    const look = `{ ${mounts}; ${files}; ${units}; } | grep .`;
    await expect.poll(async () => (await machine.attempt(look)).output, { timeout: 10_000 }).toBe("");
  }

  test("shows on the lamp that it is ready, and that the button was heard", {
    timeout: 120_000,
  }, async () => {
    await person.waitForCalm();
    // Fifty milliseconds every three seconds; a look may come late, and then even miss one.
    const flashes = (await bench.watchLamp(7_000)).filter(Number.isFinite);
    expect(flashes.length).toBeGreaterThanOrEqual(1);
    expect(flashes.length).toBeLessThanOrEqual(3);
    expect(Math.max(...flashes)).toBeLessThan(1_000);
    const from = machine.journal.length;
    await bench.press(250);
    await machine.waitFor("listening", from, ({ event }) => event?.["to"] === "listening", 5_000);
    expect(await bench.watchLamp(2_000)).toEqual([Number.POSITIVE_INFINITY]);
  });

  test("hears a measurement through its sound card, stores it and says it", secondTry, async () => {
    const mark = await person.mark();
    const from = machine.journal.length;
    await person.sayAndConfirm("长度一百二十点五毫米");
    await person.hears(/^长度，一百二十点五毫米/, from);
    expect((await rows()).at(-1)).toMatchObject({ name: "长度", value: "120.5", status: "valid" });
    expect(await person.understood(mark)).toContain("一百二十点五");
  });

  test("says that the microphone is gone while it listens, and that it is back", secondTry, async () => {
    await person.waitForCalm();
    const from = machine.journal.length;
    await bench.press(250);
    await machine.waitFor("listening", from, ({ event }) => event?.["to"] === "listening");
    await bench.card("microphone", false);
    await machine.waitFor("the fault", from, ({ event }) => event?.["code"] === "microphone_lost", 5_000);
    await person.hears(/麦克风断开/, from);
    await bench.card("microphone", true);
    const back = await person.hears(/麦克风恢复/, from, 40_000);
    await person.sayAndConfirm("外径五十毫米");
    await person.hears(/^外径，五十毫米/, back);
    expect((await rows()).at(-1)).toMatchObject({ name: "外径", value: "50", status: "valid" });
  });

  test("writes a workbook to a stick, which lies on it whole", { timeout: 120_000 }, async (context) => {
    context.skip(noMtools !== undefined, noMtools);
    const image = stickImage("good.img");
    makeStick(image, "vfat");
    putOnStick(image, "holiday.txt", Buffer.from("the user's own"));
    const from = machine.journal.length;
    await bench.plug("good.img");
    await person.hears(/正在写入，请勿拔出/, from);
    await person.hears(/条记录，可以拔出/, from, 60_000);
    await expectNoTrace();
    await bench.pull();
    const files = readStick(image);
    expect(String(files.get("holiday.txt"))).toBe("the user's own");
    const written = [...files.keys()].filter((path) => path.startsWith("声测/voicegauge/")).sort();
    expect(written.map((path) => path.split(".").at(-1))).toEqual(["csv", "dfq", "html", "xlsx"]);
    expect(files.size).toBe(written.length + 2);
    expect(String(files.get("声测/.voicegauge.device"))).toMatch(owner);
    const [csv = "", , , xlsx = ""] = written;
    expect(String(files.get(csv))).toMatch(/长度[^\n]*120\.5/);
    writeFileSync(stickImage("book.xlsx"), files.get(xlsx) ?? "");
    const book = spawnSync("unzip", ["-p", stickImage("book.xlsx"), "xl/worksheets/sheet1.xml"], {
      encoding: "utf8",
      timeout: 10_000,
      killSignal: "SIGKILL",
    });
    expect(book.stdout).toContain("120.5");
  });

  test.for(["exfat", "ntfs"] as const)(
    "writes a workbook to %s",
    { timeout: 120_000 },
    async (format, context) => {
      const missing = missingMaker(format);
      context.skip(missing !== undefined, `${missing ?? ""} is missing`);
      makeStick(stickImage(`${format}.img`), format);
      const from = machine.journal.length;
      await bench.plug(`${format}.img`);
      await person.hears(/条记录，可以拔出/, from, 60_000);
      await expectNoTrace();
      await bench.pull();
      // Mounted anew from the image, not by what mounted the stick.
      const driver = format === "ntfs" ? "ntfs3" : format;
      const found = await machine.run(
        `mount -t ${driver} -o ro,loop /mnt/host/${format}.img /mnt/stick --mkdir && cd /mnt/stick && find . -type f -printf '%P %s\\n' && grep -h 长度 声测/*/*.csv; cd /; umount /mnt/stick`,
      );
      expect(found).toMatch(/长度[^\n]*120\.5/);
      for (const kind of ["csv", "dfq", "html", "xlsx"])
        expect(found).toMatch(new RegExp(`声测/.*\\.${kind} [1-9]`));
    },
  );

  test("writes two sticks of one serial number that come at the same moment, one after the other", {
    timeout: 120_000,
  }, async (context) => {
    context.skip(noMtools !== undefined, noMtools);
    const names = ["first.img", "second.img"] as const;
    makeStick(stickImage(names[0]), "vfat");
    copyFileSync(stickImage(names[0]), stickImage(names[1]));
    const from = machine.journal.length;
    await bench.plugTwo(...names);
    const first = await person.hears(/条记录，可以拔出/, from, 60_000);
    await person.hears(/条记录，可以拔出/, first, 60_000);
    await expectNoTrace();
    await bench.pull();
    for (const name of names) {
      const files = readStick(stickImage(name));
      const kinds = [...files.keys()].map((path) => path.split(".").at(-1)).sort();
      expect(kinds).toEqual(["csv", "device", "dfq", "html", "xlsx"]);
      const csv = [...files].find(([path]) => path.endsWith(".csv"))?.[1];
      expect(String(csv)).toMatch(/长度[^\n]*120\.5/);
    }
  });

  test.for([
    ["is full", "vfat", [], /优盘已满/],
    ["may not be written", "vfat", ["ro"], /优盘只读/],
    ["has no file system", "garbage", [], /优盘格式不支持/],
  ] as const)(
    "refuses a stick that %s in words",
    { timeout: 90_000 },
    async ([what, format, how, words], context) => {
      const full = what === "is full";
      context.skip(full && noMtools !== undefined, noMtools);
      const image = stickImage("refused.img");
      makeStick(image, format, 8);
      if (full) fillStick(image, "films.bin", 8 * 1024);
      const before = createHash("sha256").update(readFileSync(image)).digest("hex");
      const pid = await mainPid();
      const from = machine.journal.length;
      await bench.plug("refused.img", ...how);
      await person.hears(words, from, 40_000);
      // What was mounted is unmounted again, so that it can be pulled without harm.
      if (format === "vfat") await person.hears(/优盘可以拔出/, from, 60_000);
      await expectNoTrace();
      await bench.pull();
      expect(await mainPid()).toBe(pid);
      if (full) expect(reportsOf(image)).toEqual(["films.bin"]);
      else expect(createHash("sha256").update(readFileSync(image)).digest("hex")).toBe(before);
    },
  );

  test("says that a stick was pulled too early, and writes it whole when it is back", {
    timeout: 120_000,
  }, async (context) => {
    context.skip(noMtools !== undefined, noMtools);
    const image = stickImage("pulled.img");
    makeStick(image, "vfat");
    const from = machine.journal.length;
    await bench.plug("pulled.img", "slow");
    // Without a child process: a machine with one processor has better to do.
    await machine.run(
      "exec {never}<> <(:); for i in {1..400}; do compgen -G '/run/voicegauge/sticks/*/声测/*/.*.unfinished' && exit; read -r -t 0.05 -u $never _; done; exit 1",
    );
    await bench.pull();
    await person.hears(/优盘被提前拔出，数据仍在机器里/, from, 40_000);
    await expectNoTrace();
    // No report is begun before the stick tells, whole, whose folder it is: FAT has a name before it has its content.
    expect(String(readStick(image, "mounted").get("声测/.voicegauge.device"))).toMatch(owner);
    const again = machine.journal.length;
    await bench.plug("pulled.img");
    await person.hears(/条记录，可以拔出/, again, 60_000);
    await expectNoTrace();
    await bench.pull();
    const reports = reportsOf(image).map((path) => path.replace(/^声测\/voicegauge\/[^.]+\./u, ""));
    expect([...reports].sort()).toEqual(["csv", "dfq", "html", "xlsx"]);
  });

  test.for(hostileSticks)(
    "refuses a plan that $what, and nothing else happens",
    {
      timeout: 150_000,
    },
    async (hostile, context) => {
      const missing = missingMaker(hostile.format) ?? noMtools;
      context.skip(missing !== undefined, missing);
      await hostile.make(stickImage("hostile.img"), machine);
      const before = { pid: await mainPid(), rows: await rows() };
      const from = machine.journal.length;
      await bench.plug("hostile.img");
      await person.hears(/检验计划有.*处错误，没有采用/, from, 60_000);
      await person.hears(/条记录，可以拔出/, from, 60_000);
      await expectNoTrace();
      await bench.pull();
      expect({ pid: await mainPid(), rows: await rows() }).toEqual(before);
    },
  );

  test("has everything that it confirmed after the power was cut", { timeout: 180_000 }, async () => {
    const from = machine.journal.length;
    await person.sayAndConfirm("高度五十五毫米");
    await person.hears(/^高度，五十五毫米/, from);
    const confirmed = await rows();
    await machine.cutPower();
    await person.leave();
    ({ bench, person, rows, mainPid } = await bootSeat(machine));
    expect(await rows()).toEqual(confirmed);
    expect(confirmed.at(-1)).toMatchObject({ name: "高度", value: "55", status: "valid" });
  });

  test("goes off after nine seconds on the button", { timeout: 120_000 }, async () => {
    await person.waitForCalm();
    const from = machine.journal.length;
    await bench.press(9_500);
    await person.hears(/可以断电/, from);
    expect(await machine.isOffWithin(40_000)).toBe(true);
  });
});
