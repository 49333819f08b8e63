import type { EChartsOption } from "echarts";

/** Draws a chart as an SVG of a size in CSS pixels. */
export type SvgDrawer = (
  option: EChartsOption,
  size: { readonly width: number; readonly height: number },
) => string;

/** Loads the charting library, a tenth of a second on a fast machine and 16 MB, so only where something is drawn. */
export async function openSvgDrawer(): Promise<SvgDrawer> {
  const { init } = await import("echarts/dist/echarts.esm.min.mjs");
  return (option, size) => {
    const chart = init(null, null, { renderer: "svg", ssr: true, ...size });
    try {
      chart.setOption(option);
      return chart.renderToSVGString({ useViewBox: true });
    } finally {
      chart.dispose();
    }
  };
}
