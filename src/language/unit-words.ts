import type { UnitSymbol } from "./units.js";

/** A way to say or print a unit. */
export interface UnitWord {
  readonly word: string;
  readonly symbol: UnitSymbol;
}

/**
 * Spoken and printed forms, by unit. Chinese words stand as they are; English words are lower case; symbols are
 * compared with their case, since mV is not MV. 分 alone is no minute: 十分 and 三点五分 are other things.
 */
const table: Readonly<Record<UnitSymbol, { readonly words: string; readonly symbols: string }>> = {
  mm: {
    words: "毫米|公厘|millimeter|millimeters|millimetre|millimetres|milli meters|m m",
    symbols: "mm|MM|Mm",
  },
  cm: { words: "厘米|公分|centimeter|centimeters|centimetre|centimetres", symbols: "cm|CM|Cm" },
  m: { words: "米|公尺|meter|meters|metre|metres", symbols: "m|M" },
  µm: { words: "微米|micron|microns|micrometer|micrometers|micrometre|micrometres", symbols: "µm|um" },
  丝: {
    words:
      "丝|hundredths of a millimeter|hundredths of a millimetre|hundredth of a millimeter|hundredth of a millimetre",
    symbols: "",
  },
  "°": { words: "度|degree|degrees", symbols: "°" },
  "°C": {
    words:
      "摄氏度|degree celsius|degrees celsius|celsius|degree centigrade|degrees centigrade|centigrade|degree c|degrees c",
    symbols: "°C|°c",
  },
  g: { words: "克|gram|grams|gramme|grammes", symbols: "g" },
  kg: {
    words: "千克|公斤|kilogram|kilograms|kilo|kilos|kilogramme|kilogrammes|kilo grams",
    symbols: "kg|KG|Kg",
  },
  N: { words: "牛|牛顿|newton|newtons", symbols: "N" },
  kN: { words: "千牛|千牛顿|kilonewton|kilonewtons|kilo newton|kilo newtons", symbols: "kN|KN|kn" },
  N·m: {
    words: "牛米|牛顿米|牛·米|牛顿·米|newton meter|newton meters|newton metre|newton metres",
    symbols: "N·m|N•m|N.m|N*m|Nm|N m",
  },
  Pa: { words: "帕|帕斯卡|pascal|pascals", symbols: "Pa|pa|PA" },
  kPa: {
    words: "千帕|千帕斯卡|kilopascal|kilopascals|kilo pascal|kilo pascals",
    symbols: "kPa|kpa|KPA|KPa|Kpa",
  },
  MPa: { words: "兆帕|兆帕斯卡|megapascal|megapascals|mega pascal|mega pascals", symbols: "MPa|mpa|MPA|Mpa" },
  bar: { words: "巴|bar|bars", symbols: "" },
  V: { words: "伏|伏特|volt|volts", symbols: "V|v" },
  mV: { words: "毫伏|毫伏特|millivolt|millivolts|milli volts", symbols: "mV|mv" },
  A: { words: "安|安培|amp|amps|ampere|amperes", symbols: "A" },
  mA: { words: "毫安|毫安培|milliamp|milliamps|milliampere|milliamperes|milli amps", symbols: "mA|ma" },
  Ω: { words: "欧|欧姆|ohm|ohms", symbols: "Ω" },
  kΩ: { words: "千欧|千欧姆|kilohm|kilohms|kiloohm|kiloohms|kilo ohm|kilo ohms", symbols: "kΩ|KΩ" },
  Hz: { words: "赫|赫兹|hertz", symbols: "Hz|hz|HZ" },
  kHz: { words: "千赫|千赫兹|kilohertz|kilo hertz", symbols: "kHz|khz|KHZ|KHz" },
  W: { words: "瓦|瓦特|watt|watts", symbols: "W|w" },
  kW: { words: "千瓦|千瓦特|kilowatt|kilowatts|kilo watt|kilo watts", symbols: "kW|kw|KW|Kw" },
  "%": { words: "percent|per cent", symbols: "%" },
  s: { words: "秒|秒钟|second|seconds", symbols: "s|S" },
  min: { words: "分钟|minute|minutes", symbols: "min|MIN|Min" },
  HRC: { words: "洛氏硬度|rockwell|rockwell c|h r c", symbols: "HRC|hrc|Hrc" },
  dB: { words: "分贝|decibel|decibels|d b", symbols: "dB|db|DB" },
  L: { words: "升|公升|liter|liters|litre|litres", symbols: "L|l" },
  mL: { words: "毫升|milliliter|milliliters|millilitre|millilitres|milli liters", symbols: "mL|ml|ML" },
  "r/min": {
    words: "转每分钟|转每分|转/分|转/分钟|revolutions per minute|revolution per minute|revs per minute|r p m",
    symbols: "r/min|rpm|RPM|R/min",
  },
};

/** Units that may stand before their number: 摄氏二十度 apart, which has both, HRC55 and 洛氏硬度五十五. */
export const leadingUnits: readonly UnitWord[] = [
  { word: "洛氏硬度", symbol: "HRC" },
  { word: "洛氏", symbol: "HRC" },
  { word: "HRC", symbol: "HRC" },
  { word: "hrc", symbol: "HRC" },
  { word: "rockwell c", symbol: "HRC" },
  { word: "rockwell", symbol: "HRC" },
];

/** Spoken words, longest first. */
export const unitWords: readonly UnitWord[] = collect("words");

/** Printed symbols, longest first. */
export const printedUnits: readonly UnitWord[] = collect("symbols");

function collect(column: "words" | "symbols"): readonly UnitWord[] {
  return (Object.keys(table) as readonly UnitSymbol[])
    .flatMap((symbol) =>
      table[symbol][column]
        .split("|")
        .filter((word) => word !== "")
        .map((word) => ({ word, symbol })),
    )
    .sort((left, right) => right.word.length - left.word.length);
}
