import { access, constants } from "node:fs/promises";
import { dirname } from "node:path";
import type { Microphone, MicrophoneFault } from "./audio/microphone.js";
import { captureRateHz } from "./audio/pcm.js";
import { type DeviceChoice, findSoundDevices } from "./audio/sound-devices.js";
import type { Speaker } from "./audio/speaker.js";
import { composeRecognizer, systemClock } from "./compose-parts.js";
import { composeSound } from "./compose-sound.js";
import { composeVoice } from "./compose-voice.js";
import { openLine, readExported } from "./panel/gpio-line.js";
import { messageOf } from "./runtime/assert.js";
import { sleep } from "./runtime/clock.js";
import { within } from "./runtime/within.js";
import { isClockTrusted } from "./service/clock-trust.js";
import type { Configuration } from "./service/configuration.js";
import { cardSpaceOf, freeMegabytes } from "./store/card-space.js";
import { areRecordsLost } from "./store/lost-records.js";
import type { DevicePart } from "./wording/parts.js";

/** One part of the device, tried. */
export interface Finding {
  readonly part: DevicePart;
  readonly works: boolean;
  readonly detail: string;
  /** What a person can do; only where something does not work. */
  readonly remedy?: string;
}

/** Tries every part by itself; none of them stops the others. */
export async function examine(configuration: Configuration, directory: string): Promise<readonly Finding[]> {
  const { capture, playback } = await findSoundDevices();
  const microphone = soundChoice("microphone", configuration.audio.microphone, capture);
  const speaker = soundChoice("speaker", configuration.audio.speaker, playback);
  const sound = composeSound({
    kind: "card",
    microphone: microphone.device ?? "none",
    speaker: speaker.device ?? "none",
  });
  return [
    await microphoneFinding(microphone, sound.microphone),
    await speakerFinding(speaker, sound.speaker),
    await buttonFinding(configuration),
    await modelFinding(configuration),
    await voiceFinding(configuration),
    await cardFinding(configuration, directory),
    await recordsFinding(directory),
    clockFinding(),
    await stickFinding(configuration),
  ];
}

/** The device to try, or why there is none. */
interface SoundCandidate {
  readonly device?: string;
  readonly finding: Finding;
}

function soundChoice(part: "microphone" | "speaker", named: string, choice: DeviceChoice): SoundCandidate {
  if (named !== "auto") {
    const detail = `${named}, as the configuration says`;
    return { device: named, finding: { part, works: true, detail } };
  }
  switch (choice.kind) {
    case "one": {
      const { alsaName, label } = choice.device;
      return { device: alsaName, finding: { part, works: true, detail: `${label} (${alsaName})` } };
    }
    case "none":
      return { finding: { part, works: false, detail: "no USB device", remedy: `plug in a USB ${part}` } };
    case "several": {
      const names = choice.devices.map(({ alsaName }) => alsaName).join(", ");
      const remedy = `set audio.${part} to one of them`;
      return { finding: { part, works: false, detail: `several: ${names}`, remedy } };
    }
  }
}

/** Listens for the first sound; a device that the running service has is in good hands. */
async function microphoneFinding(
  { device, finding }: SoundCandidate,
  microphone: Microphone,
): Promise<Finding> {
  if (device === undefined) return finding;
  const heard = new Promise<MicrophoneFault | undefined>((resolve) => {
    microphone.start({
      onChunk: () => resolve(undefined),
      onLost: resolve,
      onRecovered: () => undefined,
    });
  });
  const outcome = await within(systemClock, "first sound", soundLimitMs, heard);
  await microphone.close();
  if (outcome.kind !== "settled")
    return { ...finding, works: false, detail: `${device}: no sound`, remedy: soundRemedy };
  const fault = outcome.value;
  if (fault === undefined) return finding;
  if (fault.kind === "device_busy") return { ...finding, detail: `${finding.detail}, in use` };
  return { ...finding, works: false, detail: fault.detail, remedy: soundRemedy };
}

/** Plays a moment of silence. */
async function speakerFinding({ device, finding }: SoundCandidate, speaker: Speaker): Promise<Finding> {
  if (device === undefined) return finding;
  const silence = { samples: new Int16Array(captureRateHz / 10), sampleRateHz: captureRateHz };
  const played = await speaker.play(silence, AbortSignal.timeout(soundLimitMs));
  await speaker.close();
  if (played.ok) return finding;
  if (played.error.kind === "device_busy") return { ...finding, detail: `${finding.detail}, in use` };
  return { ...finding, works: false, detail: played.error.detail, remedy: soundRemedy };
}

const soundLimitMs = 5_000;
/** udev permits a line that was just exported within this time. */
const permissionLimitMs = 2_000;
const soundRemedy = "check its plug; arecord -L and aplay -L list the devices";

