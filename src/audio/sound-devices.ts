import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** The USB sound devices of this machine, by what they can do. */
export interface SoundDevices {
  readonly capture: DeviceChoice;
  readonly playback: DeviceChoice;
}

/** Several are never guessed at: the configuration must name one. */
export type DeviceChoice =
  | { readonly kind: "one"; readonly device: SoundDevice }
  | { readonly kind: "none" }
  | { readonly kind: "several"; readonly devices: readonly SoundDevice[] };

export interface SoundDevice {
  /** `plughw:CARD=<id>,DEV=<n>`: ids are stable where card numbers change between boots. */
  readonly alsaName: string;
  /** As the device calls itself. */
  readonly label: string;
}

/**
 * Finds them in the kernel's own list, without a child process. Cards on USB only: the headphone jack and HDMI of a Pi
 * are no speaker that somebody plugged in. A machine without ALSA has none.
 */
export async function findSoundDevices(root = "/proc/asound"): Promise<SoundDevices> {
  const cards = (await namesIn(root)).filter((name) => /^card\d+$/u.test(name)).sort(byNumber);
  const capture: SoundDevice[] = [];
  const playback: SoundDevice[] = [];
  for (const card of cards) {
    const folder = join(root, card);
    if ((await textOf(join(folder, "usbid"))) === undefined) continue;
    const id = await textOf(join(folder, "id"));
    if (id === undefined) continue;
    // One device a card and direction, the first: further ones of a headset are monitors and mixers.
    const inputs = (await namesIn(folder)).filter((name) => /^pcm\d+c$/u.test(name)).sort(byNumber);
    const outputs = (await namesIn(folder)).filter((name) => /^pcm\d+p$/u.test(name)).sort(byNumber);
    if (inputs[0] !== undefined) capture.push(await deviceOf(folder, id, inputs[0]));
    if (outputs[0] !== undefined) playback.push(await deviceOf(folder, id, outputs[0]));
  }
  return { capture: choose(capture), playback: choose(playback) };
}

async function deviceOf(folder: string, cardId: string, pcm: string): Promise<SoundDevice> {
  const info = (await textOf(join(folder, pcm, "info"))) ?? "";
  const name = /^name: (.+)$/mu.exec(info)?.[1];
  return { alsaName: `plughw:CARD=${cardId},DEV=${numberIn(pcm)}`, label: name ?? cardId };
}

function choose(devices: readonly SoundDevice[]): DeviceChoice {
  const [first, second] = devices;
  if (first === undefined) return { kind: "none" };
  return second === undefined ? { kind: "one", device: first } : { kind: "several", devices };
}

/** A card that is pulled while its files are read has none. */
async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").then(
    (text) => text.trim(),
    () => undefined,
  );
}

function byNumber(a: string, b: string): number {
  return numberIn(a) - numberIn(b);
}

function numberIn(name: string): number {
  return Number(/\d+/u.exec(name)?.[0]);
}
