import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { controlsIn, setMixer } from "../../src/audio/mixer.js";
import { clock, place, program, usePlace } from "./stand-in.js";

usePlace();

/** A USB headset, as amixer of alsa-utils 1.2.8 prints it. */
const headset = `Simple mixer control 'Headphone',0
  Capabilities: pvolume pswitch pswitch-joined
  Playback channels: Front Left - Front Right
  Limits: Playback 0 - 37
  Mono:
  Front Left: Playback 12 [32%] [-25.00dB] [off]
  Front Right: Playback 12 [32%] [-25.00dB] [off]
Simple mixer control 'Mic',0
  Capabilities: pvolume pvolume-joined cvolume cvolume-joined pswitch pswitch-joined cswitch cswitch-joined
  Playback channels: Mono
  Capture channels: Mono
  Limits: Playback 0 - 32 Capture 0 - 35
  Mono: Playback 23 [72%] [34.36dB] [on] Capture 0 [0%] [-12.00dB] [off]
Simple mixer control 'Auto Gain Control',0
  Capabilities: pswitch pswitch-joined
  Playback channels: Mono
  Mono: Playback [on]
`;

describe("the levels of a card", () => {
  test("its controls are read from amixer's list", () => {
    expect(controlsIn(headset)).toEqual([
      { name: "'Headphone',0", hasPlayback: true, hasCapture: false },
      { name: "'Mic',0", hasPlayback: true, hasCapture: true },
      { name: "'Auto Gain Control',0", hasPlayback: false, hasCapture: false },
    ]);
    expect(controlsIn("")).toEqual([]);
  });

  test("the speaker is opened, the microphone too, and its way into the speaker is shut", async () => {
    const amixer = await program(
      "headset",
      `echo "$@" >>"$HERE/calls"\ncase $3 in scontents) cat <<'LIST'\n${headset}LIST\n;; esac`,
    );
    const set = await setMixer(clock, "plughw:CARD=Headset,DEV=0", { playback: 100, capture: 80 }, amixer);
    expect(set).toEqual({ ok: true, value: 3 });
    expect((await readFile(join(place.folder, "headset", "calls"), "utf8")).trim().split("\n")).toEqual([
      "-D hw:CARD=Headset scontents",
      "-D hw:CARD=Headset -q sset 'Headphone',0 playback 100% unmute",
      "-D hw:CARD=Headset -q sset 'Mic',0 playback 0% mute",
      "-D hw:CARD=Headset -q sset 'Mic',0 capture 80% cap",
    ]);
  });

  test("only the side that is asked for is touched", async () => {
    const amixer = await program(
      "one-side",
      `echo "$@" >>"$HERE/calls"\ncase $3 in scontents) cat <<'LIST'\n${headset}LIST\n;; esac`,
    );
    await setMixer(clock, "plughw:CARD=Headset,DEV=0", { capture: 70 }, amixer);
    expect(
      (await readFile(join(place.folder, "one-side", "calls"), "utf8")).trim().split("\n").slice(1),
    ).toEqual(["-D hw:CARD=Headset -q sset 'Mic',0 capture 70% cap"]);
  });

  test("a device that is no card is left alone, and a card that is gone is told", async () => {
    const amixer = await program(
      "gone",
      "echo 'amixer: Mixer attach hw:CARD=Gone error: No such device' >&2; exit 1",
    );
    expect(await setMixer(clock, "default", { playback: 100 }, amixer)).toEqual({ ok: true, value: 0 });
    const gone = await setMixer(clock, "plughw:CARD=Gone,DEV=0", { playback: 100 }, amixer);
    expect(gone).toMatchObject({ ok: false, error: expect.stringContaining("No such device") as string });
  });
});
