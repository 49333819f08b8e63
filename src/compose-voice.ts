import { modelsDirectory, systemClock } from "./compose-parts.js";
import { readManifest, verifyVoice } from "./recognition/model.js";
import { err } from "./runtime/result.js";
import type { Configuration } from "./service/configuration.js";
import { createEspeakVoice } from "./voice/espeak-voice.js";
import { withPhraseCache } from "./voice/phrase-cache.js";
import { createSherpaVoice } from "./voice/sherpa-voice.js";
import type { Voice } from "./voice/voice.js";
import { type OnFallback, withFallback } from "./voice/with-fallback.js";

/** The embedded voice; `variant` is for a second speaker such as the operator of the demonstration. */
export function composeEspeakVoice({ language, voice, audio }: Configuration, variant?: string): Voice {
  return createEspeakVoice({
    clock: systemClock,
    language,
    wordsPerMinute: voice.speed,
    volume: audio.volume / 100,
    ...(variant === undefined ? {} : { variant }),
  });
}

/** The device's voice and what it is called. */
export interface ComposedVoice {
  readonly voice: Voice;
  readonly name: string;
  /** Why the voice of the configuration is not used. */
  readonly problem?: string;
}

/**
 * The voice of the configuration, with its phrases cached; espeak-ng speaks what it cannot, which is told by
 * `onFallback`, and its end by undefined.
 */
export async function composeVoice(
  configuration: Configuration,
  onFallback: OnFallback = () => undefined,
): Promise<ComposedVoice> {
  const { language, voice, audio } = configuration;
  const espeak = composeEspeakVoice(configuration);
  const plain = (problem?: string): ComposedVoice => ({
    voice: withPhraseCache(espeak),
    name: "espeak-ng",
    ...(problem === undefined ? {} : { problem }),
  });
  if (voice.model === "espeak") return plain();
  const manifest = await readManifest(modelsDirectory);
  if (!manifest.ok) return plain(manifest.error.detail);
  const { voices } = manifest.value;
  const wanted =
    voice.model === "auto"
      ? voices.filter((one) => one.language.split("-").includes(language))
      : voices.filter(({ id }) => id === voice.model);
  for (const model of wanted) {
    const found = await verifyVoice(modelsDirectory, model);
    if (found.ok) {
      const sherpa = createSherpaVoice({
        clock: systemClock,
        wordsPerMinute: voice.speed,
        volume: audio.volume / 100,
        verify: async () => {
          const files = await verifyVoice(modelsDirectory, model);
          return files.ok ? files : err({ kind: "synthesis_failed", detail: files.error.detail });
        },
      });
      return { voice: withPhraseCache(withFallback(sherpa, espeak, onFallback)), name: model.id };
    }
    if (voice.model !== "auto") return plain(found.error.detail);
  }
  return plain(voice.model === "auto" ? undefined : `no voice is called ${voice.model}`);
}
