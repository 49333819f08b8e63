import { availableParallelism } from "node:os";
import type { Command } from "commander";
import { systemClock } from "../compose-parts.js";
import { err, ok, type Result } from "../runtime/result.js";
import { runWorker } from "../runtime/run-worker.js";
import { runSeeds, type SeedRange, shares } from "../simulation/run-seeds.js";
import type { ShiftReport } from "../simulation/shift.js";
import { CommandFailure } from "./failure.js";
import { wholeNumber } from "./options.js";
import { printJson, printLine } from "./output.js";
import type { SimulateAnswer, SimulateWork } from "./simulate-worker.js";

interface SimulateOptions {
  readonly seed: number;
  readonly shifts: number;
  readonly threads: number;
  readonly json?: true;
}

/** Fewer shifts are run sooner than a thread has started and warmed up. */
const shiftsWorthAThread = 1_000;
/** Longest run of a thread, in ms: a week. */
const threadLimitMs = 7 * 86_400_000;

/** `voicegauge simulate`: shifts with faults on virtual time, the rules of the dialogue checked after each step. */
export function addSimulateCommand(program: Command): void {
  program
    .command("simulate")
    .description(
      "run shifts with faults through the controller on virtual time and check its rules after each step",
    )
    .option("--seed <n>", "first seed", wholeNumber, 1)
    .option("--shifts <n>", "number of shifts, each with the next seed", wholeNumber, 100)
    .option(
      "--threads <n>",
      "threads at most; a long run takes them all",
      wholeNumber,
      availableParallelism(),
    )
    .option("--json", "one line of JSON a shift; with several threads not in the order of the seeds")
    .action(async ({ seed, shifts, threads, json }: SimulateOptions) => {
      const range = { first: seed, count: shifts };
      const parts = Math.min(threads, Math.max(1, Math.floor(shifts / shiftsWorthAThread)));
      const tell = json === true ? printJson : undefined;
      const ran = parts === 1 ? await runHere(range, tell) : await runBeside(shares(range, parts), tell);
      if (!ran.ok) throw new CommandFailure(ran.error);
      await printLine(`${shifts} shifts, ${ran.value} controller steps, no rule broken`);
    });
}

type Tell = (report: ShiftReport) => Promise<void>;

/** The controller steps of the first of each seed's two runs, or the first problem. */
async function runHere(range: SeedRange, tell: Tell | undefined): Promise<Result<number, string>> {
  let steps = 0;
  for (const { report, problem } of runSeeds(range)) {
    await tell?.(report);
    if (problem !== undefined) return err(problem);
    steps += report.steps;
  }
  return ok(steps);
}

/** The same on a thread for each range. A problem stops the other threads, so of several the first to be met is told. */
async function runBeside(
  ranges: readonly SeedRange[],
  tell: Tell | undefined,
): Promise<Result<number, string>> {
  const stop = new AbortController();
  let steps = 0;
  let first: string | undefined;
  let told = Promise.resolve();
  await Promise.all(
    ranges.map(async (range) => {
      const data: SimulateWork = { ...range, tellReports: tell !== undefined };
      const worker = { name: "simulate", module: "commands/simulate-worker.js", data };
      const ended = await runWorker<undefined>(
        systemClock,
        { ...worker, limitMs: threadLimitMs, signal: stop.signal },
        (message, settle) => {
          const answer = message as SimulateAnswer;
          if (answer.kind === "ended") {
            settle(answer.problem === undefined ? ok(undefined) : err(answer.problem));
            return;
          }
          steps += answer.steps;
          for (const report of answer.reports) told = told.then(() => tell?.(report));
        },
      );
      if (ended.ok) return;
      first ??= ended.error;
      stop.abort();
    }),
  );
  await told;
  return first === undefined ? ok(steps) : err(first);
}
