import type { Command } from "commander";
import { runShift } from "../simulation/shift.js";
import { CommandFailure } from "./failure.js";
import { wholeNumber } from "./options.js";
import { printJson, printLine } from "./output.js";

interface SimulateOptions {
  readonly seed: number;
  readonly shifts: number;
  readonly json?: true;
}

/** `voicegauge simulate`: shifts with faults on virtual time, the rules of the dialogue checked after each step. */
export function addSimulateCommand(program: Command): void {
  program
    .command("simulate")
    .description(
      "run shifts with faults through the controller on virtual time and check its rules after each step",
    )
    .option("--seed <n>", "first seed", wholeNumber, 1)
    .option("--shifts <n>", "number of shifts, each with the next seed", wholeNumber, 100)
    .option("--json", "one line of JSON a shift")
    .action(async (options: SimulateOptions) => {
      let steps = 0;
      for (let seed = options.seed; seed < options.seed + options.shifts; seed += 1) {
        const report = runShift(seed);
        const again = runShift(seed);
        if (options.json === true) await printJson(report);
        const replay = `replay with: voicegauge simulate --seed ${seed} --shifts 1`;
        if (report.broken !== undefined)
          throw new CommandFailure(`seed ${seed}: ${report.broken}; ${replay}`);
        if (again.digest !== report.digest)
          throw new CommandFailure(`seed ${seed} ran differently twice; ${replay}`);
        steps += report.steps;
      }
      await printLine(`${options.shifts} shifts, ${steps} controller steps, no rule broken`);
    });
}
