import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JournalLine } from "./journal.js";
import { type KernelMachine, makeKernelMachine, whyNoKernelMachine } from "./kernel-machine.js";
import { bootSeat, type KernelSeat } from "./kernel-seat.js";

const reason = whyNoKernelMachine();
if (reason !== undefined) console.warn(`skipped: the machine whose parts fail is not booted: ${reason}`);
/** A machine that shares its processor may stutter, and then a sentence is not understood. */
const secondTry = { timeout: 150_000, retry: 1 };

/** As one sets it for a contact as worn as this one: a machine that shares its processor draws bounces out. */
const debounceMs = 90;
/** Well below it: a longer one may be a press of its own, and rightly so. */
const longestBounceMs = 60;

const settings = "/etc/voicegauge/config.toml";
const state = "/var/lib/voicegauge";
const card = "/run/bench-card";

describe.skipIf(reason !== undefined)("a machine whose button and card fail", () => {
  let machine: KernelMachine;
  let seat: KernelSeat;

  beforeAll(async () => {
    machine = makeKernelMachine();
    seat = await bootSeat(machine);
  }, 300_000);
  afterAll(async () => {
    await machine.destroy();
    await seat.person.leave();
  }, 60_000);

  /** The service sees a bind mount of it: what is read-only is then the file system, not the mount. */
  async function insertCard(): Promise<void> {
    await machine.run(
      `mount -o loop,errors=remount-ro /mnt/host/card.img ${card} && mount --bind ${card} ${state}`,
    );
  }

  async function service(verb: "stop" | "start"): Promise<void> {
    await machine.run(`systemctl ${verb} voicegauge`, 60_000);
  }

  /** Presses once by a worn contact, as often as the machine needs to bounce in time; the place in the journal before. */
  async function pressByWornContact(): Promise<number> {
    const { bench, person } = seat;
    const tookMs: number[] = [];
    while (tookMs.length < 6) {
      await person.waitForCalm();
      const from = machine.journal.length;
      const longestMs = await bench.bounce(250);
      if (longestMs <= longestBounceMs) return from;
      tookMs.push(longestMs);
    }
    throw new Error(`the machine stutters: no bounce is short, but ${tookMs.join(", ")} ms`);
  }

  test("takes a press of a worn contact for one press", { timeout: 240_000 }, async () => {
    const { person } = seat;
    await machine.run(`printf '[button]\\ndebounce_ms = ${debounceMs}\\n' >> ${settings}`);
    const restarted = machine.journal.length;
    await service("stop");
    await service("start");
    await person.hears(/声测就绪/, restarted, 60_000);
    const from = await pressByWornContact();
    const heard = await person.hears(/没有听到声音/, from, 40_000);
    const turns = machine.journal.slice(from, heard).filter(({ event }) => event?.["to"] === "listening");
    expect(turns).toHaveLength(1);
  });

  test("starts with a card that cannot be written, a button that is down and no microphone, and recovers from each", {
    timeout: 240_000,
  }, async () => {
    const { bench, person, over, isRefused, lampShowsFault } = seat;
    execFileSync("mkfs.ext4", ["-q", "-m", "0", join(machine.folder, "card.img"), "96M"], {
      timeout: 60_000,
    });
    await service("stop");
    await machine.run(`printf '[storage]\\nwarn_mb = 20\\nrefuse_mb = 10\\n' >> ${settings}`);
    await machine.run(`mkdir -p ${card}`);
    await insertCard();
    await machine.run(`chown voicegauge: ${card} && chmod 755 ${card} && mount -o remount,ro ${card}`);
    await bench.hold(true);
    await bench.card("microphone", false);
    const from = machine.journal.length;
    await service("start");
    for (const words of [/存储故障，不能记录/, /按钮卡住/, /麦克风断开/])
      await person.hears(words, from, 60_000);
    await person.hears(/声测就绪/, from, 60_000);
    await lampShowsFault();
    // A press of that length would have switched it off.
    expect(machine.journal.slice(from).some(({ text }) => text.includes("松开取消"))).toBe(false);
    expect(await machine.run("systemctl show -p NRestarts --value voicegauge")).toBe("0\n");
    await bench.hold(false);
    await over("button_stuck", from);
    await bench.card("microphone", true);
    await over("microphone_lost", from);
    await isRefused(/存储故障，不能记录/);
    await machine.run(`mount -o remount,rw ${card}`);
    await person.hears(/存储恢复/, from, 60_000);
  });

  test(
    "refuses a value aloud while the card is full, and takes it when there is room again",
    secondTry,
    async () => {
      const { person, standing, isRefused, measures, rows, faultsStanding } = seat;
      // A first try may have left it full.
      await machine.run(`rm -f ${state}/films.bin`);
      await expect.poll(faultsStanding, { timeout: 60_000 }).not.toContain("card_full");
      await person.waitForCalm();
      const before = await rows();
      await machine.attempt(`dd if=/dev/zero of=${state}/films.bin bs=1M`);
      const from = machine.journal.length;
      // By the next look at the card at the latest.
      await standing("card_full", from, 60_000);
      await person.hears(/存储已满，不能记录/, from);
      await isRefused(/存储已满，不能记录/);
      expect(await rows()).toEqual(before);
      await machine.run(`rm ${state}/films.bin`);
      await person.hears(/可以继续记录/, from, 60_000);
      await measures("外径", "五十", "50");
    },
  );

  test("confirms nothing that a failing card does not take, and has all that it confirmed", {
    timeout: 180_000,
  }, async () => {
    const { person, rows } = seat;
    await person.waitForCalm();
    const confirmed = await rows();
    expect(confirmed).not.toEqual([]);
    const from = machine.journal.length;
    await machine.run(`echo 1 > /sys/fs/ext4/$(basename $(findmnt -no SOURCE ${card}))/trigger_fs_error`);
    await person.sayAndConfirm("高度五十五毫米");
    await person.hears(/没有记录。存储故障，不能记录/, from);
    const isStored = ({ topic, event }: JournalLine): boolean =>
      topic === "measurement" && event?.["kind"] === "stored";
    expect(machine.journal.slice(from).some(isStored)).toBe(false);
    await service("stop");
    await machine.run(`umount ${state} ${card}`);
    await insertCard();
    const again = machine.journal.length;
    await service("start");
    await person.hears(/声测就绪/, again, 60_000);
    expect(await rows()).toEqual(confirmed);
  });

  test("goes off though nobody lets go of the button", { timeout: 120_000 }, async () => {
    const { bench, person } = seat;
    await person.waitForCalm();
    const from = machine.journal.length;
    await bench.hold(true);
    await person.hears(/可以断电/, from, 40_000);
    expect(await machine.isOffWithin(60_000)).toBe(true);
  });
});
