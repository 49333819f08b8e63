import lpcm16 from "node-record-lpcm16";
import { messageOf } from "../runtime/assert.js";
import type { BackoffOptions } from "../runtime/backoff.js";
import type { Clock, Timer } from "../runtime/clock.js";
import { compiledModulePath } from "../runtime/compiled-module.js";
import type { RestartBudgetOptions } from "../runtime/restart-budget.js";
import { err, ok } from "../runtime/result.js";
import { createStderrLines } from "../runtime/stderr-lines.js";
import { createSupervisor, type SupervisedRun } from "../runtime/supervisor.js";
import { alsaMissing, diagnoseAlsa } from "./alsa-diagnosis.js";
import { type DeviceName, nameOf } from "./device-name.js";
import type { Microphone, MicrophoneFault, MicrophoneListener } from "./microphone.js";
import { captureRateHz } from "./pcm.js";
import { createSampleReader } from "./sample-reader.js";

export interface AlsaMicrophoneOptions {
  /** ALSA name; `plughw:CARD=<id>,DEV=0` converts rates and channels and survives a changed card number. */
  readonly device: DeviceName;
  /** Default arecord, found on PATH. */
  readonly program?: string;
  /** Length of an ALSA period and of its ring buffer, in milliseconds. Defaults 20 and 500. */
  readonly periodMs?: number;
  readonly bufferMs?: number;
  /** An arecord that delivers nothing for so long is replaced, in milliseconds. Default 1400. */
  readonly stallMs?: number;
  readonly backoff?: BackoffOptions;
  readonly budget?: RestartBudgetOptions;
}

/** What arecord says (aplay.c, `xrun`) when nobody took its samples in time; it goes on with those that come then. */
const overrun = /^overrun!!!/;

const termGraceMs = 500;
const killGraceMs = 500;

/** A real microphone through arecord, restarted for as long as it takes. */
export function createAlsaMicrophone(
  clock: Clock,
  random: () => number,
  options: AlsaMicrophoneOptions,
): Microphone {
  const { backoff, budget } = options;
  let listener: MicrophoneListener | undefined;
  let lost = false;

  function lose(fault: MicrophoneFault): void {
    if (lost) return;
    lost = true;
    listener?.onLost(fault);
  }

  /** Samples, not a process that runs, are the sign of life. */
  function deliver(samples: Int16Array): void {
    if (lost) {
      lost = false;
      listener?.onRecovered();
    }
    listener?.onChunk(samples);
  }

  const supervisor = createSupervisor<MicrophoneFault>({
    clock,
    random,
    name: "arecord",
    begin: async () => {
      const begun = beginRecording(clock, options, await nameOf(options.device), deliver, () =>
        listener?.onHole?.(),
      );
      return "ended" in begun ? ok(begun) : err(begun);
    },
    tooSlow: { kind: "capture_failed", detail: "arecord did not start" },
    onHealth({ state, lastReason }) {
      if (state === "waiting" && lastReason !== undefined) lose(lastReason);
    },
    ...(backoff === undefined ? {} : { backoff }),
    ...(budget === undefined ? {} : { budget }),
  });

  return {
    start(to) {
      listener = to;
      supervisor.start();
    },
    async close() {
      listener = undefined;
      await supervisor.stop();
    },
  };
}

/** One arecord, from its start to its end. */
function beginRecording(
  clock: Clock,
  options: AlsaMicrophoneOptions,
  device: string,
  onSamples: (samples: Int16Array) => void,
  onHole: () => void,
): SupervisedRun<MicrophoneFault> | MicrophoneFault {
  const { program = "arecord", periodMs = 20, bufferMs = 500, stallMs = 1_400 } = options;
  const frames = (ms: number): number => Math.round((ms * captureRateHz) / 1000);
  let recording: lpcm16.Recording;
  try {
    recording = lpcm16.record({
      sampleRate: captureRateHz,
      channels: 1,
      audioType: "raw",
      recorder: compiledModulePath("audio/arecord-recorder.cjs"),
      device,
      arecordProgram: program,
      periodFrames: frames(periodMs),
      bufferFrames: frames(bufferMs),
    });
  } catch (thrown) {
    return { kind: "capture_failed", detail: messageOf(thrown) };
  }
  const { process } = recording;
  const stream = recording.stream();
  const lines = createStderrLines(clock, (line) => {
    if (overrun.test(line)) onHole();
  });
  const reader = createSampleReader();
  const timers = new Set<Timer>();
  let stall: Timer | undefined;
  let resolveEnded: (fault: MicrophoneFault) => void = () => undefined;
  const ended = new Promise<MicrophoneFault>((resolve) => {
    resolveEnded = resolve;
  });

  function end(fault: MicrophoneFault): void {
    stall?.cancel();
    for (const timer of timers) timer.cancel();
    stream.removeAllListeners("data");
    // Without this a grandchild that holds the pipe would keep it, and with it this process, open.
    stream.destroy();
    process.stderr?.destroy();
    resolveEnded(fault);
  }

  function kill(): void {
    process.kill("SIGTERM");
    const uninterruptible: MicrophoneFault = {
      kind: "capture_failed",
      detail: `${program} cannot be killed`,
    };
    timers.add(
      clock.startTimer("kill arecord", termGraceMs, () => {
        process.kill("SIGKILL");
        timers.add(clock.startTimer("give arecord up", killGraceMs, () => end(uninterruptible)));
      }),
    );
  }

  function watch(): void {
    stall?.cancel();
    stall = clock.startTimer("arecord stall", stallMs, () => {
      stalled = true;
      kill();
    });
  }

  let stalled = false;
  // All in the tick of the spawn: the stream flows at once, and an unheard error ends Node.
  process.on("error", (error) => {
    if (process.pid === undefined) end(missingOr(program, error));
  });
  stream.on("error", () => undefined);
  stream.on("data", (bytes: Buffer) => {
    watch();
    const samples = reader.take(bytes);
    if (samples.length > 0) onSamples(samples);
  });
  process.stderr?.on("data", (bytes: Buffer) => lines.take(bytes));
  process.on("exit", (code, signal) => {
    // `close` can be late or never come (a grandchild); a moment is enough for the last line on stderr.
    timers.add(clock.startTimer("last words of arecord", 100, finish));
    process.on("close", finish);
    function finish(): void {
      lines.end();
      if (stalled) end({ kind: "no_samples", detail: `${device} has delivered nothing for ${stallMs} ms` });
      else
        end(faultOf(diagnoseAlsa(program, device, lines.last(), `ended (${signal ?? code ?? "unknown"})`)));
    }
  });
  watch();

  return {
    ended,
    async stop() {
      if (process.pid === undefined) return;
      kill();
      await ended;
    },
  };
}

function missingOr(program: string, error: Error): MicrophoneFault {
  if ("code" in error && error.code === "ENOENT") return faultOf(alsaMissing(program));
  return { kind: "capture_failed", detail: `${program} cannot be started: ${error.message}` };
}

function faultOf(fault: ReturnType<typeof alsaMissing>): MicrophoneFault {
  return fault.kind === "failed" ? { kind: "capture_failed", detail: fault.detail } : fault;
}
