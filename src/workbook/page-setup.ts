import type exceljs from "exceljs";

/** What stands on each printed page of a sheet. */
export interface PageHead {
  readonly left: string;
  readonly right: string;
  readonly foot: string;
}

/** A4 in the numbering of Open XML (ECMA-376 part 1, 18.3.1.63). The library's enum exists in its types only. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment
const a4 = 9 as exceljs.PaperSize;
/** Of the 255 characters of a page head that Excel accepts; the other place holds less than is left. */
const longestPlace = 200;

export const landscapeA4 = {
  paperSize: a4,
  orientation: "landscape",
  margins: { left: 0.4, right: 0.4, top: 0.8, bottom: 0.6, header: 0.3, footer: 0.3 },
} as const;

export function setPageHead(sheet: exceljs.Worksheet, { left, right, foot }: PageHead): void {
  sheet.headerFooter.oddHeader = `&L${left}&R${right}`;
  sheet.headerFooter.oddFooter = `&C${foot}`;
}

/** Text for one place of a page head, where `&` begins a code; cut where the three places together could grow too long. */
export function headText(text: string): string {
  let head = "";
  for (const character of text) {
    const next = character === "&" ? "&&" : character;
    if (head.length + next.length > longestPlace) break;
    head += next;
  }
  return head;
}
