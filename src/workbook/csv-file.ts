import { csvHead, csvLine } from "./csv.js";
import { textCell } from "./report-rows.js";
import type { OpenReportWriter } from "./report-writer.js";

/** The records as CSV, the same cells as in the workbook. */
export const openCsvFile: OpenReportWriter = (file, { text }) => {
  file.write(csvHead + csvLine(text.recordColumns.map(textCell)));
  return {
    add: (_, cells) => file.write(csvLine(cells)),
    drained: () => file.drained(),
    finish: () => file.drained(),
  };
};
