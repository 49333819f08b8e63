import { reduce } from "../controller/machine.js";
import { type Reducer, runShift, type ShiftReport } from "./shift.js";

/** Seeds one after the other, from `first` on. */
export interface SeedRange {
  readonly first: number;
  readonly count: number;
}

/** A shift that kept the rules and ran the same twice, or what is wrong with it. */
export interface SeedOutcome {
  readonly report: ShiftReport;
  /** For a person, with how to replay it. */
  readonly problem?: string;
}

/** Runs each seed twice, up to and with the first that is wrong. */
export function* runSeeds({ first, count }: SeedRange, reducer: Reducer = reduce): Generator<SeedOutcome> {
  for (let seed = first; seed < first + count; seed += 1) {
    const report = runShift(seed, reducer);
    const again = runShift(seed, reducer);
    const problem =
      report.broken ?? (again.digest === report.digest ? undefined : "it ran differently the second time");
    if (problem === undefined) {
      yield { report };
      continue;
    }
    const replay = `replay with: voicegauge simulate --seed ${seed} --shifts 1`;
    yield { report, problem: `seed ${seed}: ${problem}; ${replay}` };
    return;
  }
}

/** Parts of a range, as even as can be. */
export function shares({ first, count }: SeedRange, parts: number): readonly SeedRange[] {
  return Array.from({ length: parts }, (_, part) => {
    const begin = Math.floor((count * part) / parts);
    const end = Math.floor((count * (part + 1)) / parts);
    return { first: first + begin, count: end - begin };
  });
}
