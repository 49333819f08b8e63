import { access, constants } from "node:fs/promises";
import { dirname } from "node:path";
import { type DeviceChoice, findSoundDevices } from "./audio/sound-devices.js";
import { composeRecognizer, systemClock } from "./compose-parts.js";
import { composeVoice } from "./compose-voice.js";
import { openLine } from "./panel/gpio-line.js";
import { isClockTrusted } from "./service/clock-trust.js";
import type { Configuration } from "./service/configuration.js";
import { cardSpaceOf, freeMegabytes } from "./store/card-space.js";

/** One part of the device, tried. */
export interface Finding {
  readonly part: string;
  readonly works: boolean;
  readonly detail: string;
  /** What a person can do; only where something does not work. */
  readonly remedy?: string;
}

/** Tries every part by itself; none of them stops the others. */
export async function examine(configuration: Configuration, directory: string): Promise<readonly Finding[]> {
  const { capture, playback } = await findSoundDevices();
  return [
    soundFinding("microphone", configuration.audio.microphone, capture),
    soundFinding("speaker", configuration.audio.speaker, playback),
    buttonFinding(configuration),
    await modelFinding(configuration),
    await voiceFinding(configuration),
    await cardFinding(configuration, directory),
    clockFinding(),
    await stickFinding(configuration),
  ];
}

function soundFinding(part: "microphone" | "speaker", named: string, choice: DeviceChoice): Finding {
  if (named !== "auto") return { part, works: true, detail: `${named}, as the configuration says` };
  switch (choice.kind) {
    case "one":
      return { part, works: true, detail: `${choice.device.label} (${choice.device.alsaName})` };
    case "none":
      return { part, works: false, detail: "no USB device", remedy: `plug in a USB ${part}` };
    case "several": {
      const names = choice.devices.map(({ alsaName }) => alsaName).join(", ");
      return { part, works: false, detail: `several: ${names}`, remedy: `set audio.${part} to one of them` };
    }
  }
}

function buttonFinding({ button, gpio }: Configuration): Finding {
  const part = "button";
  if (button.source === "none")
    return { part, works: false, detail: "none configured", remedy: "set button.source" };
  if (button.source !== "gpio") return { part, works: true, detail: `source ${button.source}` };
  const chip = gpio.chip === undefined ? {} : { chipLabel: gpio.chip };
  const line = openLine({ pin: button.pin, ...chip }, "in", "both");
  if (!line.ok)
    return { part, works: false, detail: line.error, remedy: "see hardware/, or set button.source" };
  const isDown = (line.value.readSync() === 1) !== button.active_low;
  line.value.unexport();
  return isDown
    ? {
        part,
        works: false,
        detail: `GPIO ${button.pin} is down all the time`,
        remedy: "check the wiring and the pull-up",
      }
    : { part, works: true, detail: `GPIO ${button.pin}` };
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
