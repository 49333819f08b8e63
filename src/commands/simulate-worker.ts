/** The worker thread that runs a share of the seeds. */
import { parentPort, workerData } from "node:worker_threads";
import { runSeeds, type SeedRange } from "../simulation/run-seeds.js";
import type { ShiftReport } from "../simulation/shift.js";

export interface SimulateWork extends SeedRange {
  /** Each report is wanted, not the number of steps alone. */
  readonly tellReports: boolean;
}

export type SimulateAnswer =
  | { readonly kind: "progress"; readonly steps: number; readonly reports: readonly ShiftReport[] }
  | { readonly kind: "ended"; readonly problem?: string };

/** Shifts between two messages. */
const batch = 200;

if (parentPort !== null) {
  const { tellReports, ...range } = workerData as SimulateWork;
  let steps = 0;
  let shifts = 0;
  let reports: ShiftReport[] = [];
  let found: string | undefined;
  const tell = (answer: SimulateAnswer): void => parentPort?.postMessage(answer);
  const flush = (): void => {
    tell({ kind: "progress", steps, reports });
    steps = 0;
    reports = [];
  };
  for (const { report, problem } of runSeeds(range)) {
    steps += report.steps;
    shifts += 1;
    found = problem;
    if (tellReports) reports.push(report);
    if (shifts % batch === 0) flush();
  }
  flush();
  tell({ kind: "ended", ...(found === undefined ? {} : { problem: found }) });
}
