import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createAlsaSpeaker } from "../../src/audio/alsa-speaker.js";
import type { Pcm } from "../../src/audio/pcm.js";
import { sleep } from "../../src/runtime/clock.js";
import { clock, device, isAlive, place, program, until, usePlace } from "./stand-in.js";

usePlace();
const never = new AbortController().signal;

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
    expect(existsSync(join(place.folder, "plays", "drained"))).toBe(true);
    expect(first).toBe(1);
    const bytes = await readFile(join(place.folder, "plays", "sound"));
    expect(bytes).toHaveLength(88_200);
    expect(bytes.readInt16LE(2 * 43_000)).toBe(sound.samples[43_000]);
    expect((await readFile(join(place.folder, "plays", "arguments"), "utf8")).trim()).toBe(
      `-q -D ${device} -t raw -f S16_LE -c 1 -r 22050 --buffer-time=100000`,
    );
    await speaker.close();
    expect(clock.activeTimers()).toEqual([]);
  });

  it("stops at once when told to, also an aplay that does not want to, and at its close", async () => {
    const path = await program("deaf", `echo $$ > "$HERE/pid"; trap '' TERM; while :; do sleep 0.05; done`);
    for (const how of ["abort", "close"] as const) {
      await rm(join(place.folder, "deaf", "pid"), { force: true });
      const speaker = createAlsaSpeaker(clock, { device, program: path });
      const stop = new AbortController();
      const playing = speaker.play(sound, stop.signal);
      await until("started", () => existsSync(join(place.folder, "deaf", "pid")));
      await sleep(clock, "trap is set", 50);
      if (how === "abort") stop.abort();
      else void speaker.close();
      expect(await playing).toEqual({ ok: true, value: "stopped" });
      const pid = Number(await readFile(join(place.folder, "deaf", "pid"), "utf8"));
      expect(isAlive(pid)).toBe(false);
      await speaker.close();
    }
    expect(clock.activeTimers()).toEqual([]);
  });

  it("names what is wrong", async () => {
    const missing = createAlsaSpeaker(clock, { device, program: join(place.folder, "no-aplay") });
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
