import { existsSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Resvg } from "@resvg/resvg-js";
import { chartFont } from "./chart-axes.js";

/** Where Debian's fonts-dejavu-core puts the face of the charts. */
const fontFile = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";
/** Pixels of the picture for one CSS pixel: sharp on paper too. */
const pixelRatio = 1.5;

/**
 * An SVG as a PNG, and the memory of the drawing given back. Where the charts' own font is missing, whatever the system
 * has is used.
 */
export async function pngOfSvg(svg: string): Promise<Buffer> {
  const png = render(svg);
  collectYoung();
  // What was found dead gives back its native memory in a turn of its own.
  await nextTurn();
  return png;
}

function render(svg: string): Buffer {
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

/**
 * The pixels of a drawing, 2.5 MB, lie outside of V8's heap, where its collector does not see them: thirty pictures would
 * hold 80 MB until it had another reason to look. The library has no way to free them, so it is asked to look, 2 ms.
 */
const collectYoung = youngCollector();

function youngCollector(): () => void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as (options: { readonly type: "minor" }) => void;
  return () => collect({ type: "minor" });
}
