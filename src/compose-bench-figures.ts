import { systemClock } from "./compose-parts.js";

/** One figure of a run; `ratio` compares its median with that of a plain tool measured in the same run. */
export interface Figure {
  readonly name: string;
  readonly n: number;
  readonly median: number;
  readonly worst: number;
  readonly unit: "ms" | "MB" | "1/s";
  readonly ratio?: { readonly value: number; readonly of: string };
}

/** What is said wherever a sentence is needed. */
export const sentence = "长度一百二十点五毫米";

/** Milliseconds that work takes. */
export async function timed(work: () => unknown): Promise<number> {
  const startedMs = systemClock.monotonicMs();
  await work();
  return systemClock.monotonicMs() - startedMs;
}

/** Sums up the values of a run; `plain` are those of the plain tool. */
export function figure(
  name: string,
  values: readonly number[],
  unit: Figure["unit"],
  plain?: { readonly of: string; readonly values: readonly number[] },
): Figure {
  const sorted = [...values].sort((a, b) => a - b);
  const median = medianOf(sorted);
  const worst = (unit === "1/s" ? sorted[0] : sorted.at(-1)) ?? 0;
  const reference = plain === undefined ? 0 : medianOf([...plain.values].sort((a, b) => a - b));
  const ratio =
    plain === undefined || reference === 0 ? {} : { ratio: { value: median / reference, of: plain.of } };
  return { name, n: values.length, median, worst, unit, ...ratio };
}

function medianOf(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
