import type { Statistics } from "../inspection/statistics.js";
import type { Characteristic } from "./characteristics.js";
import { type Cell, countCell, decimalCell, emptyCell, estimateCell, textCell } from "./report-rows.js";

/** Decimals of an index of capability, as quality departments write them. */
const indexDecimals = 2;
/** A mean is worth one more decimal than the values, a deviation two. */
const meanDecimals = 1;
const deviationDecimals = 2;

/**
 * Values that a capability needs: of fewer it says little about the process and much about chance, so that control charts
 * are begun with 25 of them (AIAG, “Statistical Process Control”, 2nd edition: 25 or more subgroups).
 */
const fewestForCapability = 25;

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
    indexCell(statistics, "cp"),
    indexCell(statistics, "cpk"),
    indexCell(statistics, "pp"),
    indexCell(statistics, "ppk"),
    countCell(statistics?.outOfTolerance),
  ];
}

/** Says why an index is missing that the limits would allow. */
function indexCell(statistics: Statistics | undefined, name: "cp" | "cpk" | "pp" | "ppk"): Cell {
  const index = statistics?.[name];
  if (statistics === undefined || index === undefined) return emptyCell;
  return statistics.count < fewestForCapability
    ? textCell(`n < ${fewestForCapability}`)
    : estimateCell(index, indexDecimals);
}
