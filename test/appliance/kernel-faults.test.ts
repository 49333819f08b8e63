import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JournalLine } from "./journal.js";
import type { KernelBench } from "./kernel-bench.js";
import { type KernelMachine, makeKernelMachine, whyNoKernelMachine } from "./kernel-machine.js";
import { bootSeat, type KernelSeat } from "./kernel-seat.js";
import type { Person } from "./person.js";

const reason = whyNoKernelMachine();
if (reason !== undefined) console.warn(`skipped: the machine whose parts fail is not booted: ${reason}`);
/** A machine that shares its processor may stutter, and then a sentence is not understood. */
const secondTry = { timeout: 150_000, retry: 1 };

const isFault = (code: string, kind: "fault" | "fault_cleared") => (line: JournalLine) =>
  line.event?.["kind"] === kind && line.event["code"] === code;
const state = "/var/lib/voicegauge";
const card = "/run/bench-card";

describe.skipIf(reason !== undefined)("a machine whose parts fail", () => {
  let machine: KernelMachine;
  let bench: KernelBench;
  let person: Person;
  let seat: KernelSeat;

  beforeAll(async () => {
    machine = makeKernelMachine();
    seat = await bootSeat(machine);
    ({ bench, person } = seat);
  }, 300_000);
  afterAll(async () => {
    await machine.destroy();
    await person.leave();
  }, 60_000);

  const standing = (code: string, from: number, limitMs = 20_000): Promise<number> =>
    machine.waitFor(`fault ${code}`, from, isFault(code, "fault"), limitMs);
  const over = (code: string, from: number, limitMs = 60_000): Promise<number> =>
    machine.waitFor(`end of ${code}`, from, isFault(code, "fault_cleared"), limitMs);

  /** Presses, and waits for words that say why nothing is recorded. */
  async function isRefused(words: RegExp): Promise<void> {
    const from = machine.journal.length;
    await bench.press(100);
    await person.hears(words, from, 30_000);
  }

  /** The device does what it is for: a sentence is confirmed aloud, and lies on the card. */
  async function measures(name: string, spoken: string, value: string): Promise<void> {
    const mark = await person.mark();
    const from = machine.journal.length;
    await person.sayAndConfirm(`${name}${spoken}毫米`);
    await person.hears(new RegExp(`^${name}，${spoken}毫米`), from);
    expect(loudMs((await bench.recording()).subarray(mark))).toBeGreaterThan(500);
    expect((await seat.rows()).at(-1)).toMatchObject({ name, value, status: "valid" });
  }

  /** Three flashes each two seconds, where a ready device has one each three. */
  async function lampShowsFault(): Promise<void> {
    await expect
      .poll(async () => (await bench.watchLamp(6_000)).filter(Number.isFinite).length, { timeout: 40_000 })
      .toBeGreaterThanOrEqual(5);
  }

  /** The service sees a bind mount of it: what is read-only is then the file system, not the mount. */
  async function insertCard(): Promise<void> {
    await machine.run(
      `mount -o loop,errors=remount-ro /mnt/host/card.img ${card} && mount --bind ${card} ${state}`,
    );
  }

  async function service(verb: "stop" | "start"): Promise<void> {
    await machine.run(`systemctl ${verb} voicegauge`, 60_000);
  }

  test("takes a press of a worn contact for one press", secondTry, async () => {
    await person.waitForCalm();
    const from = machine.journal.length;
    await bench.bounce(100);
    const heard = await person.hears(/没有听到声音/, from, 40_000);
    const turns = machine.journal.slice(from, heard).filter(({ event }) => event?.["to"] === "listening");
    expect(turns).toHaveLength(1);
  });

  test(
    "works on when its clock jumps a year ahead and back; the records keep their order",
    secondTry,
    async () => {
      const pid = await seat.mainPid();
      const from = machine.journal.length;
      const before = (await seat.rows()).length;
      await machine.run("date -s '+1 year'");
      await measures("长度", "一百二十点五", "120.5");
      await machine.run("date -s '-1 year'");
      await measures("外径", "五十", "50");
      const [ahead, back] = (await seat.rows()).slice(before);
      expect(new Date(ahead?.time ?? 0).getTime()).toBeGreaterThan(new Date(back?.time ?? 0).getTime());
      expect(back?.id).toBeGreaterThan(ahead?.id ?? 0);
      await machine.waitFor("both steps", from, isStep(-1), 40_000);
      expect(machine.journal.slice(from).some(isStep(1))).toBe(true);
      expect(await seat.mainPid()).toBe(pid);
    },
  );

  test(
    "gets a recogniser that was killed, stopped, or has lost its model back by itself",
    secondTry,
    async () => {
      const pid = await seat.mainPid();
      for (const signal of ["KILL", "STOP"]) {
        const from = machine.journal.length;
        await machine.run(`pkill -${signal} -f recognizer-child`);
        await over("recognizer_down", await standing("recognizer_down", from));
      }
      const from = machine.journal.length;
      const model = "$(find /opt/voicegauge/models -name '*encoder*.onnx' | head -1)";
      await machine.run(
        `cp -p ${model} /run/model && truncate -s -1 ${model} && pkill -KILL -f recognizer-child`,
      );
      await standing("model_unusable", from);
      await person.hears(/识别模型不能使用/, from);
      await isRefused(/识别模型不能使用/);
      await lampShowsFault();
      const again = machine.journal.length;
      await machine.run(`cp -p /run/model ${model}`);
      await over("model_unusable", again, 90_000);
      await measures("高度", "五十五", "55");
      expect(await seat.mainPid()).toBe(pid);
    },
  );

  test(
    "shows that the speaker is gone, records nothing, and goes on when it is back",
    secondTry,
    async () => {
      await person.waitForCalm();
      const from = machine.journal.length;
      await bench.card("speaker", false);
      await bench.press(100);
      await standing("speaker_lost", from);
      await lampShowsFault();
      await bench.card("speaker", true);
      await isRefused(/扬声器恢复/);
      await over("speaker_lost", from);
      await measures("宽度", "三十二", "32");
    },
  );

  test("says that the microphone was pulled while nobody spoke, and that it is back", secondTry, async () => {
    await person.waitForCalm();
    const from = machine.journal.length;
    await bench.card("microphone", false);
    await person.hears(/麦克风断开/, from);
    await lampShowsFault();
    await bench.card("microphone", true);
    await person.hears(/麦克风恢复/, from, 60_000);
  });

  test("starts with a card that cannot be written, a button that is down and no microphone, and recovers from each", {
    timeout: 240_000,
  }, async () => {
    execFileSync("mkfs.ext4", ["-q", "-m", "0", join(machine.folder, "card.img"), "96M"], {
      timeout: 60_000,
    });
    await service("stop");
    await machine.run(`printf '[storage]\\nwarn_mb = 20\\nrefuse_mb = 10\\n' >> /etc/voicegauge/config.toml`);
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
    await measures("长度", "一百二十点五", "120.5");
  });

  test(
    "refuses a value aloud while the card is full, and takes it when there is room again",
    secondTry,
    async () => {
      await person.waitForCalm();
      const before = await seat.rows();
      await machine.attempt(`dd if=/dev/zero of=${state}/films.bin bs=1M`);
      const from = machine.journal.length;
      // By the next look at the card at the latest.
      await standing("card_full", from, 60_000);
      await person.hears(/存储已满，不能记录/, from);
      await isRefused(/存储已满，不能记录/);
      expect(await seat.rows()).toEqual(before);
      await machine.run(`rm ${state}/films.bin`);
      await person.hears(/可以继续记录/, from, 60_000);
      await measures("外径", "五十", "50");
    },
  );

  test("confirms nothing that a failing card does not take, and has all that it confirmed", {
    timeout: 180_000,
  }, async () => {
    await person.waitForCalm();
    const confirmed = await seat.rows();
    expect(confirmed.length).toBeGreaterThanOrEqual(2);
    const from = machine.journal.length;
    await machine.run(`echo 1 > /sys/fs/ext4/$(basename $(findmnt -no SOURCE ${card}))/trigger_fs_error`);
    await person.sayAndConfirm("高度五十五毫米");
    await person.hears(/没有记录。存储故障，不能记录/, from);
    const isStored = ({ topic, event }: JournalLine): boolean =>
      topic === "measurement" && event?.["kind"] === "stored";
    expect(machine.journal.slice(from).some(isStored)).toBe(false);
    await service("stop");
    await machine.run("mkdir -p /run/systemd/system/voicegauge.service.d");
    await machine.run(
      `printf '[Service]\\nWatchdogSec=10\\n' > /run/systemd/system/voicegauge.service.d/bench.conf && systemctl daemon-reload`,
    );
    await machine.run(`umount ${state} ${card}`);
    await insertCard();
    const again = machine.journal.length;
    await service("start");
    await person.hears(/声测就绪/, again, 60_000);
    expect(await seat.rows()).toEqual(confirmed);
  });

  test(
    "is started again by systemd when it stands still, with everything that it confirmed",
    secondTry,
    async () => {
      await person.waitForCalm();
      const confirmed = await seat.rows();
      const from = machine.journal.length;
      await machine.run("kill -STOP $(systemctl show -p MainPID --value voicegauge)");
      const ended = await machine.waitFor(
        "the watchdog",
        from,
        ({ text }) => /Watchdog timeout/.test(text),
        60_000,
      );
      await person.hears(/声测就绪/, ended, 90_000);
      expect(await seat.rows()).toEqual(confirmed);
    },
  );

  test("goes off though nobody lets go of the button", { timeout: 120_000 }, async () => {
    await person.waitForCalm();
    const from = machine.journal.length;
    await bench.hold(true);
    await person.hears(/可以断电/, from, 40_000);
    expect(await machine.isOffWithin(60_000)).toBe(true);
  });
});

/** The clock was set by about so many years. */
function isStep(years: 1 | -1): (line: JournalLine) => boolean {
  return ({ event }) => event?.["kind"] === "clock_step" && Math.sign(Number(event["byMs"])) === years;
}

/** How long it was loud, in milliseconds: 16-bit samples at 16 kHz. */
function loudMs(bytes: Buffer): number {
  const samples = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
  let loud = 0;
  for (let from = 0; from < samples.length; from += 320)
    if (samples.subarray(from, from + 320).some((sample) => Math.abs(sample) > 1_000)) loud += 20;
  return loud;
}
