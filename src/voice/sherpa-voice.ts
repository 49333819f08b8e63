import { type ChildProcess, fork } from "node:child_process";
import type { Pcm } from "../audio/pcm.js";
import type { Clock } from "../runtime/clock.js";
import { compiledModulePath } from "../runtime/compiled-module.js";
import { err, ok, type Result } from "../runtime/result.js";
import { within } from "../runtime/within.js";
import { readFromSherpa, type ToSherpa, type VoiceFiles } from "./sherpa-messages.js";
import type { Voice, VoiceError, VoiceSettings } from "./voice.js";

export interface SherpaVoiceOptions extends Omit<VoiceSettings, "language"> {
  readonly clock: Clock;
  /** Checks the files; called before each life of the process. */
  readonly verify: () => Promise<Result<VoiceFiles, VoiceError>>;
  /** Limits in milliseconds. Defaults 30000 and 10000. */
  readonly loadLimitMs?: number;
  readonly sayLimitMs?: number;
}

/** espeak-ng's words a minute at which a VITS voice speaks at its own speed. */
const ownSpeed = 160;

interface Speaker {
  readonly child: ChildProcess;
  readonly ready: Promise<Result<void, VoiceError>>;
  readonly asked: Map<number, (outcome: Result<Pcm, VoiceError>) => void>;
}

/** Speaks by sherpa-onnx in a process of its own, which is started at the first phrase and again after its death. */
export function createSherpaVoice(options: SherpaVoiceOptions): Voice {
  const { clock, verify, wordsPerMinute, volume, loadLimitMs = 30_000, sayLimitMs = 10_000 } = options;
  let speaker: Promise<Result<Speaker, VoiceError>> | undefined;
  let child: ChildProcess | undefined;
  let nextId = 1;
  let closed = false;

  async function start(): Promise<Result<Speaker, VoiceError>> {
    const files = await verify();
    if (!files.ok) return files;
    if (closed) return err({ kind: "aborted" });
    const begun = beginSpeaker(volume);
    child = begun.child;
    begun.child.on("exit", () => {
      speaker = undefined;
      child = undefined;
    });
    send(begun.child, { kind: "load", files: files.value });
    const ready = await within(clock, "load the voice", loadLimitMs, begun.ready);
    if (ready.kind === "settled" && ready.value.ok) return ok(begun);
    begun.child.kill("SIGKILL");
    return ready.kind === "settled" && !ready.value.ok
      ? ready.value
      : err({ kind: "timed_out", detail: `the voice did not load within ${loadLimitMs} ms` });
  }

  return {
    async synthesize(text, signal) {
      if (closed || signal.aborted) return err({ kind: "aborted" });
      speaker ??= start();
      const started = await speaker;
      if (!started.ok) {
        speaker = undefined;
        return started;
      }
      if (isAborted(signal)) return err({ kind: "aborted" });
      const id = nextId;
      nextId += 1;
      const { asked, child: process } = started.value;
      let giveUp: () => void = () => undefined;
      const answer = new Promise<Result<Pcm, VoiceError>>((resolve) => {
        asked.set(id, resolve);
        giveUp = () => resolve(err({ kind: "aborted" }));
      });
      signal.addEventListener("abort", giveUp, { once: true });
      send(process, { kind: "say", id, text, speed: wordsPerMinute / ownSpeed });
      const outcome = await within(clock, "synthesis", sayLimitMs, answer);
      signal.removeEventListener("abort", giveUp);
      asked.delete(id);
      if (outcome.kind === "settled") return outcome.value;
      process.kill("SIGKILL");
      return err({ kind: "timed_out", detail: `no sound within ${sayLimitMs} ms` });
    },
    close() {
      closed = true;
      child?.kill("SIGKILL");
      return Promise.resolve();
    },
  };
}

// Asked again after a wait, which the compiler cannot know.
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function beginSpeaker(volume: number): Speaker {
  const child = fork(compiledModulePath("voice/sherpa-child.js"), {
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const asked: Speaker["asked"] = new Map();
  let onReady: (outcome: Result<void, VoiceError>) => void = () => undefined;
  const ready = new Promise<Result<void, VoiceError>>((resolve) => {
    onReady = resolve;
  });
  child.on("message", (message) => {
    const known = readFromSherpa(message);
    if (known === undefined) return;
    if (known.kind === "loaded") onReady(ok(undefined));
    else if (known.kind === "load_failed") onReady(failed(known.detail));
    else if (known.kind === "unspeakable") asked.get(known.id)?.(failed(known.detail));
    else asked.get(known.id)?.(pcmOf(known.samples, known.sampleRateHz, volume));
  });
  const end = (detail: string): void => {
    onReady(failed(detail));
    for (const resolve of asked.values()) resolve(failed(detail));
  };
  child.on("error", (error) => end(error.message));
  child.on("exit", (code, signal) => end(`the voice's process ended (${signal ?? code ?? "unknown"})`));
  return { child, ready, asked };
}

function failed(detail: string): Result<never, VoiceError> {
  return err({ kind: "synthesis_failed", detail });
}

/** Nothing at all is no read-back: the caller must hear of it. */
function pcmOf(samples: Float32Array, sampleRateHz: number, volume: number): Result<Pcm, VoiceError> {
  if (samples.length === 0) return failed("no sound came out of the text");
  const scale = 32_767 * volume;
  const whole = Int16Array.from(samples, (sample) => Math.max(-1, Math.min(1, sample)) * scale);
  return ok({ samples: whole, sampleRateHz });
}

function send(child: ChildProcess, message: ToSherpa): void {
  // A process that has just died cannot be written to; its exit is told to whoever waits.
  if (child.connected) child.send(message, () => undefined);
}
