import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import spawn, { SubprocessError } from "nano-spawn";
import { messageOf } from "./assert.js";
import type { Clock } from "./clock.js";
import { err, ok, type Result } from "./result.js";

/** What a program that ran to its end left behind. */
export interface ProgramOutput {
  readonly stdout: Buffer;
  readonly stderr: string;
}

export type ProgramError =
  | { readonly kind: "program_missing"; readonly detail: string }
  | { readonly kind: "failed"; readonly exitCode: number | undefined; readonly detail: string }
  | { readonly kind: "too_much_output"; readonly detail: string }
  | { readonly kind: "timed_out"; readonly detail: string }
  | { readonly kind: "aborted" };

export interface ProgramOptions {
  readonly timeoutMs: number;
  /** Kills the program when it aborts. */
  readonly signal?: AbortSignal;
  /** Text for its standard input. */
  readonly input?: string;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** More than this on standard output, or on standard error, kills it. In bytes; default 16 MiB. */
  readonly outputLimit?: number;
}

/** Runs a program once. Settles at the latest at its time limit; never rejects. */
export async function runProgram(
  clock: Clock,
  program: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<Result<ProgramOutput, ProgramError>> {
  const { timeoutMs, signal, input, env, cwd, outputLimit = 16 * 1024 * 1024 } = options;
  if (signal?.aborted === true) return err({ kind: "aborted" });
  const killer = new AbortController();
  const chunks: Buffer[] = [];
  let child: ChildProcess | undefined;
  let verdict: ProgramError | undefined;

  const giveUp = (error: ProgramError): void => {
    verdict ??= error;
    killer.abort();
    // A grandchild may hold the pipes for as long as it likes; neither this call nor the process waits for it.
    child?.stdout?.destroy();
    child?.stderr?.destroy();
    ending(err(verdict));
  };
  const tooMuch = `${program} wrote more than ${outputLimit} bytes`;
  const countTo = (stream: Readable | null, onText: (text: string) => void): void => {
    let length = 0;
    stream?.on("data", (text: string) => {
      length += text.length;
      if (length <= outputLimit) onText(text);
      else giveUp({ kind: "too_much_output", detail: tooMuch });
    });
  };
  let ending: (outcome: Result<ProgramOutput, ProgramError>) => void = () => undefined;
  const outcome = new Promise<Result<ProgramOutput, ProgramError>>((resolve) => {
    ending = resolve;
  });
  const onAbort = (): void => giveUp({ kind: "aborted" });
  const tooLong = `${program} did not end within ${timeoutMs} ms`;
  const timer = clock.startTimer(program, timeoutMs, () => giveUp({ kind: "timed_out", detail: tooLong }));
  signal?.addEventListener("abort", onAbort, { once: true });

  const subprocess = spawn(program, args, {
    stdin: input === undefined ? "ignore" : { string: input },
    signal: killer.signal,
    killSignal: "SIGKILL",
    ...(env === undefined ? {} : { env: { ...env } }),
    ...(cwd === undefined ? {} : { cwd }),
  });
  subprocess.nodeChildProcess.then(
    (started) => {
      child = started;
      // nano-spawn asks for UTF-8, which would spoil sound; one character a byte loses nothing. Nothing has been read yet.
      child.stdout?.setEncoding("latin1");
      countTo(child.stdout, (text) => chunks.push(Buffer.from(text, "latin1")));
      countTo(child.stderr, () => undefined);
    },
    () => undefined,
  );
  subprocess.then(
    ({ stderr }) => ending(ok({ stdout: Buffer.concat(chunks), stderr })),
    (thrown: unknown) => ending(err(verdict ?? errorOf(program, thrown))),
  );

  const settled = await outcome;
  timer.cancel();
  signal?.removeEventListener("abort", onAbort);
  return settled;
}

function errorOf(program: string, thrown: unknown): ProgramError {
  if (!(thrown instanceof SubprocessError))
    return { kind: "failed", exitCode: undefined, detail: messageOf(thrown) };
  const { cause, exitCode, stderr } = thrown;
  if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") {
    return { kind: "program_missing", detail: `${program} is not installed, or its folder is missing` };
  }
  const lastLine = stderr.trim().split("\n").at(-1) ?? "";
  return { kind: "failed", exitCode, detail: lastLine === "" ? thrown.message : `${program}: ${lastLine}` };
}
