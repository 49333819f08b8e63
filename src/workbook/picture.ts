import { existsSync } from "node:fs";
import { Resvg } from "@resvg/resvg-js";
import { chartFont } from "./chart.js";

/** Where Debian's fonts-dejavu-core puts the face of the charts. */
const fontFile = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";
/** Pixels of the picture for one CSS pixel: sharp on paper too. */
const pixelRatio = 1.5;

/** An SVG as a PNG. Where the charts' own font is missing, whatever the system has is used. */
export function pngOfSvg(svg: string): Buffer {
  const hasFont = existsSync(fontFile);
  const picture = new Resvg(svg, {
    background: "#ffffff",
    fitTo: { mode: "zoom", value: pixelRatio },
    font: hasFont
      ? { loadSystemFonts: false, fontFiles: [fontFile], defaultFontFamily: chartFont }
      : { loadSystemFonts: true },
  });
  return picture.render().asPng();
}
