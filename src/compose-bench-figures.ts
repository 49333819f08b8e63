import { systemClock } from "./compose-parts.js";

/**
 * One figure of a run; `ratio` compares its median and its worst value with the median of something else that was measured
 * in the same run: a plain tool, or the same while nothing else goes on.
 */
export interface Figure {
  readonly name: string;
  readonly n: number;
  readonly median: number;
  readonly worst: number;
  readonly unit: "ms" | "MB" | "1/s" | "times";
  readonly ratio?: { readonly value: number; readonly worst: number; readonly of: string };
}

/** What is said wherever a sentence is needed. */
export const sentence = "长度一百二十点五毫米";

/** Milliseconds that work takes. */
export async function timed(work: () => unknown): Promise<number> {
  const startedMs = systemClock.monotonicMs();
  await work();
  return systemClock.monotonicMs() - startedMs;
}

/** Sums up the values of a run; `plain` are those that they are compared with. */
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
    plain === undefined || reference === 0
      ? {}
      : { ratio: { value: median / reference, worst: worst / reference, of: plain.of } };
  return { name, n: values.length, median, worst, unit, ...ratio };
}

function medianOf(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
