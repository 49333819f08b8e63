import { open, rm } from "node:fs/promises";
import type { StoredRecord } from "../inspection/record.js";
import { type Decimal, decimalToText } from "../language/decimal.js";
import { readPieces } from "../runtime/read-pieces.js";
import type { Characteristic } from "./characteristics.js";
import { createOutputFile, sidePath } from "./output-file.js";
import { localTimeText } from "./report-rows.js";
import type { OpenReportWriter, ReportContext, ReportFacts } from "./report-writer.js";

/**
 * The records that count as a Q-DAS ASCII transfer file: description and values in one (“Q-DAS ASCII Transfer Format”,
 * V12). Each value is written with its keys, which the format allows beside the short form, since a measurement is of one
 * characteristic only and the short form has one value of each in a line. Values keep the digits that were spoken. UTF-8
 * with a mark, by which importers tell it from their code page.
 */
export const openDfqFile: OpenReportWriter = async (file, context) => {
  // The description stands first and needs all records: the values wait beside until it is written.
  const values = await createOutputFile(sidePath(file.path));
  const { characteristics, request } = context;
  return {
    add(record) {
      if (record.status !== "valid") return;
      values.write(valueFields(record, characteristics.indexOf(record) + 1, request.utcOffsetMinutes));
    },
    drained: () => values.drained(),
    async finish(facts) {
      file.write(`\uFEFF${description(context, facts)}`);
      await values.publish();
      const written = await open(values.path, "r");
      try {
        const decoder = new TextDecoder();
        for await (const piece of readPieces(written, pieceBytes)) {
          file.write(decoder.decode(piece, { stream: true }));
          await file.drained();
        }
      } finally {
        await written.close();
      }
      await rm(values.path);
    },
  };
};

const pieceBytes = 64 * 1024;

function description({ request, characteristics }: ReportContext, { parts }: ReportFacts): string {
  const all = characteristics.all();
  const [onlyPart] = parts.size === 1 ? parts : [];
  // What the plan does not know is numbered behind the plan, so that no two characteristics share a number.
  let behindPlan = Math.max(0, ...all.map(({ number = 0 }) => number));
  return [
    field("K0100", all.length),
    field("K1001/1", onlyPart ?? "VoiceGauge"),
    field("K1002/1", `VoiceGauge ${request.deviceId}`),
    ...all.map((characteristic, index) => {
      const number = characteristic.number ?? ++behindPlan;
      return characteristicFields(characteristic, index + 1, number);
    }),
  ].join("");
}

function characteristicFields(characteristic: Characteristic, place: number, number: number): string {
  const { name, unit, nominal, lower, upper, decimals } = characteristic;
  return [
    field(`K2001/${place}`, number),
    field(`K2002/${place}`, name ?? `${place}`),
    field(`K2004/${place}`, 0), // A variable, not an attribute.
    field(`K2022/${place}`, decimals),
    decimalField(`K2101/${place}`, nominal),
    decimalField(`K2110/${place}`, lower),
    decimalField(`K2111/${place}`, upper),
    field(`K2142/${place}`, unit ?? ""),
  ].join("");
}

function valueFields(record: StoredRecord, place: number, utcOffsetMinutes: number): string {
  const { value, wallMs, batch = "", part = "", inspector = "" } = record;
  // The field of the operator holds a number of up to five digits; a name goes into the remark.
  const isNumber = /^\d{1,5}$/.test(inspector);
  const remarks = [
    ...(isNumber ? [] : [inspector]),
    ...(isCut("K0006", batch) ? [batch] : []),
    ...(isCut("K0014", part) ? [part] : []),
  ];
  return [
    field(`K0001/${place}`, decimalToText(value)),
    field(`K0002/${place}`, 0),
    field(`K0004/${place}`, transferTime(wallMs + utcOffsetMinutes * 60_000)),
    field(`K0006/${place}`, batch),
    field(`K0008/${place}`, isNumber ? inspector : ""),
    field(`K0009/${place}`, remarks.join("; ")),
    field(`K0014/${place}`, part),
  ].join("");
}

/** `25.11.2026/08:30:05` of a time that is already local. */
function transferTime(localMs: number): string {
  const [, year = "", month = "", day = "", time = ""] =
    /^(\d+)-(\d\d)-(\d\d) (.*)$/.exec(localTimeText(localMs)) ?? [];
  return `${day}.${month}.${year}/${time}`;
}

/** Characters that the columns of a Q-DAS database hold; importers refuse or cut what is longer. */
const longest: Readonly<Record<string, number>> = {
  K0006: 14,
  K0009: 255,
  K0014: 40,
  K1001: 30,
  K1002: 80,
  K2001: 20,
  K2002: 80,
  K2142: 20,
};

/** Nothing for an empty value. Texts are cut to what their field holds, never numbers. */
function field(key: string, value: string | number): string {
  const limit = longest[key.slice(0, 5)];
  const text =
    limit === undefined ? plain(String(value)) : charactersOf(value).slice(0, limit).join("").trim();
  return text === "" ? "" : `${key} ${text}\r\n`;
}

/** Whether a text is longer than its field; then it stands whole in the remark too. */
function isCut(key: string, value: string): boolean {
  return charactersOf(value).length > (longest[key] ?? Number.POSITIVE_INFINITY);
}

function charactersOf(value: string | number): readonly string[] {
  return Array.from(plain(String(value)));
}

/** A line break in a name would be read as the next field. */
function plain(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ").trim();
}

function decimalField(key: string, value: Decimal | undefined): string {
  return value === undefined ? "" : field(key, decimalToText(value));
}
