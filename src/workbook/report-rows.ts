import type { StoredRecord } from "../inspection/record.js";
import { type Decimal, decimalToText, subtractDecimals } from "../language/decimal.js";
import type { SheetText } from "../wording/sheet-text.js";

/** One cell: a number keeps the very digits it was spoken with, an estimate is a computed figure, a time is local. */
export type Cell =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "number"; readonly text: string; readonly decimals: number }
  | { readonly kind: "estimate"; readonly value: number; readonly decimals: number }
  | { readonly kind: "time"; readonly localMs: number }
  | { readonly kind: "empty" };

/** Places of the columns that are coloured by the judgement, counted from 0. */
export const valueColumn = 6;
export const judgementColumn = 9;

/** The cells of a record, in the order of the sheet's columns; the sheet and the CSV are made of the same. */
export function recordCells(
  record: StoredRecord,
  text: SheetText,
  utcOffsetMinutes: number,
): readonly Cell[] {
  const { nominal, value } = record;
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
    textCell(record.audioPath),
  ];
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

/** `2026-11-25 08:30:05`, of a time that is already local. */
export function localTimeText(localMs: number): string {
  return new Date(localMs).toISOString().slice(0, 19).replace("T", " ");
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
