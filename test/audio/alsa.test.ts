import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAlsaMicrophone } from "../../src/audio/alsa-microphone.js";
import { createAlsaSpeaker } from "../../src/audio/alsa-speaker.js";
import type { MicrophoneFault } from "../../src/audio/microphone.js";
import type { Pcm } from "../../src/audio/pcm.js";
import { findSoundDevices } from "../../src/audio/sound-devices.js";
import { createSystemClock, sleep } from "../../src/runtime/clock.js";

const clock = createSystemClock();
const never = new AbortController().signal;
const device = "plughw:CARD=Mic,DEV=0";
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "voicegauge alsa "));
});
afterAll(() => rm(folder, { recursive: true }));

/** A program in the place of arecord or aplay; `$HERE` is a folder of its own. */
async function program(name: string, script: string): Promise<string> {
  const here = join(folder, name);
  await mkdir(here);
  const path = join(here, "program");
  await writeFile(path, `#!/bin/sh\nHERE='${here}'\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

/** Sends the samples 1, 2, 3 … in odd pieces, as a node program that speaks PCM. */
const speaksPcm = `exec '${process.execPath}' -e '
  const samples = Buffer.alloc(3200);
  for (let i = 0; i < 1600; i += 1) samples.writeInt16LE(i + 1, i * 2);
  let at = 0;
  setInterval(() => { if (at < 3200) process.stdout.write(samples.subarray(at, at += 333)); }, 5);'`;

function listen(path: string, options: { stallMs?: number } = {}) {
  const samples: number[] = [];
  const lost: MicrophoneFault[] = [];
  const told: string[] = [];
  const microphone = createAlsaMicrophone(clock, () => 0, {
    device,
    program: path,
    backoff: { firstMs: 20, factor: 2, limitMs: 100, jitter: 0 },
    ...options,
  });
  microphone.start({
    onChunk: (chunk) => samples.push(...chunk),
    onLost(fault) {
      lost.push(fault);
      told.push("lost");
    },
    onRecovered: () => told.push("recovered"),
  });
  return { microphone, samples, lost, told };
}

async function until(what: string, condition: () => boolean): Promise<void> {
  const limitMs = clock.monotonicMs() + 15_000;
  while (!condition()) {
    if (clock.monotonicMs() > limitMs) throw new Error(`never: ${what}`);
    await sleep(clock, "poll", 5);
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe("the ALSA microphone", () => {
  it("passes raw samples on, whole although the pipe cuts them, and asks arecord for what it needs", async () => {
    const path = await program(
      "speaks",
      `echo "$@" > "$HERE/arguments"; echo "$LC_ALL" > "$HERE/locale"; ${speaksPcm}`,
    );
    const { microphone, samples, told } = listen(path);
    await until("all samples", () => samples.length >= 1_600);
    expect(samples).toEqual(Array.from({ length: 1_600 }, (_, index) => index + 1));
    await microphone.close();
    expect(told).toEqual([]);
    expect((await readFile(join(folder, "speaks", "arguments"), "utf8")).trim()).toBe(
      `-q -D ${device} -t raw -f S16_LE -r 16000 -c 1 --period-size=320 --buffer-size=8000`,
    );
    expect((await readFile(join(folder, "speaks", "locale"), "utf8")).trim()).toBe("C");
    expect(clock.activeTimers()).toEqual([]);
  });

  it("tells once that it is lost and why, tries again, and tells once that it is back", async () => {
    const path = await program(
      "flaps",
      `echo x >> "$HERE/starts"
       if [ "$(wc -l < "$HERE/starts")" -lt 4 ]; then
         echo "ALSA lib pcm.c: Unknown" >&2
         echo "arecord: main:850: audio open error: No such file or directory" >&2; exit 1
       fi
       ${speaksPcm}`,
    );
    const { microphone, samples, lost, told } = listen(path);
    await until("samples", () => samples.length >= 100);
    expect(told).toEqual(["lost", "recovered"]);
    expect(lost[0]).toMatchObject({ kind: "device_missing" });
    expect(lost[0]?.detail).toContain("No such file or directory (check the plug)");
    expect((await readFile(join(folder, "flaps", "starts"), "utf8")).trim().split("\n")).toHaveLength(4);
    await microphone.close();
    expect(told).toEqual(["lost", "recovered"]);
    expect(clock.activeTimers()).toEqual([]);
  });

  it.each([
    ["busy", "arecord: main:850: audio open error: Device or resource busy", "device_busy"],
    ["gone", "arecord: pcm_read:2221: read error: No such device", "device_missing"],
    [
      "wrong",
      "ALSA lib confmisc.c:165:(snd_config_get_card) Cannot get card index for Mic",
      "device_missing",
    ],
    ["forbidden", "arecord: main:850: audio open error: Permission denied", "capture_failed"],
    ["odd", "arecord: something new", "capture_failed"],
  ])("knows a device that is %s", async (name, line, kind) => {
    const path = await program(name, `echo '${line}' >&2; exit 1`);
    const { microphone, lost } = listen(path);
    await until("lost", () => lost.length > 0);
    expect(lost[0]).toMatchObject({ kind, detail: expect.stringContaining(line) as string });
    await microphone.close();
    expect(lost).toHaveLength(1);
  });

  it("survives a missing program, and closes while it waits to try again", async () => {
    const { microphone, lost } = listen(join(folder, "no-arecord"));
    await until("lost", () => lost.length > 0);
    expect(lost[0]?.kind).toBe("program_missing");
    await sleep(clock, "some attempts", 150);
    await microphone.close();
    expect(lost).toHaveLength(1);
    expect(clock.activeTimers()).toEqual([]);
  });

  it("replaces an arecord that runs and delivers nothing, and kills one that does not want to end", async () => {
    const path = await program(
      "stalls",
      `echo $$ >> "$HERE/pids"
       if [ "$(wc -l < "$HERE/pids")" = 1 ]; then exec sleep 600; fi
       exec '${process.execPath}' -e 'process.on("SIGTERM", () => {}); setInterval(() => process.stdout.write(Buffer.alloc(640)), 20)'`,
    );
    const { microphone, samples, lost, told } = listen(path, { stallMs: 1_000 });
    await until("samples", () => samples.length >= 320);
    expect(told).toEqual(["lost", "recovered"]);
    expect(lost[0]?.kind).toBe("no_samples");
    const pids = (await readFile(join(folder, "stalls", "pids"), "utf8")).trim().split("\n").map(Number);
    expect(pids.map(isAlive)).toEqual([false, true]);
    await microphone.close();
    expect(pids.map(isAlive)).toEqual([false, false]);
    expect(clock.activeTimers()).toEqual([]);
  });
});

describe("the ALSA speaker", () => {
  const sound: Pcm = {
    samples: Int16Array.from({ length: 44_100 }, (_, index) => (index % 30_000) - 15_000),
    sampleRateHz: 22_050,
  };

  it("gives aplay the samples byte for byte and waits until it has drained", async () => {
    const path = await program(
      "plays",
      `echo "$@" > "$HERE/arguments"; cat > "$HERE/sound"; sleep 0.2; echo done > "$HERE/drained"`,
    );
    const speaker = createAlsaSpeaker(clock, { device, program: path });
    let first = 0;
    const outcome = await speaker.play(sound, never, () => {
      first += 1;
    });
    expect(outcome).toEqual({ ok: true, value: "played" });
    expect(existsSync(join(folder, "plays", "drained"))).toBe(true);
    expect(first).toBe(1);
    const bytes = await readFile(join(folder, "plays", "sound"));
    expect(bytes).toHaveLength(88_200);
    expect(bytes.readInt16LE(2 * 43_000)).toBe(sound.samples[43_000]);
    expect((await readFile(join(folder, "plays", "arguments"), "utf8")).trim()).toBe(
      `-q -D ${device} -t raw -f S16_LE -c 1 -r 22050 --buffer-time=100000`,
    );
    await speaker.close();
    expect(clock.activeTimers()).toEqual([]);
  });

  it("stops at once when told to, also an aplay that does not want to, and at its close", async () => {
    const path = await program("deaf", `echo $$ > "$HERE/pid"; trap '' TERM; while :; do sleep 0.05; done`);
    for (const how of ["abort", "close"] as const) {
      await rm(join(folder, "deaf", "pid"), { force: true });
      const speaker = createAlsaSpeaker(clock, { device, program: path });
      const stop = new AbortController();
      const playing = speaker.play(sound, stop.signal);
      await until("started", () => existsSync(join(folder, "deaf", "pid")));
      await sleep(clock, "trap is set", 50);
      if (how === "abort") stop.abort();
      else void speaker.close();
      expect(await playing).toEqual({ ok: true, value: "stopped" });
      const pid = Number(await readFile(join(folder, "deaf", "pid"), "utf8"));
      expect(isAlive(pid)).toBe(false);
      await speaker.close();
    }
    expect(clock.activeTimers()).toEqual([]);
  });

  it("names what is wrong", async () => {
    const missing = createAlsaSpeaker(clock, { device, program: join(folder, "no-aplay") });
    expect(await missing.play(sound, never)).toMatchObject({ error: { kind: "program_missing" } });
    const cases = [
      ["s-busy", "aplay: main:850: audio open error: Device or resource busy", "device_busy"],
      ["s-gone", "aplay: main:850: audio open error: No such device", "device_missing"],
      ["s-odd", "aplay: xrun", "playback_failed"],
    ] as const;
    for (const [name, line, kind] of cases) {
      const speaker = createAlsaSpeaker(clock, {
        device,
        program: await program(name, `echo '${line}' >&2; exit 1`),
      });
      expect(await speaker.play(sound, never), name).toMatchObject({ ok: false, error: { kind } });
    }
  });

  it("finds no such card with the real aplay", async () => {
    const speaker = createAlsaSpeaker(clock, { device: "plughw:CARD=VoiceGaugeNone,DEV=0" });
    expect(await speaker.play(sound, never)).toMatchObject({ ok: false, error: { kind: "device_missing" } });
  });
});

describe("finding the sound devices", () => {
  /** A tree like /proc/asound. */
  async function asound(
    name: string,
    cards: readonly { id: string; usb: boolean; pcms: readonly string[] }[],
  ): Promise<string> {
    const root = join(folder, name);
    for (const [index, { id, usb, pcms }] of cards.entries()) {
      const card = join(root, `card${index}`);
      await mkdir(card, { recursive: true });
      await writeFile(join(card, "id"), `${id}\n`);
      if (usb) await writeFile(join(card, "usbid"), "0d8c:0014\n");
      for (const pcm of pcms) {
        await mkdir(join(card, pcm));
        await writeFile(join(card, pcm, "info"), `card: ${index}\nid: USB Audio\nname: ${id} Audio\n`);
      }
    }
    return root;
  }

  it("takes the one on USB, not the jack of the Pi", async () => {
    const root = await asound("pi", [
      { id: "Headphones", usb: false, pcms: ["pcm0p"] },
      { id: "Device", usb: true, pcms: ["pcm0c", "pcm0p", "pcm1p"] },
    ]);
    const found = { alsaName: "plughw:CARD=Device,DEV=0", label: "Device Audio" };
    expect(await findSoundDevices(root)).toEqual({
      capture: { kind: "one", device: found },
      playback: { kind: "one", device: found },
    });
  });

  it("guesses among several as little as among none", async () => {
    const root = await asound("two", [
      { id: "Mic", usb: true, pcms: ["pcm0c"] },
      { id: "Headset", usb: true, pcms: ["pcm0c", "pcm0p"] },
    ]);
    const several = await findSoundDevices(root);
    expect(several.capture).toMatchObject({
      kind: "several",
      devices: [{ label: "Mic Audio" }, { label: "Headset Audio" }],
    });
    expect(several.playback).toMatchObject({ kind: "one" });
    expect(await findSoundDevices(join(folder, "no-alsa"))).toEqual({
      capture: { kind: "none" },
      playback: { kind: "none" },
    });
  });
});
