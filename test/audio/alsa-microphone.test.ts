import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createAlsaMicrophone } from "../../src/audio/alsa-microphone.js";
import type { MicrophoneFault } from "../../src/audio/microphone.js";
import { sleep } from "../../src/runtime/clock.js";
import { clock, device, isAlive, place, program, until, usePlace } from "./stand-in.js";

usePlace();

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
    onHole: () => told.push("hole"),
  });
  return { microphone, samples, lost, told };
}

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
    expect((await readFile(join(place.folder, "speaks", "arguments"), "utf8")).trim()).toBe(
      `-q -D ${device} -t raw -f S16_LE -r 16000 -c 1 --period-size=320 --buffer-size=8000`,
    );
    expect((await readFile(join(place.folder, "speaks", "locale"), "utf8")).trim()).toBe("C");
    expect(clock.activeTimers()).toEqual([]);
  });

  it("tells that arecord lost samples, and takes nothing else that it says for that", async () => {
    const path = await program(
      "overruns",
      `echo "arecord: something else, no overrun!!!" >&2
       echo "overrun!!! (at least 312.402 ms long)" >&2; ${speaksPcm}`,
    );
    const { microphone, samples, told } = listen(path);
    await until("samples", () => samples.length >= 100);
    expect(told).toEqual(["hole"]);
    await microphone.close();
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
    expect((await readFile(join(place.folder, "flaps", "starts"), "utf8")).trim().split("\n")).toHaveLength(
      4,
    );
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
    const { microphone, lost } = listen(join(place.folder, "no-arecord"));
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
    const pids = (await readFile(join(place.folder, "stalls", "pids"), "utf8"))
      .trim()
      .split("\n")
      .map(Number);
    expect(pids.map(isAlive)).toEqual([false, true]);
    await microphone.close();
    expect(pids.map(isAlive)).toEqual([false, false]);
    expect(clock.activeTimers()).toEqual([]);
  });
});
