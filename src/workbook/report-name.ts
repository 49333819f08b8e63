import { defaultShifts, type Shift, stickFolder } from "../wording/sheet-text.js";
import type { RecordedDay } from "./workbook.js";

export { type Shift, stickFolder };

/**
 * `2026-11-25_早`: the name of a day's files without their endings. The shift is the one in which the day's first record
 * was made, so that the name stays the same while the day grows and no second, shorter file is left behind.
 */
export function reportName(
  day: Pick<RecordedDay, "date" | "firstWallMs">,
  language: "zh" | "en",
  utcOffsetMinutes: number,
  shifts: readonly Shift[] = defaultShifts[language],
): string {
  const shift = shiftAt(day.firstWallMs + utcOffsetMinutes * 60_000, shifts);
  return shift === undefined ? day.date : `${day.date}_${shift.name}`;
}

/** The shift that runs at a local time; before the first of the day it is the last of the day before. */
function shiftAt(localMs: number, shifts: readonly Shift[]): Shift | undefined {
  const hour = new Date(localMs).getUTCHours();
  const byHour = [...shifts].sort((left, right) => left.fromHour - right.fromHour);
  return byHour.filter(({ fromHour }) => fromHour <= hour).at(-1) ?? byHour.at(-1);
}
