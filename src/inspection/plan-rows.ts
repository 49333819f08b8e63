import { addDecimals, compareDecimals, type Decimal, decimalFromText } from "../language/decimal.js";
import { isUnitSymbol, type UnitSymbol } from "../language/units.js";
import type { Characteristic } from "./plan.js";

/** A fault of a plan, with the cell it is in (`B7`) and words for the person who wrote the plan. */
export interface PlanProblem {
  readonly cell: string;
  readonly message: string;
}

export type PlanRowsResult =
  | { readonly ok: true; readonly characteristics: readonly Characteristic[] }
  | { readonly ok: false; readonly problems: readonly PlanProblem[] };

/** Headings that are understood, Chinese and English, each for the column's meaning. */
const headings: Readonly<Record<Column, readonly string[]>> = {
  number: ["序号", "编号", "no", "no.", "number"],
  name: ["名称", "特性", "name", "characteristic"],
  aliases: ["别名", "aliases", "alias"],
  nominal: ["标称", "标称值", "nominal"],
  upperDeviation: ["上偏差", "upper deviation"],
  lowerDeviation: ["下偏差", "lower deviation"],
  upperLimit: ["上限", "upper limit", "usl"],
  lowerLimit: ["下限", "lower limit", "lsl"],
  unit: ["单位", "unit"],
  decimals: ["小数", "小数位", "decimals"],
};

type Column =
  | "number"
  | "name"
  | "aliases"
  | "nominal"
  | "upperDeviation"
  | "lowerDeviation"
  | "upperLimit"
  | "lowerLimit"
  | "unit"
  | "decimals";

/**
 * Reads a plan from the texts of a sheet, the heading row first; empty rows are skipped. Every problem is found, not
 * only the first, so that the plan is mended in one go.
 */
export function readPlanRows(rows: readonly (readonly string[])[]): PlanRowsResult {
  const problems: PlanProblem[] = [];
  const [head, ...body] = rows;
  const columns = readHeadings(head ?? []);
  for (const needed of ["number", "name"] as const) {
    if (!columns.has(needed))
      problems.push({ cell: "A1", message: `the heading ${headings[needed][0] ?? needed} is missing` });
  }
  if (problems.length > 0) return { ok: false, problems };
  const characteristics = body.flatMap((cells, index) => {
    if (cells.every((cell) => cell.trim() === "")) return [];
    const read = readRow(cells, index + 2, columns, problems);
    return read === undefined ? [] : [read];
  });
  findRepeats(characteristics, columns, problems);
  if (characteristics.length === 0 && problems.length === 0) {
    problems.push({ cell: "A2", message: "the plan has no rows" });
  }
  return problems.length === 0
    ? { ok: true, characteristics: characteristics.map(({ characteristic }) => characteristic) }
    : { ok: false, problems };
}

/** The heading row of a plan in one language, the columns in the order in which people fill them in. */
export function planHeadings(language: "zh" | "en"): readonly string[] {
  const order: readonly Column[] = [
    "number",
    "name",
    "aliases",
    "nominal",
    "lowerDeviation",
    "upperDeviation",
    "unit",
    "decimals",
  ];
  return order.map((column) => {
    const names = headings[column];
    return (language === "zh" ? names[0] : names.find((name) => /^[a-z ]{3,}$/.test(name))) ?? column;
  });
}

interface ReadRow {
  readonly row: number;
  readonly characteristic: Characteristic;
}

type Columns = ReadonlyMap<Column, number>;

function readHeadings(cells: readonly string[]): Columns {
  const found = new Map<Column, number>();
  cells.forEach((cell, index) => {
    const text = plain(cell).toLowerCase();
    for (const [column, names] of Object.entries(headings) as readonly [Column, readonly string[]][]) {
      if (names.includes(text) && !found.has(column)) found.set(column, index);
    }
  });
  return found;
}

