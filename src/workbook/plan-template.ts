import exceljs from "exceljs";
import { planHeadings } from "../inspection/plan-rows.js";
import { writeDurably } from "../runtime/durable-file.js";
import type { Language } from "../wording/labels.js";
import { planTemplateTexts } from "../wording/plan-template.js";

/** Writes an empty plan with two example rows and a sheet of remarks, replacing what is there. */
export async function writePlanTemplate(path: string, language: Language) {
  const text = planTemplateTexts[language];
  const book = new exceljs.Workbook();
  const plan = book.addWorksheet(text.planSheet, { views: [{ state: "frozen", ySplit: 1 }] });
  const headings = planHeadings(language);
  plan.columns = headings.map((heading) => ({
    width: Math.max(10, heading.length * 2),
    // Text, so that 120.00 keeps its zeros, which are the decimals of the record.
    style: { numFmt: "@" },
  }));
  for (const row of [headings, ...text.examples]) plan.addRow([...row]);
  plan.getRow(1).font = { bold: true };
  const remarks = book.addWorksheet(text.remarksSheet);
  remarks.getColumn(1).width = 100;
  for (const line of text.remarks) remarks.addRow([line]);
  return writeDurably(path, new Uint8Array(await book.xlsx.writeBuffer()));
}
