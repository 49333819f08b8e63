import type { Database } from "better-sqlite3";
import type { Judgement } from "../inspection/judge.js";
import type { StoredRecord } from "../inspection/record.js";
import { type Decimal, decimalFromText } from "../language/decimal.js";
import { isUnitSymbol, type UnitSymbol } from "../language/units.js";
import { assert } from "../runtime/assert.js";
import type { RecordRange } from "./store.js";

/** A row of `records` as SQLite gives it. */
export interface RecordRow {
  readonly id: number;
  readonly device_id: string;
  readonly status: StoredRecord["status"];
  readonly superseded_by: number | null;
  readonly name: string | null;
  readonly characteristic_number: number | null;
  readonly value: string;
  readonly unit: string | null;
  readonly said_value: string | null;
  readonly said_unit: string | null;
  readonly judgement: Judgement["kind"] | null;
  readonly judged_by: string | null;
  readonly nominal: string | null;
  readonly lower_limit: string | null;
  readonly upper_limit: string | null;
  readonly part: string | null;
  readonly batch: string | null;
  readonly inspector: string | null;
  readonly transcript: string;
  readonly confidence: number;
  readonly confirmed_by_question: number;
  readonly audio_path: string | null;
  readonly wall_ms: number;
  readonly boot_id: string;
  readonly monotonic_ms: number;
  readonly clock_trusted: number;
}

/** Rows read at a time, so that no statement stays open while the caller does something else with the database. */
const pageRows = 500;

/** Streams records in the order of their ids, a page at a time. */
export function* readRecords(database: Database, range: RecordRange = {}): Iterable<StoredRecord> {
  // As arrays: better-sqlite3 takes more than twice as long to make an object of each row.
  const select = database
    .prepare<[object], RowValues>(
      `SELECT ${columns} FROM records WHERE id > $after AND ${conditionOf(range)} ORDER BY id LIMIT ${pageRows}`,
    )
    .raw(true);
  let after = (range.fromId ?? 1) - 1;
  for (;;) {
    const rows = select.all({ after, ...range });
    for (const values of rows) {
      const record = recordOfRow(rowOfValues(values));
      after = record.id;
      yield record;
    }
    if (rows.length < pageRows || after === range.toId) return;
  }
}

const columnNames = [
  "id",
  "device_id",
  "status",
  "superseded_by",
  "name",
  "characteristic_number",
  "value",
  "unit",
  "said_value",
  "said_unit",
  "judgement",
  "judged_by",
  "nominal",
  "lower_limit",
  "upper_limit",
  "part",
  "batch",
  "inspector",
  "transcript",
  "confidence",
  "confirmed_by_question",
  "audio_path",
  "wall_ms",
  "boot_id",
  "monotonic_ms",
  "clock_trusted",
] as const satisfies readonly (keyof RecordRow)[];
const columns = columnNames.join(", ");

/** The values of a row in the order of `columnNames`. */
type RowValues = ValuesOf<typeof columnNames>;
type ValuesOf<Names extends readonly (keyof RecordRow)[]> = {
  readonly [Index in keyof Names]: RecordRow[Names[Index]];
};

function rowOfValues(values: RowValues): RecordRow {
  return {
    id: values[0],
    device_id: values[1],
    status: values[2],
    superseded_by: values[3],
    name: values[4],
    characteristic_number: values[5],
    value: values[6],
    unit: values[7],
    said_value: values[8],
    said_unit: values[9],
    judgement: values[10],
    judged_by: values[11],
    nominal: values[12],
    lower_limit: values[13],
    upper_limit: values[14],
    part: values[15],
    batch: values[16],
    inspector: values[17],
    transcript: values[18],
    confidence: values[19],
    confirmed_by_question: values[20],
    audio_path: values[21],
    wall_ms: values[22],
    boot_id: values[23],
    monotonic_ms: values[24],
    clock_trusted: values[25],
  };
}

/** Number of records in a range. */
export function countRecords(database: Database, range: RecordRange = {}): number {
  const row = database
    .prepare<[object], { readonly count: number }>(
      `SELECT count(*) AS count FROM records WHERE ${conditionOf(range)}`,
    )
    .get(range);
  return row?.count ?? 0;
}

/** A record out of its row. Content that the schema cannot hold is a bug or a damaged file, and throws. */
export function recordOfRow(row: RecordRow): StoredRecord {
  const said = row.said_value === null ? undefined : decimalOf(row.said_value);
  const saidUnit = unitOf(row.said_unit);
  const judgement = judgementOf(row);
  return {
    id: row.id,
    deviceId: row.device_id,
    status: row.status,
    value: decimalOf(row.value),
    transcript: row.transcript,
    confidence: row.confidence,
    confirmedByQuestion: row.confirmed_by_question === 1,
    wallMs: row.wall_ms,
    bootId: row.boot_id,
    monotonicMs: row.monotonic_ms,
    clockTrusted: row.clock_trusted === 1,
    ...(row.superseded_by === null ? {} : { supersededBy: row.superseded_by }),
    ...(row.name === null ? {} : { name: row.name }),
    ...(row.characteristic_number === null ? {} : { characteristicNumber: row.characteristic_number }),
    ...(row.unit === null ? {} : optional("unit", unitOf(row.unit))),
    ...(said === undefined || saidUnit === undefined ? {} : { said: { value: said, unit: saidUnit } }),
    ...(judgement === undefined ? {} : { judgement }),
    ...(row.nominal === null ? {} : { nominal: decimalOf(row.nominal) }),
    ...(row.lower_limit === null ? {} : { lowerLimit: decimalOf(row.lower_limit) }),
    ...(row.upper_limit === null ? {} : { upperLimit: decimalOf(row.upper_limit) }),
    ...(row.part === null ? {} : { part: row.part }),
    ...(row.batch === null ? {} : { batch: row.batch }),
    ...(row.inspector === null ? {} : { inspector: row.inspector }),
    ...(row.audio_path === null ? {} : { audioPath: row.audio_path }),
  };
}

/** Only the limits that are given, so that SQLite can use an index for them. */
function conditionOf(range: RecordRange): string {
  const limits = [
    ...(range.fromId === undefined ? [] : ["id >= $fromId"]),
    ...(range.toId === undefined ? [] : ["id <= $toId"]),
    ...(range.fromWallMs === undefined ? [] : ["wall_ms >= $fromWallMs"]),
    ...(range.untilWallMs === undefined ? [] : ["wall_ms < $untilWallMs"]),
  ];
  return limits.length === 0 ? "TRUE" : limits.join(" AND ");
}

function decimalOf(text: string): Decimal {
  const value = decimalFromText(text);
  assert(value !== undefined, `the database holds “${text}” where a decimal belongs`);
  return value;
}

function unitOf(text: string | null): UnitSymbol | undefined {
  if (text === null) return undefined;
  assert(isUnitSymbol(text), `the database holds “${text}” where a unit belongs`);
  return text;
}

function judgementOf(row: RecordRow): Judgement | undefined {
  if (row.judgement === null) return undefined;
  if (row.judgement === "within") return { kind: "within" };
  assert(row.judged_by !== null, "a value out of tolerance needs its distance");
  return { kind: row.judgement, by: decimalOf(row.judged_by) };
}

function optional<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { readonly [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]?: Value });
}
