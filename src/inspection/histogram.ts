/** One bar: readings from `from` (inclusive) up to `to` (exclusive). */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

const mostBins = 30;

/**
 * Counts readings into bins of equal width. `resolution` is one unit of the last place that was read. The width is a whole
 * number of it and the edges lie half way between two possible readings: otherwise some bins could hold more different
 * readings than others, which draws a comb where there is none. About as many bins as Sturges' rule asks for,
 * `log2 n + 1` (H. A. Sturges, “The Choice of a Class Interval”, 1926), never more than 30. Empty without values.
 */
export function histogram(values: readonly number[], resolution: number): readonly Bin[] {
  if (values.length === 0) return [];
  const steps = values.map((value) => Math.round(value / resolution));
  const first = steps.reduce((least, step) => Math.min(least, step));
  const last = steps.reduce((most, step) => Math.max(most, step));
  const wanted = Math.min(mostBins, Math.ceil(Math.log2(values.length)) + 1);
  const width = Math.ceil((last - first + 1) / wanted);
  const counts = new Array<number>(Math.floor((last - first) / width) + 1).fill(0);
  for (const step of steps) {
    const bin = Math.floor((step - first) / width);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts.map((count, bin) => ({
    from: (first + bin * width - 0.5) * resolution,
    to: (first + (bin + 1) * width - 0.5) * resolution,
    count,
  }));
}
