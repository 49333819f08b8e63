import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findSoundDevices } from "../../src/audio/sound-devices.js";
import { place, usePlace } from "./stand-in.js";

usePlace();

describe("finding the sound devices", () => {
  /** A tree like /proc/asound. */
  async function asound(
    name: string,
    cards: readonly { id: string; usb: boolean; pcms: readonly string[] }[],
  ): Promise<string> {
    const root = join(place.folder, name);
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
    expect(await findSoundDevices(join(place.folder, "no-alsa"))).toEqual({
      capture: { kind: "none" },
      playback: { kind: "none" },
    });
  });
});
