import type { StoredRecord } from "../inspection/record.js";
import { type Decimal, decimalToText, subtractDecimals } from "../language/decimal.js";
import type { SheetText } from "../wording/sheet-text.js";

/** One cell: a number keeps the very digits it was spoken with, a time is local. */
export type Cell =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "number"; readonly text: string; readonly decimals: number }
  | { readonly kind: "time"; readonly localMs: number }
  | { readonly kind: "empty" };

/** The cells of a record, in the order of the sheet's columns; the sheet and the CSV are made of the same. */
export function recordCells(
  record: StoredRecord,
  text: SheetText,
  utcOffsetMinutes: number,
): readonly Cell[] {
  const { nominal, value } = record;
  return [
    count(record.id),
    record.characteristicNumber === undefined ? empty : count(record.characteristicNumber),
    textCell(record.name),
    decimalCell(nominal),
    decimalCell(record.lowerLimit),
    decimalCell(record.upperLimit),
    decimalCell(value),
    textCell(record.unit),
    nominal === undefined ? empty : decimalCell(subtractDecimals(value, nominal)),
    textCell(record.judgement === undefined ? undefined : text[record.judgement.kind]),
    textCell(record.part),
    textCell(record.batch),
    textCell(record.inspector),
    { kind: "time", localMs: record.wallMs + utcOffsetMinutes * 60_000 },
    textCell(record.clockTrusted ? text.yes : text.no),
    textCell(text[record.status]),
    record.supersededBy === undefined ? empty : count(record.supersededBy),
    textCell(record.transcript),
    { kind: "number", text: record.confidence.toFixed(2), decimals: 2 },
    textCell(record.audioPath),
  ];
}

/** `2026-11-25 08:30:05`, of a time that is already local. */
export function localTimeText(localMs: number): string {
  return new Date(localMs).toISOString().slice(0, 19).replace("T", " ");
}

const empty: Cell = { kind: "empty" };

function textCell(text: string | undefined): Cell {
  return text === undefined || text === "" ? empty : { kind: "text", text };
}

function decimalCell(value: Decimal | undefined): Cell {
  return value === undefined ? empty : { kind: "number", text: decimalToText(value), decimals: value.scale };
}

function count(number: number): Cell {
  return { kind: "number", text: String(number), decimals: 0 };
}
