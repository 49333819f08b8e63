import type { Statistics } from "../inspection/statistics.js";
import type { SheetText } from "../wording/sheet-text.js";
import type { Characteristic } from "./characteristics.js";
import {
  type Cell,
  countCell,
  decimalCell,
  emptyCell,
  estimateCell,
  shownText,
  textCell,
} from "./report-rows.js";

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
  const { number, name, unit, nominal, lower, upper, min, max, decimals, statistics } = characteristic;
  const isJudged = lower !== undefined || upper !== undefined;
  return [
    countCell(number),
    textCell(name),
    textCell(unit),
    decimalCell(nominal),
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
    countCell(isJudged ? statistics?.outOfTolerance : undefined),
  ];
}

/** “数量 32”, “平均值 25.001” and so on, for the line above a picture that has name and unit in its title. */
export function figuresInWords(characteristic: Characteristic, { statisticsColumns }: SheetText) {
  return statisticsCells(characteristic).flatMap((cell, column) =>
    column < firstFigure || cell.kind === "empty" ? [] : [`${statisticsColumns[column]} ${shownText(cell)}`],
  );
}

/** Behind number, name and unit. */
const firstFigure = 3;

/** Says why an index is missing that the limits would allow. */
function indexCell(statistics: Statistics | undefined, name: "cp" | "cpk" | "pp" | "ppk"): Cell {
  const index = statistics?.[name];
  if (statistics === undefined || index === undefined) return emptyCell;
  return statistics.count < fewestForCapability
    ? textCell(`n < ${fewestForCapability}`)
    : estimateCell(index, indexDecimals);
}
