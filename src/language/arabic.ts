import { decimalFromText } from "./decimal.js";
import { clear, doubtful, type Reading } from "./reading.js";

/** A number of more digits, without any unit, is a date, a telephone or a part number. */
export const digitsMax = 7;

/**
 * Reads a number that is printed in digits: 120.5, 1,234.5. Undefined when the text is anything else; a leading zero,
 * a lone point and a comma that is no thousands separator are asked.
 */
export function readArabic(text: string): Reading | undefined {
  if (/^\d{1,3}(,\d{3})+(\.\d+)?$/.test(text)) return readPlain(text.replaceAll(",", ""));
  if (/^\d+(\.\d+)?$/.test(text)) return readPlain(text);
  const pointOnly = /^(\d+)\.$|^\.(\d+)$/.exec(text);
  if (pointOnly !== null) {
    const value = decimalFromText(pointOnly[2] === undefined ? (pointOnly[1] ?? "") : `0.${pointOnly[2]}`);
    return value === undefined ? undefined : doubtful("incomplete_number", value);
  }
  const comma = /^(\d+),(\d+)$/.exec(text);
  if (comma !== null) {
    const value = decimalFromText(`${comma[1] ?? ""}.${comma[2] ?? ""}`);
    return value === undefined ? undefined : doubtful("several_numbers", value);
  }
  // “1 2 0”: digit by digit; “12 30”: two numbers.
  if (/^\d( \d){2,}$/.test(text)) return readPlain(text.replaceAll(" ", ""));
  if (/^\d+(\.\d+)?( \d+(\.\d+)?)+$/.test(text)) {
    return doubtful("several_numbers", ...text.split(" ").flatMap((one) => decimalFromText(one) ?? []));
  }
  return undefined;
}

function readPlain(text: string): Reading {
  const value = decimalFromText(text);
  if (value === undefined) return doubtful("malformed_number");
  return /^0\d/.test(text) ? doubtful("incomplete_number", value) : clear(value);
}
