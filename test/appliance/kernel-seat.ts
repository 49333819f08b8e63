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

/** Boots the machine and takes a seat at it, once its service has said that it is ready. */
export async function bootSeat(machine: KernelMachine): Promise<KernelSeat> {
  const from = machine.journal.length;
  await machine.boot();
  const bench = await openKernelBench(machine);
  const person = await takeSeat(machine, bench);
  await person.hears(/声测就绪/, from, readyLimitMs);
  return {
    bench,
    person,
    async rows() {
      const printed = await machine.run("voicegauge records --json --state /var/lib/voicegauge");
      return printed
        .split("\n")
        .filter((line) => line.startsWith("{"))
        .map((line) => JSON.parse(line) as StoredRow);
    },
    mainPid: () => machine.run("systemctl show -p MainPID --value voicegauge"),
  };
}
