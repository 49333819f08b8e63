import type { Database } from "better-sqlite3";
import type { Characteristic, InspectionPlan } from "../inspection/plan.js";
import { type Decimal, decimalFromText, decimalToText } from "../language/decimal.js";
import { isUnitSymbol } from "../language/units.js";

interface CharacteristicRow {
  readonly number: number;
  readonly name: string;
  readonly aliases: string;
  readonly nominal: string | null;
  readonly lower_limit: string | null;
  readonly upper_limit: string | null;
  readonly unit: string | null;
  readonly decimals: number | null;
}

/** Writes a plan as the next version; runs inside the caller's transaction. */
export function insertPlan(
  database: Database,
  source: string,
  characteristics: readonly Characteristic[],
  wallMs: number,
): InspectionPlan {
  const { lastInsertRowid } = database
    .prepare("INSERT INTO plans (source, adopted_wall_ms) VALUES (?, ?)")
    .run(source, Math.round(wallMs));
  const version = Number(lastInsertRowid);
  const insert = database.prepare(
    `INSERT INTO characteristics
       (plan_version, position, number, name, aliases, nominal, lower_limit, upper_limit, unit, decimals)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  characteristics.forEach((one, position) => {
    const text = (value: Characteristic["nominal"]): string | null =>
      value === undefined ? null : decimalToText(value);
    insert.run(
      version,
      position,
      one.number,
      one.name,
      JSON.stringify(one.aliases),
      text(one.nominal),
      text(one.lowerLimit),
      text(one.upperLimit),
      one.unit ?? null,
      one.decimals ?? null,
    );
  });
  return { version, source, characteristics };
}

/** The plan that was adopted last. */
export function readNewestPlan(database: Database): InspectionPlan | undefined {
  const plan = database
    .prepare<[], { readonly version: number; readonly source: string }>(
      "SELECT version, source FROM plans ORDER BY version DESC LIMIT 1",
    )
    .get();
  if (plan === undefined) return undefined;
  const rows = database
    .prepare<[number], CharacteristicRow>(
      "SELECT * FROM characteristics WHERE plan_version = ? ORDER BY position",
    )
    .all(plan.version);
  return { ...plan, characteristics: rows.map(characteristicOfRow) };
}

function characteristicOfRow(row: CharacteristicRow): Characteristic {
  const decimal = (text: string | null): Decimal | undefined =>
    text === null ? undefined : decimalFromText(text);
  const nominal = decimal(row.nominal);
  const lowerLimit = decimal(row.lower_limit);
  const upperLimit = decimal(row.upper_limit);
  return {
    number: row.number,
    name: row.name,
    aliases: JSON.parse(row.aliases) as readonly string[],
    ...(nominal === undefined ? {} : { nominal }),
    ...(lowerLimit === undefined ? {} : { lowerLimit }),
    ...(upperLimit === undefined ? {} : { upperLimit }),
    ...(row.unit !== null && isUnitSymbol(row.unit) ? { unit: row.unit } : {}),
    ...(row.decimals === null ? {} : { decimals: row.decimals }),
  };
}
