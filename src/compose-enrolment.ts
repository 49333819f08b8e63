import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { modelsDirectory, systemClock } from "./compose-parts.js";
import type { Lesson, Reading } from "./enrolment/lesson.js";
import { rehearsalSentences } from "./enrolment/rehearsal-sentences.js";
import { runLesson } from "./enrolment/run-lesson.js";
import { createVoiceProfiles, type VoiceProfiles, voicesFolder } from "./enrolment/voice-profiles.js";
import { type Model, verifyModel } from "./recognition/model.js";
import { messageOf } from "./runtime/assert.js";
import { err, ok, type Result } from "./runtime/result.js";
import { createEspeakVoice } from "./voice/espeak-voice.js";
import { readingPrompts } from "./wording/reading-prompts.js";

/** The voice of whoever speaks while no inspector is set. */
export const commonVoice = "default";

/** Learns the voices of the operators. */
export interface VoiceSchool {
  readonly profiles: VoiceProfiles;
  /** The encoder of a person whose voice was learnt for this model. */
  encoderOf(name: string): Promise<string | undefined>;
  /**
   * Learns a voice from readings of `readingPrompts`, a place for each of them, and keeps it when it helps. The readings are
   * kept in any case. An error is one line for a person.
   */
  teach(
    name: string,
    readings: readonly (Reading | undefined)[],
    signal: AbortSignal,
    onProgress?: (part: number) => void,
  ): Promise<Result<Lesson, string>>;
}

/** Voices of the rehearsal: variants of espeak-ng and words a minute, taken in turn. */
const rehearsalVoices = ["", "+f2", "+m3", "+f4", "+m1", "+m7", "+f1", "+m4"] as const;
const rehearsalSpeeds = [150, 175, 200] as const;

/** The voices of a state folder, for a model. */
export function composeVoiceSchool(stateDirectory: string, model: Model): VoiceSchool {
  const profiles = createVoiceProfiles(join(stateDirectory, voicesFolder));

  async function teach(
    name: string,
    readings: readonly (Reading | undefined)[],
    signal: AbortSignal,
    onProgress?: (part: number) => void,
  ): Promise<Result<Lesson, string>> {
    if (!model.learns) return err(`the model ${model.id} cannot learn`);
    const kept = await profiles.keepReadings(name, readings);
    if (!kept.ok) return kept;
    const files = await verifyModel(modelsDirectory, model);
    if (!files.ok) return err(files.error.detail);
    const rehearsal = await rehearse(signal);
    if (!rehearsal.ok) return rehearsal;
    const chosen = (heldBack: boolean): readonly Reading[] =>
      readings.filter(
        (reading, index): reading is Reading =>
          reading !== undefined && readingPrompts[index]?.heldBack === heldBack,
      );
    const material = {
      encoder: new Uint8Array(await readFile(files.value.encoder)),
      tokens: await readFile(files.value.tokens, "utf8"),
      own: chosen(false),
      heldBack: chosen(true),
      rehearsal: rehearsal.value,
    };
    const lesson = await runLesson(systemClock, material, signal, onProgress);
    if (!lesson.ok || !lesson.value.isBetter) return lesson;
    const base = {
      model: model.id,
      sha256: model.files.encoder.sha256 ?? "",
      learntAt: new Date(systemClock.wallMs()),
    };
    const saved = await profiles.save(name, lesson.value, base);
    return saved.ok ? lesson : saved;
  }

  return {
    profiles,
    encoderOf: (name) => profiles.encoderOf(name, model.files.encoder.sha256 ?? ""),
    async teach(...given) {
      try {
        return await teach(...given);
      } catch (thrown) {
        return err(messageOf(thrown));
      }
    },
  };
}

async function rehearse(signal: AbortSignal): Promise<Result<readonly Reading[], string>> {
  const readings: Reading[] = [];
  for (const [index, text] of rehearsalSentences.entries()) {
    const voice = createEspeakVoice({
      clock: systemClock,
      language: "zh",
      wordsPerMinute: rehearsalSpeeds[index % rehearsalSpeeds.length] ?? 175,
      volume: 0.8,
      variant: rehearsalVoices[index % rehearsalVoices.length] ?? "",
    });
    const sound = await voice.synthesize(text, signal);
    if (!sound.ok) return err("detail" in sound.error ? sound.error.detail : "the lesson was stopped");
    readings.push({ samples: sound.value.samples, text });
  }
  return ok(readings);
}
