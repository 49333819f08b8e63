import { setImmediate as nextTurn } from "node:timers/promises";
import type { OutputFile } from "./output-file.js";
import { nameList } from "./page-head.js";
import { type Cell, linkTarget, shownText, type Tone, toneOf } from "./report-rows.js";
import { type OpenReportWriter, type ReportContext, type ReportFacts, yieldRows } from "./report-writer.js";
import { statisticsCells } from "./statistics-table.js";

/** Records on the page: a browser shows more only slowly, and the other files have them all. */
const mostRecords = 5_000;
/** Records out of tolerance that are shown before all others. */
const mostOut = 500;

/** One page without anything from outside, for people who have no Excel: figures, pictures, what is out, all records. */
export const openHtmlFile: OpenReportWriter = (file, context) => {
  const { text } = context;
  const out: string[] = [];
  return {
    add(record, cells) {
      const isOut =
        record.status === "valid" && record.judgement !== undefined && record.judgement.kind !== "within";
      if (isOut && out.length < mostOut) out.push(tableRow(cells, (column) => toneOf(record, column)));
    },
    drained: () => file.drained(),
    async finish(facts) {
      file.write(pageStart(context, facts));
      file.write(
        section(
          text.sheets.statistics,
          table(text.statisticsColumns, context.characteristics.all().map(statisticsCells)),
        ),
      );
      file.write(section(text.sheets.charts, chartsOf(context, facts)));
      const outTable =
        out.length === 0
          ? paragraph(text.report.noneOut)
          : tableOpen(text.recordColumns) + out.join("") + tableEnd;
      file.write(section(text.report.outOfTolerance, outTable));
      await writeRecords(file, context, facts);
      file.write(section(text.sheets.device, table(text.deviceColumns, facts.deviceRows)));
      file.write("</body>\n</html>\n");
      await file.drained();
    },
  };
};

/** Nothing on the page may run or load anything, whatever a name or a transcript holds. */
const policy = "default-src 'none'; style-src 'unsafe-inline'";

const style = `
body { font: 14px/1.5 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; margin: 24px; color: #222 }
h1 { font-size: 22px } h2 { font-size: 17px; margin-top: 28px } h3 { font-size: 14px; margin: 16px 0 0 }
table { border-collapse: collapse; font-size: 12px; font-variant-numeric: tabular-nums }
th, td { border: 1px solid #ccc; padding: 2px 6px; text-align: left; white-space: nowrap }
th { background: #d9e1f2; position: sticky; top: 0 } td.n { text-align: right }
td.good { background: #c6efce; color: #006100; font-weight: bold }
td.bad { background: #ffc7ce; color: #9c0006; font-weight: bold }
td.dead { color: #7f7f7f; text-decoration: line-through }
figure { margin: 0 0 12px; break-inside: avoid } svg { width: 900px; max-width: 100%; height: auto }
.wide { overflow-x: auto } p.note { color: #666 }
@media print { @page { size: A4 landscape; margin: 10mm } body { margin: 0 } table { font-size: 9px } .wide { overflow: visible } }
`;

function pageStart({ text, request }: ReportContext, { parts, batches }: ReportFacts): string {
  const title = escape(text.report.title);
  const { print } = text;
  const facts = [
    `${print.part} ${nameList(parts, text)}`,
    `${print.batch} ${nameList(batches, text)}`,
    `VoiceGauge ${request.deviceId.slice(0, 8)}`,
  ];
  return (
    `<!doctype html>\n<html lang="${request.language === "zh" ? "zh-CN" : "en"}">\n<head>\n<meta charset="utf-8">\n` +
    `<meta http-equiv="Content-Security-Policy" content="${policy}">\n` +
    `<meta name="viewport" content="width=device-width">\n<title>${title}</title>\n<style>${style}</style>\n` +
    `</head>\n<body>\n<h1>${title}</h1>\n${paragraph(facts.join("    "))}`
  );
}

function chartsOf({ text }: ReportContext, { charts }: ReportFacts): string {
  const { report } = text;
  if (charts.drawn.length === 0) return paragraph(report.noCharts);
  const figures = charts.drawn.map(({ characteristic: { name, unit, newest, statistics }, svg }) => {
    const title = [name, unit].filter(Boolean).join("  ");
    const isCut = newest.length < (statistics?.count ?? 0);
    const caption = isCut ? `${title}    ${report.newest(newest.length)}` : title;
    return `<figure><h3>${escape(caption)}</h3>${svg}</figure>\n`;
  });
  const more = charts.drawn.length < charts.possible;
  const rest = more ? paragraph(report.chartsOf(charts.drawn.length, charts.possible)) : "";
  return paragraph(report.legend) + figures.join("") + rest;
}

async function writeRecords(file: OutputFile, context: ReportContext, facts: ReportFacts): Promise<void> {
  const { text } = context;
  const isCut = facts.rows > mostRecords;
  const note = isCut ? paragraph(text.report.firstOf(mostRecords, facts.rows)) : "";
  file.write(`<h2>${escape(text.sheets.records)}</h2>\n${note}${tableOpen(text.recordColumns)}`);
  let rows = 0;
  for (const record of facts.records()) {
    if (rows === mostRecords) break;
    const cells = facts.cells(record);
    file.write(tableRow(cells, (column) => toneOf(record, column)));
    rows += 1;
    if (rows % yieldRows === 0) {
      await nextTurn();
      await file.drained();
    }
  }
  file.write(tableEnd);
}

function section(heading: string, content: string): string {
  return `<h2>${escape(heading)}</h2>\n${content}`;
}

function paragraph(text: string): string {
  return `<p class="note">${escape(text)}</p>\n`;
}

function table(headings: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return tableOpen(headings) + rows.map((cells) => tableRow(cells, () => "plain")).join("") + tableEnd;
}

function tableOpen(headings: readonly string[]): string {
  return `<div class="wide"><table>\n<tr>${headings.map((heading) => `<th>${escape(heading)}</th>`).join("")}</tr>\n`;
}

const tableEnd = "</table></div>\n";

function tableRow(cells: readonly Cell[], tone: (column: number) => Tone): string {
  const fields = cells.map((cell, column) => {
    const isNumber = cell.kind === "number" || cell.kind === "estimate";
    const look = tone(column);
    const names = [...(isNumber ? ["n"] : []), ...(look === "plain" ? [] : [look])];
    const attribute = names.length === 0 ? "" : ` class="${names.join(" ")}"`;
    const shown = escape(shownText(cell));
    const link = cell.kind === "text" && cell.link !== undefined ? escape(linkTarget(cell.link)) : undefined;
    return `<td${attribute}>${link === undefined ? shown : `<a href="${link}">${shown}</a>`}</td>`;
  });
  return `<tr>${fields.join("")}</tr>\n`;
}

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
