import type exceljs from "exceljs";
import { chartSize } from "./chart.js";
import { type BookHooks, changePart, hooksOfBook, hooksOfSheet } from "./exceljs-hooks.js";
import { landscapeA4, type PageHead, setPageHead } from "./page-setup.js";
import { sheetText } from "./sheet-cells.js";

/** A sheet of pictures of one size, one below the other, each under its title. */
export interface PictureSheet {
  addText(text: string): void;
  /** A PNG of the proportions of `chartSize`, below a title and a line of facts. */
  addPicture(png: Buffer, title: string, facts: string): void;
  finish(head: PageHead): void;
}

/** Height of a plain row at 96 dots an inch, in CSS pixels. */
const rowPixels = 20;
const rowsOfPicture = Math.ceil(chartSize.height / rowPixels) + 1;
/** English metric units of a CSS pixel (ECMA-376 part 1, 20.1.2.1: 914,400 an inch). */
const unitsOfPixel = 9_525;
const picturesOfPage = 2;
/** Percent; two pictures with their titles fill a page of A4. */
const printScale = 84;

/** As wide as the page, and a little less where another face stands in. */
const small = { name: "Calibri", size: 9 };

const drawingPart = "xl/drawings/drawing1.xml";
const drawingType = "application/vnd.openxmlformats-officedocument.drawing+xml";
const relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/**
 * Opens the sheet. The streaming writer of exceljs can put pictures into a workbook but not onto a sheet (its `addImage`
 * belongs to the other writer, which holds all rows in memory), so the drawing is written here: its part, the relation of
 * the sheet to it, and its content type (ECMA-376 part 1, 20.5, and part 2, 10.1.2).
 */
export function openPictures(book: exceljs.stream.xlsx.WorkbookWriter, name: string): PictureSheet {
  const sheet = book.addWorksheet(name, { pageSetup: { ...landscapeA4, scale: printScale } });
  const bookHooks = hooksOfBook(book);
  const { zip } = bookHooks;
  const anchors: string[] = [];
  const media: string[] = [];
  let row = 1;

  declareDrawing(bookHooks);
  // Between the breaks and the end of the sheet is the one place where the schema allows it.
  const hooks = hooksOfSheet(sheet);
  hooks._writeLegacyData = () => {
    const id = hooks._sheetRelsWriter.addRelationship({
      Type: `${relationships}/drawing`,
      Target: "../drawings/drawing1.xml",
    });
    hooks.stream.write(`<drawing r:id="${id}"/>`);
  };

  function addLine(text: string, font?: Partial<exceljs.Font>): void {
    const line = sheet.getRow(row);
    const cell = line.getCell(1);
    cell.value = sheetText(text);
    if (font !== undefined) cell.font = font;
    line.commit();
    row += 1;
  }

  return {
    addText: (text) => addLine(text, small),
    addPicture(png, title, facts) {
      // The declared type is Node's own Buffer of another version.
      book.addImage({ buffer: png as unknown as exceljs.Buffer, extension: "png" });
      media.push(`image${media.length}.png`);
      addLine(title, { name: "Calibri", size: 12, bold: true });
      addLine(facts, small);
      anchors.push(anchor(media.length, row - 1, title));
      row += rowsOfPicture;
      const last = sheet.getRow(row - 1);
      if (media.length % picturesOfPage === 0) last.addPageBreak();
      last.commit();
    },
    finish(head) {
      setPageHead(sheet, head);
      sheet.commit();
      zip.append(drawingXml(anchors), { name: drawingPart });
      zip.append(drawingRelations(media), { name: "xl/drawings/_rels/drawing1.xml.rels" });
    },
  };
}

/** Adds the drawing to the list of content types when the writer comes to it. */
function declareDrawing(book: BookHooks): void {
  const override = `<Override PartName="/${drawingPart}" ContentType="${drawingType}"/>`;
  changePart(book, "[Content_Types].xml", (list) => list.replace("</Types>", `${override}</Types>`));
}

function anchor(number: number, row: number, title: string): string {
  const size = `cx="${chartSize.width * unitsOfPixel}" cy="${chartSize.height * unitsOfPixel}"`;
  return (
    `<xdr:oneCellAnchor><xdr:from><xdr:col>0</xdr:col><xdr:colOff>0</xdr:colOff>` +
    `<xdr:row>${row}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:ext ${size}/>` +
    `<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="${number}" name="${number}" descr="${attribute(title)}"/>` +
    `<xdr:cNvPicPr><a:picLocks noChangeAspect="1"/></xdr:cNvPicPr></xdr:nvPicPr>` +
    `<xdr:blipFill><a:blip r:embed="rId${number}"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill>` +
    `<xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext ${size}/></a:xfrm>` +
    `<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic><xdr:clientData/></xdr:oneCellAnchor>`
  );
}

function drawingXml(anchors: readonly string[]): string {
  return (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' +
    '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"' +
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"' +
    ` xmlns:r="${relationships}">${anchors.join("")}</xdr:wsDr>`
  );
}

function drawingRelations(media: readonly string[]): string {
  const list = media.map(
    (name, index) =>
      `<Relationship Id="rId${index + 1}" Type="${relationships}/image" Target="../media/${name}"/>`,
  );
  return (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' +
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' +
    `${list.join("")}</Relationships>`
  );
}

function attribute(text: string): string {
  return sheetText(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\n", " ");
}
