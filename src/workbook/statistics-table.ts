import type { Characteristic } from "./characteristics.js";
import { type Cell, countCell, decimalCell, estimateCell, textCell } from "./report-rows.js";

/** Decimals of an index of capability, as quality departments write them. */
const indexDecimals = 2;
/** A mean is worth one more decimal than the values, a deviation two. */
const meanDecimals = 1;
const deviationDecimals = 2;

/** The row of a characteristic on the sheet of the figures. */
export function statisticsCells(characteristic: Characteristic): readonly Cell[] {
  const { name, unit, lower, upper, min, max, decimals, statistics } = characteristic;
  return [
    textCell(name),
    textCell(unit),
    decimalCell(lower),
    decimalCell(upper),
    countCell(statistics?.count),
    estimateCell(statistics?.mean, decimals + meanDecimals),
    decimalCell(min),
    decimalCell(max),
    estimateCell(statistics?.deviation, decimals + deviationDecimals),
    estimateCell(statistics?.cp, indexDecimals),
    estimateCell(statistics?.cpk, indexDecimals),
    estimateCell(statistics?.pp, indexDecimals),
    estimateCell(statistics?.ppk, indexDecimals),
    countCell(statistics?.outOfTolerance),
  ];
}
