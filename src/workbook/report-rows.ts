import type { StoredRecord } from "../inspection/record.js";
import { type Decimal, decimalToText, subtractDecimals } from "../language/decimal.js";
import type { SheetText } from "../wording/sheet-text.js";

/** One cell: a number keeps the very digits it was spoken with, an estimate is a computed figure, a time is local. */
export type Cell =
  | { readonly kind: "text"; readonly text: string /** Of a file beside. */; readonly link?: string }
  | { readonly kind: "number"; readonly text: string; readonly decimals: number }
  | { readonly kind: "estimate"; readonly value: number; readonly decimals: number }
  | { readonly kind: "time"; readonly localMs: number }
  | { readonly kind: "empty" };

/** How a cell looks: within tolerance, out of it, or of a record that no longer counts. */
export type Tone = "plain" | "good" | "bad" | "dead";

/** Places of the columns that are coloured by the judgement, counted from 0. */
const valueColumn = 6;
const judgementColumn = 9;

/** The cells of a record, in the order of the sheet's columns; the sheet and the CSV are made of the same. */
export function recordCells(
  record: StoredRecord,
  text: SheetText,
  utcOffsetMinutes: number,
  audioLink?: string,
): readonly Cell[] {
  const { nominal, value, audioPath } = record;
  return [
    countCell(record.id),
    countCell(record.characteristicNumber),
    textCell(record.name),
    decimalCell(nominal),
    decimalCell(record.lowerLimit),
    decimalCell(record.upperLimit),
    decimalCell(value),
    textCell(record.unit),
    nominal === undefined ? emptyCell : decimalCell(subtractDecimals(value, nominal)),
    textCell(record.judgement === undefined ? undefined : text[record.judgement.kind]),
    textCell(record.part),
    textCell(record.batch),
    textCell(record.inspector),
    timeCell(record.wallMs, utcOffsetMinutes),
    textCell(record.clockTrusted ? text.yes : text.no),
    textCell(text[record.status]),
    countCell(record.supersededBy),
    textCell(record.transcript),
    { kind: "number", text: record.confidence.toFixed(2), decimals: 2 },
    audioPath !== undefined && audioLink !== undefined
      ? { kind: "text", text: audioPath, link: audioLink }
      : textCell(audioPath),
  ];
}

/** The judgement is green or red, a value out of tolerance is red too, a record that no longer counts is struck out. */
export function toneOf(record: StoredRecord, column: number): Tone {
  if (record.status !== "valid") return "dead";
  if (record.judgement === undefined) return "plain";
  const isGood = record.judgement.kind === "within";
  if (column === judgementColumn) return isGood ? "good" : "bad";
  return column === valueColumn && !isGood ? "bad" : "plain";
}

/** The cells of a record that no longer counts, and of the one that took its place. */
export function correctionCells(
  record: StoredRecord,
  successor: StoredRecord | undefined,
  text: SheetText,
  utcOffsetMinutes: number,
): readonly Cell[] {
  return [
    countCell(record.id),
    textCell(record.name),
    decimalCell(record.value),
    textCell(record.unit),
    textCell(text[record.status]),
    countCell(record.supersededBy),
    decimalCell(successor?.value),
    timeCell(record.wallMs, utcOffsetMinutes),
  ];
}

/** A cell as a person sees it. */
export function shownText(cell: Cell): string {
  switch (cell.kind) {
    case "empty":
      return "";
    case "text":
    case "number":
      return cell.text;
    case "estimate":
      return cell.value.toFixed(cell.decimals);
    case "time":
      return localTimeText(cell.localMs);
  }
}

/** `2026-11-25 08:30:05`, of a time that is already local. */
export function localTimeText(localMs: number): string {
  const day = Math.floor(localMs / dayMs);
  if (day !== knownDay.day) knownDay = { day, text: new Date(day * dayMs).toISOString().slice(0, 10) };
  const second = Math.floor(localMs / 1_000) - day * 86_400;
  const [hours, minutes] = [Math.floor(second / 3_600), Math.floor(second / 60) % 60];
  return `${knownDay.text} ${twoDigits(hours)}:${twoDigits(minutes)}:${twoDigits(second % 60)}`;
}

const dayMs = 86_400_000;
/** The day of the time before, since records follow one another and a date takes long to write. */
let knownDay = { day: Number.NaN, text: "" };

function twoDigits(number: number): string {
  return number < 10 ? `0${number}` : `${number}`;
}

/** The address of a file beside, as a link holds it; a `#` would begin a place within the file. */
export function linkTarget(link: string): string {
  return encodeURI(link).replaceAll("#", "%23");
}

export const emptyCell: Cell = { kind: "empty" };

export function textCell(text: string | undefined): Cell {
  return text === undefined || text === "" ? emptyCell : { kind: "text", text };
}

export function decimalCell(value: Decimal | undefined): Cell {
  return value === undefined
    ? emptyCell
    : { kind: "number", text: decimalToText(value), decimals: value.scale };
}

/** A whole number: an id or how many there are. */
export function countCell(number: number | undefined): Cell {
  return number === undefined ? emptyCell : { kind: "number", text: String(number), decimals: 0 };
}

/** A figure that was computed, shown with `decimals`. */
export function estimateCell(value: number | undefined, decimals: number): Cell {
  return value === undefined || !Number.isFinite(value) ? emptyCell : { kind: "estimate", value, decimals };
}

/** Whole seconds: a spreadsheet would round the rest up where the CSV cuts it off. */
export function timeCell(wallMs: number, utcOffsetMinutes: number): Cell {
  return { kind: "time", localMs: Math.floor(wallMs / 1_000) * 1_000 + utcOffsetMinutes * 60_000 };
}
