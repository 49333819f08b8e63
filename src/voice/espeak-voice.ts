import type { Pcm } from "../audio/pcm.js";
import { wavToPcm } from "../audio/wav.js";
import type { Clock } from "../runtime/clock.js";
import { err, ok, type Result } from "../runtime/result.js";
import { type ProgramError, runProgram } from "../runtime/run-program.js";
import type { Voice, VoiceError, VoiceSettings } from "./voice.js";

export interface EspeakOptions extends VoiceSettings {
  readonly clock: Clock;
  readonly program?: string;
  /** A voice variant such as `+f2`; the demo operator has another one than the device. */
  readonly variant?: string;
}

/** Debian's plain `cmn` reads the pinyin of its own dictionary as English letters; this one reads it as pinyin. */
const mandarinVoice = "cmn-latn-pinyin";

/** Longest text and longest synthesis: a phrase takes some 20 ms. */
const textLimit = 1_000;
const timeoutMs = 5_000;

/** Speaks by espeak-ng, one short process a phrase. */
export function createEspeakVoice(options: EspeakOptions): Voice {
  const { clock, program = "espeak-ng", language, wordsPerMinute, volume, variant = "" } = options;
  const voice = `${language === "zh" ? mandarinVoice : "en"}${variant}`;
  const args = [
    "-v",
    voice,
    "-s",
    String(wordsPerMinute),
    "-a",
    String(Math.round(volume * 200)),
    "-b",
    "1",
    "--stdin",
    "--stdout",
  ];

  return {
    async synthesize(text, signal): Promise<Result<Pcm, VoiceError>> {
      if (text.trim() === "" || text.length > textLimit) {
        return err({ kind: "synthesis_failed", detail: `a text of 1 to ${textLimit} characters is needed` });
      }
      // In another locale than UTF-8 its Mandarin voice reads characters wrongly.
      const env = { LC_ALL: "C.UTF-8" };
      const output = await runProgram(clock, program, args, { timeoutMs, signal, input: text, env });
      if (!output.ok) return err(voiceErrorOf(output.error));
      const pcm = wavToPcm(output.value.stdout, "espeak-ng");
      return pcm.ok ? ok(pcm.value) : err({ kind: "synthesis_failed", detail: pcm.error.kind });
    },
    close: () => Promise.resolve(),
  };
}

function voiceErrorOf(error: ProgramError): VoiceError {
  switch (error.kind) {
    case "program_missing":
      return { kind: "program_missing", detail: "espeak-ng is not installed: apt-get install espeak-ng" };
    case "timed_out":
      return { kind: "timed_out", detail: error.detail };
    case "aborted":
      return { kind: "aborted" };
    case "failed":
    case "too_much_output":
      return { kind: "synthesis_failed", detail: error.detail };
  }
}