async function buttonFinding({ button, gpio }: Configuration): Promise<Finding> {
  const part = "button";
  if (button.source === "none")
    return { part, works: false, detail: "none configured", remedy: "set button.source" };
  if (button.source === "input") {
    const device = button.device ?? "";
    const why = await access(device, constants.R_OK).then(
      () => undefined,
      (thrown: unknown) => messageOf(thrown),
    );
    if (why === undefined) return { part, works: true, detail: device };
    return { part, works: false, detail: why, remedy: "plug the pedal in, or correct button.device" };
  }
  if (button.source !== "gpio") return { part, works: true, detail: `source ${button.source}` };
  const place = { pin: button.pin, ...(gpio.chip === undefined ? {} : { chipLabel: gpio.chip }) };
  const used = readExported(place);
  if (used !== undefined) return lineFinding(button, used, ", in use");
  let line = openLine(place, "in", "both");
  for (let waited = 0; waited < permissionLimitMs && !line.ok && line.error.mayPass; waited += 100) {
    await sleep(systemClock, "udev permits the line", 100);
    line = openLine(place, "in", "both");
  }
  if (!line.ok)
    return { part, works: false, detail: line.error.detail, remedy: "see hardware/, or set button.source" };
  const value = line.value.readSync();
  line.value.unexport();
  return lineFinding(button, value, "");
}

function lineFinding({ pin, active_low }: Configuration["button"], value: 0 | 1, use: string): Finding {
  const part = "button";
  if ((value === 1) === active_low) return { part, works: true, detail: `GPIO ${pin}${use}` };
  const detail = `GPIO ${pin} is down all the time`;
  return { part, works: false, detail, remedy: "check the wiring and the pull-up" };
}

async function modelFinding(configuration: Configuration): Promise<Finding> {
  const part = "recogniser";
  const remedy = "voicegauge models verify";
  const composed = await composeRecognizer(configuration);
  if (!composed.ok) return { part, works: false, detail: composed.error.detail, remedy };
  const { recognizer, model } = composed.value;
  const started = await recognizer.start(new AbortController().signal);
  await recognizer.close();
  if (!started.ok) {
    return {
      part,
      works: false,
      detail: "detail" in started.error ? started.error.detail : "stopped",
      remedy,
    };
  }
  const megabytes = Math.round(started.value.residentBytes / 1e6);
  return { part, works: true, detail: `${model.id}, ${megabytes} MB` };
}

async function voiceFinding(configuration: Configuration): Promise<Finding> {
  const part = "voice";
  const { voice, name, problem } = await composeVoice(configuration);
  const made = await voice.synthesize("一", new AbortController().signal);
  await voice.close();
  if (problem !== undefined) {
    const remedy = "correct voice.model in the configuration, or install the voice";
    return { part, works: false, detail: `${problem}; espeak-ng speaks instead`, remedy };
  }
  if (made.ok) return { part, works: true, detail: name };
  const detail = "detail" in made.error ? made.error.detail : "stopped";
  return { part, works: false, detail, remedy: "apt-get install espeak-ng" };
}

async function cardFinding({ storage }: Configuration, directory: string): Promise<Finding> {
  const part = "card";
  const folder = (await exists(directory)) ? directory : dirname(directory);
  try {
    await access(folder, constants.W_OK);
    const free = await freeMegabytes(folder);
    const limits = { warnMegabytes: storage.warn_mb, refuseMegabytes: storage.refuse_mb };
    const space = cardSpaceOf(free, limits);
    const detail = `${directory}, ${Math.round(free)} MB free`;
    if (space === "plenty") return { part, works: true, detail };
    return { part, works: false, detail, remedy: "export to a stick and make room" };
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    return {
      part,
      works: false,
      detail: `${directory}: ${why}`,
      remedy: "make the folder, or name one with --state",
    };
  }
}

async function recordsFinding(directory: string): Promise<Finding> {
  const part = "records";
  try {
    if (!(await areRecordsLost(directory))) return { part, works: true, detail: "none is missing" };
    const detail = `the database was missing at a start: what was recorded before is gone from ${directory}`;
    const remedy =
      "the sticks have what they were given; parts may lie in lost+found of its partition; the next export to a stick ends this line";
    return { part, works: false, detail, remedy };
  } catch (thrown) {
    return { part, works: false, detail: messageOf(thrown), remedy: "sudo voicegauge doctor" };
  }
}

function clockFinding(): Finding {
  const part = "clock";
  if (isClockTrusted(systemClock.wallMs())) return { part, works: true, detail: "set" };
  const remedy = "connect a network once, or fit a real-time clock; records carry the doubt";
  return { part, works: false, detail: "not set since the start", remedy };
}

async function stickFinding({ stick }: Configuration): Promise<Finding> {
  const part = "stick";
  if (await exists(stick.directory)) return { part, works: true, detail: `mounted below ${stick.directory}` };
  return {
    part,
    works: false,
    detail: `no ${stick.directory}`,
    remedy: "the units of systemd/ make it; a desk has its own folder",
  };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
