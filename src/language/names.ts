import type { UnitSymbol } from "./units.js";

/** A name that a value can have, with every way to say it. */
export interface NameEntry {
  readonly name: string;
  readonly aliases: readonly string[];
  /** The unit of the plan. */
  readonly unit?: UnitSymbol;
  /** 度 after a temperature is °C. */
  readonly quantity?: "temperature";
}

/** Names that are known without a plan, in both languages. */
export const builtInNames: readonly NameEntry[] = [
  ...["长度", "宽度", "高度", "厚度", "深度", "直径", "半径", "内径", "外径", "孔径"].map(plain),
  ...["角度", "圆度", "平面度", "粗糙度", "压力", "重量"].map(plain),
  { name: "温度", aliases: [], quantity: "temperature" },
  ...["length", "width", "height", "thickness", "depth", "diameter", "radius"].map(plain),
  { name: "inner diameter", aliases: ["inside diameter", "internal diameter"] },
  { name: "outer diameter", aliases: ["outside diameter", "external diameter"] },
  { name: "hole diameter", aliases: ["bore diameter"] },
  ...["angle", "roundness", "flatness", "roughness", "pressure", "weight"].map(plain),
  { name: "temperature", aliases: [], quantity: "temperature" },
];

function plain(name: string): NameEntry {
  return { name, aliases: [] };
}
