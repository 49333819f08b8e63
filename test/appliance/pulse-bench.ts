import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { captureRateHz } from "../../src/audio/pcm.js";
import { writeWavFile } from "../../src/audio/wav.js";
import type { Machine } from "./machine.js";
import type { Bench } from "./person.js";

const folder = "/srv/bench";
const pulse = "PULSE_SERVER=unix:/run/pulse/native";

/** The bench of a booted machine without a kernel of its own: a pedal that is a pipe, two sinks of PulseAudio. */
export async function openPulseBench(machine: Machine): Promise<Bench> {
  const pedal = machine.begin("sh", "-c", `cat > ${folder}/pedal`);
  machine.begin(
    "sh",
    "-c",
    `${pulse} parec --device=speaker.monitor --rate=${captureRateHz} --channels=1 --format=s16le > ${folder}/speaker.raw`,
  );
  await pause(1_000);

  /** `struct input_event` of a key, see src/panel/input-event-button.ts. */
  function key(value: 0 | 1): void {
    const event = Buffer.alloc(24);
    event.writeUInt16LE(1, 16);
    event.writeUInt16LE(30, 18);
    event.writeInt32LE(value, 20);
    pedal.stdin?.write(event);
  }

  return {
    async press(ms) {
      key(1);
      await pause(ms);
      key(0);
    },
    async play(sound) {
      await writeWavFile(join(machine.root, folder, "words.wav"), sound);
      machine.run("sh", "-c", `${pulse} paplay --device=mic ${folder}/words.wav`);
    },
    recording() {
      const file = openSync(join(machine.root, folder, "speaker.raw"), "r");
      try {
        const bytes = Buffer.alloc(fstatSync(file).size & ~1);
        readSync(file, bytes, 0, bytes.length, 0);
        return Promise.resolve(bytes);
      } finally {
        closeSync(file);
      }
    },
  };
}
