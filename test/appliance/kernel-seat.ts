import { expect } from "vitest";
import type { JournalLine } from "./journal.js";
import { type KernelBench, openKernelBench } from "./kernel-bench.js";
import type { KernelMachine } from "./kernel-machine.js";
import { type Person, takeSeat } from "./person.js";

/** A booted machine with somebody at its bench. */
export interface KernelSeat {
  readonly bench: KernelBench;
  readonly person: Person;
  /** Every record that the machine has, as its own command line prints them. */
  rows(): Promise<readonly StoredRow[]>;
  /** Process id of the running service. */
  mainPid(): Promise<string>;
  /** Waits until the fault is told in the journal; the place after it. */
  standing(code: string, from: number, limitMs?: number): Promise<number>;
  /** The same for its end. */
  over(code: string, from: number, limitMs?: number): Promise<number>;
  /** Faults that came and have not gone. */
  faultsStanding(): readonly string[];
  /** Presses, and waits for words that say why nothing is recorded. */
  isRefused(words: RegExp): Promise<void>;
  /** The device does what it is for: a sentence is confirmed aloud, and lies on the card. */
  measures(name: string, spoken: string, value: string): Promise<void>;
  /** Waits until the lamp flashes as for a fault. */
  lampShowsFault(): Promise<void>;
}

export interface StoredRow {
  readonly name?: string;
  readonly value: string;
  readonly status: string;
  readonly id: number;
  /** ISO 8601, by the machine's clock. */
  readonly time: string;
}

const readyLimitMs = 90_000;
/** A pin whose two edges are found together has not been pressed: long enough for a processor that has other work. */
const tapMs = 250;
const isFault = (code: string, kind: "fault" | "fault_cleared") => (line: JournalLine) =>
  line.event?.["kind"] === kind && line.event["code"] === code;

/** Boots the machine and takes a seat at it, once its service has said that it is ready. */
export async function bootSeat(machine: KernelMachine): Promise<KernelSeat> {
  const booted = machine.journal.length;
  await machine.boot();
  const bench = await openKernelBench(machine);
  const person = await takeSeat(machine, bench, tapMs);
  await person.hears(/声测就绪/, booted, readyLimitMs);

  async function rows(): Promise<readonly StoredRow[]> {
    const printed = await machine.run("voicegauge records --json --state /var/lib/voicegauge");
    return printed
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as StoredRow);
  }

  return {
    bench,
    person,
    rows,
    mainPid: () => machine.run("systemctl show -p MainPID --value voicegauge"),
    standing: (code, from, limitMs = 20_000) =>
      machine.waitFor(`fault ${code}`, from, isFault(code, "fault"), limitMs),
    over: (code, from, limitMs = 60_000) =>
      machine.waitFor(`end of ${code}`, from, isFault(code, "fault_cleared"), limitMs),
    faultsStanding() {
      const standing = new Set<string>();
      for (const { event } of machine.journal) {
        if (event?.["kind"] === "fault") standing.add(String(event["code"]));
        if (event?.["kind"] === "fault_cleared") standing.delete(String(event["code"]));
      }
      return [...standing];
    },
    async isRefused(words) {
      const from = machine.journal.length;
      await bench.press(tapMs);
      await person.hears(words, from, 30_000);
    },
    async measures(name, spoken, value) {
      const mark = await person.mark();
      const from = machine.journal.length;
      const before = await rows();
      await person.sayAndConfirm(`${name}${spoken}毫米`);
      await person.hears(new RegExp(`^${name}，${spoken}毫米`), from);
      expect(loudMs((await bench.recording()).subarray(mark))).toBeGreaterThan(500);
      const after = await rows();
      expect(after.slice(0, -1)).toEqual(before);
      expect(after.at(-1)).toMatchObject({ name, value, status: "valid" });
    },
    // Three flashes each two seconds, where a ready device has one each three.
    lampShowsFault: () =>
      expect
        .poll(async () => (await bench.watchLamp(6_000)).filter(Number.isFinite).length, { timeout: 40_000 })
        .toBeGreaterThanOrEqual(5),
  };
}

/** How long it was loud, in milliseconds: 16-bit samples at 16 kHz. */
function loudMs(bytes: Buffer): number {
  const samples = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
  let loud = 0;
  for (let from = 0; from < samples.length; from += 320)
    if (samples.subarray(from, from + 320).some((sample) => Math.abs(sample) > 1_000)) loud += 20;
  return loud;
}
