import { type ChildProcess, spawn } from "node:child_process";
import { messageOf } from "./assert.js";
import type { Clock, Timer } from "./clock.js";
import { createStderrLines } from "./stderr-lines.js";

/** One child process that lives long, with one owner: whoever started it stops it. */
export interface Child {
  /** Undefined when the program could not be started. */
  readonly pid: number | undefined;
  /** Bytes to its standard input; `onTaken` is called when the pipe has taken them. Lost when it has ended. */
  write(bytes: Uint8Array, onTaken?: () => void): void;
  /** Closes its standard input. */
  endInput(): void;
  /** SIGTERM, after `graceMs` SIGKILL; resolves when it has ended, or a second after a SIGKILL that did nothing. */
  stop(graceMs: number): Promise<ChildExit>;
  /** The same exit that `onExit` was told; never rejects. */
  readonly ended: Promise<ChildExit>;
}

export interface ChildListener {
  onStdout?(chunk: Buffer): void;
  /** One line without its end, cut at 400 characters; at most 20 lines a second, the last of them says how many fell. */
  onStderrLine?(line: string): void;
  /** Told exactly once, after the last of the output. */
  onExit?(exit: ChildExit): void;
}

export type ChildExit =
  | {
      readonly kind: "exited";
      readonly code: number | undefined;
      readonly signal: string | undefined;
      /** The last lines of its standard error, at most ten. */
      readonly lastLines: readonly string[];
    }
  | { readonly kind: "not_started"; readonly missing: boolean; readonly detail: string }
  /** It survived SIGKILL for a second (uninterruptible sleep in a driver). */
  | { readonly kind: "unkillable"; readonly pid: number };

export interface ChildOptions {
  readonly program: string;
  readonly args: readonly string[];
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Give it a standard input that can be written to; otherwise it reads an empty one. */
  readonly input?: boolean;
}

/** After the exit the pipes may stay open in the hands of a grandchild; its output is not waited for longer. */
const closeLimitMs = 300;
const killLimitMs = 1_000;

/** Starts a child. Never throws for a program that is missing: that is an exit, told like any other. */
export function startChild(clock: Clock, options: ChildOptions, listener: ChildListener): Child {
  const { program, args, env, cwd, input = false } = options;
  let told: ChildExit | undefined;
  let resolveEnded: (exit: ChildExit) => void = () => undefined;
  const ended = new Promise<ChildExit>((resolve) => {
    resolveEnded = resolve;
  });
  const lines = createStderrLines(clock, (line) => listener.onStderrLine?.(line));
  const timers = new Set<Timer>();

  function tell(exit: ChildExit): void {
    if (told !== undefined) return;
    told = exit;
    for (const timer of timers) timer.cancel();
    if (process !== undefined) release(process);
    listener.onExit?.(exit);
    resolveEnded(exit);
  }

  function exited(code: number | null, signal: NodeJS.Signals | null): void {
    lines.end();
    tell({ kind: "exited", code: code ?? undefined, signal: signal ?? undefined, lastLines: lines.last() });
  }

  const process = spawnOr((thrown) => {
    // Told later, as every other exit is: the caller has not got the child in its hands yet.
    queueMicrotask(() => tell(notStarted(program, thrown)));
  });

  function spawnOr(onThrown: (thrown: unknown) => void): ChildProcess | undefined {
    try {
      return spawn(program, args, {
        stdio: [input ? "pipe" : "ignore", "pipe", "pipe"],
        ...(env === undefined ? {} : { env: { ...globalThis.process.env, ...env } }),
        ...(cwd === undefined ? {} : { cwd }),
      });
    } catch (thrown) {
      onThrown(thrown);
      return undefined;
    }
  }

  if (process !== undefined) {
    process.on("error", (error) => {
      // The same event also reports a kill or a send that failed; then the child has a pid and goes on.
      if (process.pid === undefined) tell(notStarted(program, error));
    });
    process.stdout?.on("data", (chunk: Buffer) => listener.onStdout?.(chunk));
    process.stderr?.on("data", (chunk: Buffer) => lines.take(chunk));
    for (const stream of [process.stdin, process.stdout, process.stderr])
      stream?.on("error", () => undefined);
    process.on("exit", (code, signal) => {
      timers.add(clock.startTimer(`pipes of ${program}`, closeLimitMs, () => exited(code, signal)));
    });
    process.on("close", (code, signal) => exited(code, signal));
  }

  return {
    pid: process?.pid,
    ended,
    write(bytes, onTaken) {
      if (told !== undefined || process?.stdin?.writable !== true) return;
      process.stdin.write(bytes, (error) => {
        if (error === null || error === undefined) onTaken?.();
      });
    },
    endInput() {
      process?.stdin?.end();
    },
    stop(graceMs) {
      const pid = process?.pid;
      if (told !== undefined || process === undefined || pid === undefined) return ended;
      process.kill("SIGTERM");
      timers.add(
        clock.startTimer(`kill ${program}`, graceMs, () => {
          process.kill("SIGKILL");
          timers.add(
            clock.startTimer(`give ${program} up`, killLimitMs, () => tell({ kind: "unkillable", pid })),
          );
        }),
      );
      return ended;
    },
  };
}

function notStarted(program: string, thrown: unknown): ChildExit {
  const missing = thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT";
  const detail = missing ? `${program} is not installed, or its folder is missing` : messageOf(thrown);
  return { kind: "not_started", missing, detail };
}

/** Nothing of a child that has ended may keep the process alive or call back. */
function release(process: ChildProcess): void {
  for (const stream of [process.stdin, process.stdout, process.stderr]) {
    stream?.removeAllListeners("data");
    stream?.destroy();
  }
  process.removeAllListeners("exit");
  process.removeAllListeners("close");
  process.unref();
}
