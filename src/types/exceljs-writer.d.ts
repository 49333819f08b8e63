/** The streaming writer without the library's readers: 11 MB less, and half the time to load. */
declare module "exceljs/lib/stream/xlsx/workbook-writer.js" {
  import type exceljs from "exceljs";

  const WorkbookWriter: typeof exceljs.stream.xlsx.WorkbookWriter;

  export { WorkbookWriter as default };
}
