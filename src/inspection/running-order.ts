import type { Characteristic, InspectionPlan } from "./plan.js";

/**
 * What the running order names next: the first characteristic behind the one measured last that this piece still
 * lacks, then from the beginning; undefined when the piece is complete.
 *
 * @param measured numbers of the characteristics measured on this piece, the newest last
 */
export function nextInOrder(plan: InspectionPlan, measured: readonly number[]): Characteristic | undefined {
  const { characteristics } = plan;
  const last = characteristics.findIndex(({ number }) => number === measured.at(-1));
  const fromLast = [...characteristics.slice(last + 1), ...characteristics.slice(0, last + 1)];
  return fromLast.find(({ number }) => !measured.includes(number));
}