function readRow(
  cells: readonly string[],
  row: number,
  columns: Columns,
  problems: PlanProblem[],
): ReadRow | undefined {
  const before = problems.length;
  const text = (column: Column): string => plain(cells[columns.get(column) ?? -1] ?? "");
  const fail = (column: Column, message: string): void => {
    problems.push({ cell: cellName(columns.get(column) ?? 0, row), message });
  };
  const decimal = (column: Column): Decimal | undefined => {
    if (text(column) === "") return undefined;
    const value = decimalFromText(text(column).replace(/^\+/, "").replace(/^[−–]/, "-"));
    if (value === undefined) fail(column, `“${text(column)}” is not a number such as 12.50 or -0.03`);
    return value;
  };

  if (!/^[1-9]\d{0,5}$/.test(text("number")))
    fail("number", `“${text("number")}” is not a whole number from 1`);
  if (text("name") === "") fail("name", "the name is missing");
  const nominal = decimal("nominal");
  const upper = limitOf(nominal, decimal("upperDeviation"), decimal("upperLimit"));
  const lower = limitOf(nominal, decimal("lowerDeviation"), decimal("lowerLimit"));
  for (const [deviation, limit] of [
    ["upperDeviation", "upperLimit"],
    ["lowerDeviation", "lowerLimit"],
  ] as const) {
    if (text(deviation) !== "" && text(limit) !== "")
      fail(deviation, "either a deviation or a limit, not both");
    if (text(deviation) !== "" && text("nominal") === "")
      fail(deviation, "a deviation needs a nominal value");
  }
  if (lower !== undefined && upper !== undefined && compareDecimals(lower, upper) > 0) {
    fail(
      text("lowerLimit") === "" ? "lowerDeviation" : "lowerLimit",
      "the lower limit is above the upper one",
    );
  }
  const unit = readUnit(text("unit"), (message) => fail("unit", message));
  const decimals = text("decimals");
  if (!/^\d?$/.test(decimals)) fail("decimals", `“${decimals}” is not a number of decimals from 0 to 9`);
  if (problems.length > before) return undefined;
  const aliases = text("aliases")
    .split(/[、,;，；\s]+/)
    .filter((alias) => alias !== "");
  return {
    row,
    characteristic: {
      number: Number(text("number")),
      name: text("name"),
      aliases,
      ...(nominal === undefined ? {} : { nominal }),
      ...(lower === undefined ? {} : { lowerLimit: lower }),
      ...(upper === undefined ? {} : { upperLimit: upper }),
      ...(unit === undefined ? {} : { unit }),
      ...(decimals === "" ? {} : { decimals: Number(decimals) }),
    },
  };
}

function limitOf(
  nominal: Decimal | undefined,
  deviation: Decimal | undefined,
  limit: Decimal | undefined,
): Decimal | undefined {
  return nominal !== undefined && deviation !== undefined ? addDecimals(nominal, deviation) : limit;
}

function readUnit(text: string, fail: (message: string) => void): UnitSymbol | undefined {
  if (text === "") return undefined;
  // NFKC turns the micro sign into the Greek letter and ℃ into °C.
  const symbol = text === "μm" ? "µm" : text;
  if (isUnitSymbol(symbol)) return symbol;
  fail(`“${text}” is not a unit that the device knows`);
  return undefined;
}

function findRepeats(rows: readonly ReadRow[], columns: Columns, problems: PlanProblem[]): void {
  const numbers = new Map<number, number>();
  const names = new Map<string, number>();
  for (const { row, characteristic } of rows) {
    const sameNumber = numbers.get(characteristic.number);
    if (sameNumber !== undefined) {
      const cell = cellName(columns.get("number") ?? 0, row);
      problems.push({ cell, message: `number ${characteristic.number} stands in row ${sameNumber} already` });
    }
    numbers.set(characteristic.number, sameNumber ?? row);
    for (const name of [characteristic.name, ...characteristic.aliases]) {
      const sameName = names.get(name);
      if (sameName !== undefined) {
        const cell = cellName(columns.get("name") ?? 0, row);
        problems.push({ cell, message: `the name ${name} stands in row ${sameName} already` });
      }
      names.set(name, sameName ?? row);
    }
  }
}

/** Full-width digits and letters as plain ones, without spaces around. */
function plain(cell: string): string {
  return cell.normalize("NFKC").trim();
}

/** `B7`: column letters and row number, both as a spreadsheet shows them. */
function cellName(column: number, row: number): string {
  const letters =
    column < 26 ? String.fromCharCode(65 + column) : `A${String.fromCharCode(65 + (column % 26))}`;
  return `${letters}${row}`;
}
