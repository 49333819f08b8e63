import { createAlsaMicrophone } from "./audio/alsa-microphone.js";
import { createAlsaSpeaker } from "./audio/alsa-speaker.js";
import { type DeviceName, nameOf } from "./audio/device-name.js";
import { createFileMicrophone, type FileMicrophone } from "./audio/file-microphone.js";
import { createFileSpeaker } from "./audio/file-speaker.js";
import type { Microphone } from "./audio/microphone.js";
import { setMixer } from "./audio/mixer.js";
import { findSoundDevices } from "./audio/sound-devices.js";
import type { Speaker } from "./audio/speaker.js";
import { random, systemClock } from "./compose-parts.js";
import type { Configuration } from "./service/configuration.js";

export type { FileMicrophone } from "./audio/file-microphone.js";

/** Where the sound comes from and goes to. */
export type SoundChoice =
  | { readonly kind: "files"; readonly speakerPath: string }
  | { readonly kind: "card"; readonly microphone: DeviceName; readonly speaker: DeviceName };

/**
 * The devices of the configuration, or whichever USB device is there when one is opened. The microphone is opened at the
 * start and after it was pulled: then the levels of both cards are set. `onProblem` hears of a card that cannot be set.
 */
export function cardWhenOpened({ audio }: Configuration, onProblem: (detail: string) => void): SoundChoice {
  const find = (named: string, side: "capture" | "playback"): DeviceName => {
    if (named !== "auto") return named;
    return async () => {
      const choice = (await findSoundDevices())[side];
      return choice.kind === "one" ? choice.device.alsaName : "default";
    };
  };
  const [microphone, speaker] = [find(audio.microphone, "capture"), find(audio.speaker, "playback")];
  if (!audio.set_mixer) return { kind: "card", microphone, speaker };
  return {
    kind: "card",
    speaker,
    async microphone() {
      const [input, output] = [await nameOf(microphone), await nameOf(speaker)];
      const isOneCard = cardOf(input) === cardOf(output);
      const levels = { capture: audio.mixer_capture, playback: audio.mixer_playback };
      const set = isOneCard
        ? [await setMixer(systemClock, input, levels)]
        : [
            await setMixer(systemClock, input, { capture: levels.capture }),
            await setMixer(systemClock, output, { playback: levels.playback }),
          ];
      for (const outcome of set) if (!outcome.ok) onProblem(outcome.error);
      return input;
    },
  };
}

function cardOf(device: string): string {
  return /\bCARD=([\w-]+)/.exec(device)?.[1] ?? device;
}

/** The sound of the configuration: the devices that it names, or the one USB device of each kind. */
export async function findSoundCard(
  configuration: Configuration,
  microphone = configuration.audio.microphone,
): Promise<SoundChoice | undefined> {
  const { capture, playback } = await findSoundDevices();
  const found = playback.kind === "one" ? playback.device.alsaName : "default";
  const speaker = configuration.audio.speaker === "auto" ? found : configuration.audio.speaker;
  if (microphone !== "auto") return { kind: "card", microphone, speaker };
  return capture.kind === "one" ? { kind: "card", microphone: capture.device.alsaName, speaker } : undefined;
}

/** Microphone and speaker of a choice; the file microphone is there when recordings can be spoken into it. */
export function composeSound(sound: SoundChoice): {
  readonly microphone: Microphone;
  readonly speaker: Speaker;
  readonly fileMicrophone?: FileMicrophone;
} {
  if (sound.kind === "files") {
    const fileMicrophone = createFileMicrophone(systemClock);
    const speaker = createFileSpeaker(systemClock, { path: sound.speakerPath });
    return { microphone: fileMicrophone, speaker, fileMicrophone };
  }
  return {
    microphone: createAlsaMicrophone(systemClock, random, { device: sound.microphone }),
    speaker: createAlsaSpeaker(systemClock, { device: sound.speaker }),
  };
}
