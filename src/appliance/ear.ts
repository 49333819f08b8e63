import type { GateError } from "../audio/duplex.js";
import type { Pcm } from "../audio/pcm.js";
import type { ControllerEvent } from "../controller/events.js";
import type { FaultCode } from "../controller/faults.js";
import type { BadLevel } from "../controller/messages.js";
import type { Words } from "../controller/weigh.js";
import type { Recognizer, RecognizerError, Transcript } from "../recognition/recognizer.js";
import type { Clock } from "../runtime/clock.js";
import type { Result } from "../runtime/result.js";
import type { RunTask } from "./run-task.js";

/** What the ear needs of the audio room: one mouth, one ear. */
export interface EarDuplex {
  play(pcm: Pcm, signal: AbortSignal): Promise<{ readonly ok: boolean }>;
  /** Waits for quiet, then delivers samples. */
  openGate(onSamples: (samples: Int16Array) => void, signal: AbortSignal): Promise<Result<void, GateError>>;
  shutGate(): void;
}

/** Carries out what the controller orders of listening. One turn at a time. */
export interface Ear {
  listen(turn: number): void;
  finish(turn: number): void;
  abandon(turn: number): void;
  /** The sound of the turn that was finished last, 16 kHz mono. */
  lastTurn(): Int16Array;
}

interface EarDeps {
  readonly clock: Clock;
  readonly duplex: EarDuplex;
  readonly recognizer: Recognizer;
  readonly listeningTone: Pcm;
  readonly runTask: RunTask;
  readonly dispatch: (event: ControllerEvent) => void;
  /** What was said, by what the likely sentences mean to the device now. */
  readonly wordsOf: (transcript: Transcript) => Words;
  /** Monotonic ms at which the device's last words ended. */
  readonly lastSpeechEndMs: () => number;
  /** What was wrong with the level of the turn whose gate was shut last. */
  readonly levelOfTurn: () => BadLevel | undefined;
  /** Keeps the samples of a finished turn and names the file; undefined when audio is not kept. */
  readonly keepAudio: (turn: number, samples: Int16Array) => string | undefined;
}

/** Longest turn whose sound is kept, in samples at 16 kHz: 70 s, more than any listening limit. */
const keptSamplesLimit = 70 * 16_000;

/** Builds the ear. */
export function createEar(deps: EarDeps): Ear {
  const { clock, duplex, recognizer, listeningTone, runTask, dispatch } = deps;
  const { wordsOf, lastSpeechEndMs, levelOfTurn, keepAudio } = deps;
  let current: { readonly turn: number; readonly task: { cancel(): void } } | undefined;
  let chunks: Int16Array[] = [];
  let kept = 0;
  let openedAtMs = 0;

  function onSamples(samples: Int16Array): void {
    recognizer.accept(samples);
    if (kept >= keptSamplesLimit) return;
    chunks.push(samples);
    kept += samples.length;
  }

  function stop(): void {
    current?.task.cancel();
    current = undefined;
    duplex.shutGate();
    recognizer.abandonTurn();
  }

  return {
    listen(turn) {
      stop();
      chunks = [];
      kept = 0;
      const task = runTask(`listen ${turn}`, async (signal) => {
        const isOver = (): boolean => signal.aborted;
        const tone = await duplex.play(listeningTone, signal);
        if (isOver()) return;
        if (!tone.ok) {
          dispatch({ kind: "listen_failed", turn, fault: "speaker_lost" });
          return;
        }
        recognizer.beginTurn(turn, {
          onPartial: (text) => dispatch({ kind: "partial", turn, text }),
          onEndpoint: () => dispatch({ kind: "endpoint", turn }),
        });
        const gate = await duplex.openGate(onSamples, signal);
        if (isOver()) return;
        openedAtMs = clock.monotonicMs();
        dispatch(
          gate.ok
            ? { kind: "gate_opened", turn }
            : { kind: "listen_failed", turn, fault: faultOfGateError(gate.error) },
        );
      });
      current = { turn, task };
    },
    finish(turn) {
      duplex.shutGate();
      current?.task.cancel();
      const task = runTask(`recognise ${turn}`, async (signal) => {
        const outcome = await recognizer.finishTurn(signal);
        if (signal.aborted) return;
        if (!outcome.ok) {
          const fault = faultOfRecognizerError(outcome.error);
          dispatch({ kind: "recognition_failed", turn, ...(fault === undefined ? {} : { fault }) });
          return;
        }
        const { audioMs, decodeMs } = outcome.value;
        const level = levelOfTurn();
        const words = trusted(wordsOf(outcome.value), level);
        const audioPath = words.text === "" ? undefined : keepAudio(turn, joined(chunks, kept));
        dispatch({
          kind: "transcribed",
          turn,
          heard: {
            ...words,
            audioMs,
            decodeMs,
            sinceOwnSoundMs: openedAtMs - lastSpeechEndMs(),
            ...(level === undefined ? {} : { level }),
            ...(audioPath === undefined ? {} : { audioPath }),
          },
        });
      });
      current = { turn, task };
    },
    abandon(turn) {
      if (current?.turn === turn) stop();
    },
    lastTurn: () => joined(chunks, kept),
  };
}

/** A word is lost with the samples in which it was said, and what is left may sound well: 七百毫升 without 毫 is 七百升. */
function trusted(words: Words, level: BadLevel | undefined): Words {
  if (level !== "interrupted") return words;
  return { text: words.text, confidence: words.confidence, band: "poor" };
}

function joined(chunks: readonly Int16Array[], length: number): Int16Array {
  const whole = new Int16Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}

function faultOfGateError(error: GateError): FaultCode {
  switch (error.kind) {
    case "microphone_lost":
      return "microphone_lost";
    // A player that does not come to its end leaves no quiet to listen in.
    case "not_quiet":
      return "speaker_lost";
    case "abandoned":
      return "not_answering";
  }
}

function faultOfRecognizerError(error: RecognizerError): FaultCode | undefined {
  switch (error.kind) {
    case "model_missing":
    case "model_corrupt":
      return "model_unusable";
    case "crashed":
    case "unavailable":
      return "recognizer_down";
    case "timed_out":
    case "aborted":
      return undefined;
  }
}
