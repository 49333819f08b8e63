import type { Pcm } from "../audio/pcm.js";
import type { Tones } from "../audio/tones.js";
import type { Cue } from "../controller/commands.js";
import type { ControllerEvent } from "../controller/events.js";
import type { Message } from "../controller/messages.js";
import type { Clock } from "../runtime/clock.js";
import type { PlaySound } from "../voice/speech.js";
import { sayInPieces } from "../voice/speech.js";
import type { Voice } from "../voice/voice.js";
import type { RunTask } from "./run-task.js";

/** Carries out what the controller orders of speaking. One utterance at a time. */
export interface Mouth {
  speak(turn: number, message: Message, cue?: Cue): void;
  stop(turn: number): void;
  tick(): void;
  /** Monotonic ms at which the device's last words ended; -Infinity before the first. */
  lastSpeechEndMs(): number;
}

interface MouthDeps {
  readonly clock: Clock;
  readonly voice: Voice;
  readonly play: PlaySound<unknown>;
  readonly tones: Tones;
  readonly wordsOf: (message: Message) => string;
  readonly runTask: RunTask;
  readonly dispatch: (event: ControllerEvent) => void;
  readonly onSpeech: (event: SpeechEvent) => void;
}

export type SpeechEvent =
  | { readonly kind: "started"; readonly text: string; readonly afterMs: number }
  | { readonly kind: "completed"; readonly text: string; readonly tookMs: number }
  | { readonly kind: "cancelled"; readonly text: string }
  | { readonly kind: "failed"; readonly text: string; readonly detail: string };

/** Builds the mouth. */
export function createMouth(deps: MouthDeps): Mouth {
  const { clock, voice, play, tones, wordsOf, runTask, dispatch, onSpeech } = deps;
  let current: { readonly turn: number; readonly task: { cancel(): void } } | undefined;
  let lastEndMs = Number.NEGATIVE_INFINITY;

  async function say(turn: number, text: string, cue: Pcm | undefined, signal: AbortSignal): Promise<void> {
    const askedAtMs = clock.monotonicMs();
    if (cue !== undefined) await play(cue, signal);
    const outcome = await sayInPieces(voice, play, text, signal, () =>
      onSpeech({ kind: "started", text, afterMs: Math.round(clock.monotonicMs() - askedAtMs) }),
    );
    lastEndMs = clock.monotonicMs();
    if (signal.aborted || (outcome.ok && outcome.value === "stopped")) {
      onSpeech({ kind: "cancelled", text });
    } else if (outcome.ok) {
      onSpeech({ kind: "completed", text, tookMs: Math.round(lastEndMs - askedAtMs) });
      dispatch({ kind: "spoken", turn, text });
    } else {
      onSpeech({ kind: "failed", text, detail: JSON.stringify(outcome.error) });
      dispatch({ kind: "speech_failed", turn, fault: "speaker_lost" });
    }
  }

  return {
    speak(turn, message, cue) {
      current?.task.cancel();
      const text = wordsOf(message);
      const sound = cue === undefined ? undefined : cue === "fault" ? tones.fault : tones.notUnderstood;
      current = { turn, task: runTask(`speak ${turn}`, (signal) => say(turn, text, sound, signal)) };
    },
    stop(turn) {
      if (current?.turn !== turn) return;
      current.task.cancel();
      current = undefined;
    },
    tick() {
      runTask("tick", async (signal) => {
        await play(tones.working, signal);
      });
    },
    lastSpeechEndMs: () => lastEndMs,
  };
}
