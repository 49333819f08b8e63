import { readFileSync } from "node:fs";
import { inflateRawSync } from "node:zlib";

/** A workbook read without the library that wrote it: the ZIP and the XML by hand. */
export interface ReadBook {
  readonly part: (name: string) => string;
  readonly sheetNames: readonly string[];
  /** Cells of a sheet by address (`G2`), as the file holds them. */
  readonly sheet: (name: string) => ReadonlyMap<string, ReadCell>;
}

export interface ReadCell {
  readonly type: "text" | "number";
  readonly raw: string;
  readonly format: string;
  readonly fill: string | undefined;
  readonly isStruck: boolean;
}

export function readXlsx(path: string): ReadBook {
  const parts = zipEntries(path);
  const part = (name: string): string => {
    const found = parts.get(name);
    if (found === undefined) throw new Error(`${name} is missing; there are ${[...parts.keys()].join(", ")}`);
    return found.toString("utf8");
  };
  const styles = readStyles(part("xl/styles.xml"));
  const sheetNames = [...part("xl/workbook.xml").matchAll(/<sheet [^>]*name="([^"]*)"/g)].map(([, name]) =>
    decode(name ?? ""),
  );
  return {
    part,
    sheetNames,
    sheet(name) {
      const index = sheetNames.indexOf(name);
      if (index < 0) throw new Error(`no sheet ${name}`);
      const cells = new Map<string, ReadCell>();
      const xml = part(`xl/worksheets/sheet${index + 1}.xml`);
      for (const [, attributes = "", content = ""] of xml.matchAll(/<c ([^>]*[^/])>(.*?)<\/c>/gs)) {
        const address = attribute(attributes, "r") ?? "";
        const style = styles[Number(attribute(attributes, "s") ?? 0)] ?? plain;
        const type = attribute(attributes, "t") === undefined ? "number" : "text";
        const raw = decode(/<(?:v|t)[^>]*>(.*?)<\/(?:v|t)>/s.exec(content)?.[1] ?? "");
        cells.set(address, { type, raw, ...style });
      }
      return cells;
    },
  };
}

type Look = Pick<ReadCell, "format" | "fill" | "isStruck">;
const plain: Look = { format: "General", fill: undefined, isStruck: false };

function readStyles(xml: string): readonly Look[] {
  const formats = new Map<string, string>([
    ["0", "General"],
    ["1", "0"],
    ["2", "0.00"],
    ["49", "@"],
  ]);
  for (const [, attributes = ""] of xml.matchAll(/<numFmt ([^>]*)\/>/g))
    formats.set(attribute(attributes, "numFmtId") ?? "", decode(attribute(attributes, "formatCode") ?? ""));
  const section = (tag: string): string => new RegExp(`<${tag}[ >].*?</${tag}>`, "s").exec(xml)?.[0] ?? "";
  const fills = [...section("fills").matchAll(/<fill>(.*?)<\/fill>/gs)].map(
    ([, fill = ""]) => /<fgColor rgb="([0-9A-F]*)"/.exec(fill)?.[1],
  );
  const fonts = [...section("fonts").matchAll(/<font>(.*?)<\/font>/gs)].map(([, font = ""]) =>
    font.includes("<strike/>"),
  );
  return [...section("cellXfs").matchAll(/<xf ([^>]*?)\/?>/g)].map(([, xf = ""]) => ({
    format: formats.get(attribute(xf, "numFmtId") ?? "0") ?? `unknown ${attribute(xf, "numFmtId") ?? ""}`,
    fill: fills[Number(attribute(xf, "fillId") ?? 0)],
    isStruck: fonts[Number(attribute(xf, "fontId") ?? 0)] ?? false,
  }));
}

/** The files in a ZIP, by name. */
export function zipEntries(path: string): ReadonlyMap<string, Buffer> {
  const bytes = readFileSync(path);
  const parts = new Map<string, Buffer>();
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  let at = bytes.readUInt32LE(end + 16);
  for (let count = bytes.readUInt16LE(end + 10); count > 0; count -= 1) {
    const [compressed, nameLength, local] = [
      bytes.readUInt32LE(at + 20),
      bytes.readUInt16LE(at + 28),
      bytes.readUInt32LE(at + 42),
    ];
    const name = bytes.toString("utf8", at + 46, at + 46 + nameLength);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const data = bytes.subarray(start, start + compressed);
    const isDeflated = bytes.readUInt16LE(at + 10) === 8;
    parts.set(name.replace(/^\//, ""), isDeflated ? inflateRawSync(data) : data);
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return parts;
}

function attribute(text: string, name: string): string | undefined {
  return new RegExp(`(?:^| )${name}="([^"]*)"`).exec(text)?.[1];
}

/** XML entities, then the `_x0041_` of Open XML. */
function decode(text: string): string {
  return text
    .replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => entities[name] ?? "")
    .replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
