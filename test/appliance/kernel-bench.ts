import { readFileSync } from "node:fs";
import { join } from "node:path";
import { captureRateHz } from "../../src/audio/pcm.js";
import { writeWavFile } from "../../src/audio/wav.js";
import type { KernelMachine } from "./kernel-machine.js";
import type { Bench } from "./person.js";

/** What hangs on the machine's pins and ports, from outside. */
export interface KernelBench extends Bench {
  /** Looks at the lamp for so long: how long it was on each time, in milliseconds; infinite when it still is. */
  watchLamp(ms: number): Promise<readonly number[]>;
  /** One press by a worn contact; how long the longest of its bounces stood at most, in milliseconds. */
  bounce(ms: number): Promise<number>;
  /** The button goes down or up, and stays there. */
  hold(isDown: boolean): Promise<void>;
  /** Takes a card away or puts it back, as a plug does. After the speaker was away its recording begins anew. */
  card(name: "microphone" | "speaker", isThere: boolean): Promise<void>;
  /** A stick with the image of that name in the machine's folder. */
  plug(image: string, ...how: readonly ("ro" | "slow")[]): Promise<void>;
  /** Two sticks at the same moment. */
  plugTwo(image: string, second: string): Promise<void>;
  /** Pulls it, whatever is under way; nothing when there is none. */
  pull(): Promise<void>;
}

const tools = "/usr/local/libexec/bench";
/** Hardware does not wait for a processor: a tap that does would become a hold. */
const atOnce = "nice -n -19";
const speakerFile = "/run/bench-speaker.raw";

/** The bench of a booted machine with a kernel of its own. Opened again after each boot. */
export async function openKernelBench(machine: KernelMachine): Promise<KernelBench> {
  const drivers = { microphone: "snd_aloop.0", speaker: "snd_aloop.1" } as const;
  const driver = "/sys/bus/platform/drivers/snd_aloop";
  const record = `arecord -q -D plughw:CARD=Speaker,DEV=1 -f S16_LE -r ${captureRateHz} -c 1 -t raw`;
  const listen = (): Promise<string> =>
    machine.run(
      `systemd-run -q --collect --nice=-19 --unit=bench-speaker sh -c 'exec ${record} > ${speakerFile}'`,
    );
  await listen();
  let files = 0;
  let isPlugged = false;
  return {
    async press(ms) {
      await machine.run(`${atOnce} ${tools}/header press ${ms}`);
    },
    async bounce(ms) {
      return Number(await machine.run(`${tools}/header bounce ${ms}`));
    },
    async hold(isDown) {
      await machine.run(`${tools}/header pull 17 ${isDown ? "down" : "up"}`);
    },
    async card(name, isThere) {
      const change = `echo ${drivers[name]} > ${driver}/${isThere ? "bind" : "unbind"}`;
      // The driver lets go when whoever has the card open has noticed; that is not waited for.
      if (!isThere) await machine.run(`timeout 20 sh -c '${change}' > /dev/null 2>&1 &`);
      else await machine.run(`timeout 20 sh -c 'until ${change}; do sleep 0.5; done'`);
      if (name === "speaker" && isThere) {
        await machine.attempt("systemctl stop bench-speaker");
        await listen();
      }
    },
    async play(sound) {
      const name = `words-${++files}.wav`;
      await writeWavFile(join(machine.folder, name), sound);
      await machine.run(`${atOnce} aplay -q -D plughw:CARD=Mic,DEV=0 /mnt/host/${name}`);
    },
    async recording() {
      const name = `speaker-${++files}.raw`;
      await machine.run(`cp ${speakerFile} /mnt/host/${name} && sync -f /mnt/host/${name}`);
      const bytes = readFileSync(join(machine.folder, name));
      return bytes.subarray(0, bytes.length & ~1);
    },
    async watchLamp(ms) {
      const changes = await machine.run(`${atOnce} ${tools}/header watch 27 ${ms}`, ms + 30_000);
      const times = changes
        .trim()
        .split("\n")
        .map((line) => line.split(" "));
      return times.flatMap(([at, level], index) =>
        level === "1" ? [Number(times[index + 1]?.[0] ?? Number.POSITIVE_INFINITY) - Number(at)] : [],
      );
    },
    async plug(image, ...how) {
      isPlugged = true;
      await machine.run(`${tools}/port plug /mnt/host/${image} ${how.join(" ")}`);
    },
    async plugTwo(image, second) {
      isPlugged = true;
      await machine.run(`${tools}/port plug /mnt/host/${image} also=/mnt/host/${second}`);
    },
    async pull() {
      if (!isPlugged) return;
      isPlugged = false;
      await machine.run(`${tools}/port pull`);
    },
  };
}
