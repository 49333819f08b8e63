import type { EChartsOption } from "echarts";
import { histogram } from "../inspection/histogram.js";
import { controlLimits } from "../inspection/statistics.js";
import { assert } from "../runtime/assert.js";
import type { Characteristic } from "./characteristics.js";
import {
  chartFont,
  fromZero,
  numberAxis,
  type Plot,
  rangeAxis,
  rangesOf,
  tolerance,
  valueAxis,
} from "./chart-axes.js";
import { openSvgDrawer } from "./svg-drawer.js";

/** Draws the pictures of a characteristic: single values and moving ranges with their limits, and how often each came. */
export interface ChartDrawer {
  /** A chart of fewer than five values tells nothing. */
  canDraw(characteristic: Characteristic): boolean;
  /** An SVG of `chartSize`. */
  draw(characteristic: Characteristic): string;
}

/** Size of a picture in CSS pixels. */
export const chartSize = { width: 900, height: 310 } as const;
/** Values below which a chart tells nothing. */
const fewestValues = 5;
/** Newest values on a control chart; more would be a band of ink. */
const drawnValues = 150;

const blue = "#2f5597";
const red = "#c00000";
const green = "#548235";
const grey = "#7f7f7f";

/** Loads the charting library. */
export async function openCharts(): Promise<ChartDrawer> {
  const draw = await openSvgDrawer();
  return {
    canDraw: ({ newest }) => newest.length >= fewestValues,
    draw: (characteristic) => draw(chartOption(characteristic), chartSize),
  };
}

function chartOption(characteristic: Characteristic): EChartsOption {
  const { statistics, newest } = characteristic;
  const limits = statistics === undefined ? undefined : controlLimits(statistics);
  assert(statistics !== undefined && limits !== undefined, "a chart needs two values at least");
  const shown = newest.slice(-drawnValues);
  const first = statistics.count - shown.length + 1;
  const plot: Plot = { characteristic, limits, shown, first };
  return {
    animation: false,
    silent: true,
    textStyle: { fontFamily: chartFont, fontSize: 11 },
    title: [
      { text: "X", left: 6, top: 4, textStyle: titleStyle },
      { text: "MR", left: 6, top: 196, textStyle: titleStyle },
      { text: "n", left: 604, top: 4, textStyle: titleStyle },
    ],
    grid: [
      { left: 66, top: 26, width: 424, height: 142 },
      { left: 66, top: 208, width: 424, height: 72 },
      { left: 640, top: 26, width: 240, height: 254 },
    ],
    xAxis: [numberAxis(plot, 0), numberAxis(plot, 1), { ...valueAxis(plot), gridIndex: 2 }],
    yAxis: [
      { ...valueAxis(plot), gridIndex: 0 },
      { ...rangeAxis(plot), gridIndex: 1, splitNumber: 2 },
      { type: "value", min: 0, gridIndex: 2, minInterval: 1, ...fromZero },
    ],
    series: [individuals(plot), movingRanges(plot), bars(plot)],
  };
}

const titleStyle = { fontFamily: chartFont, fontSize: 12, color: grey };
type Series = Extract<NonNullable<EChartsOption["series"]>, readonly unknown[]>[number];

function individuals(plot: Plot): Series {
  const { characteristic, limits, shown, first } = plot;
  const { lower, upper } = tolerance(characteristic);
  const isOut = (value: number): boolean =>
    value > limits.upper ||
    value < limits.lower ||
    (upper !== undefined && value > upper) ||
    (lower !== undefined && value < lower);
  return {
    type: "line",
    xAxisIndex: 0,
    yAxisIndex: 0,
    lineStyle: { color: blue, width: 1 },
    data: shown.map((value, index) => point(first + index, value, isOut(value))),
    markLine: lines(plot, [
      ...controlLine("UCL", limits.upper, red),
      ...controlLine("CL", limits.centre, green),
      ...controlLine("LCL", limits.lower, red),
      ...toleranceLine("USL", upper, "yAxis"),
      ...toleranceLine("LSL", lower, "yAxis"),
    ]),
  };
}

function movingRanges(plot: Plot): Series {
  const { limits, shown, first } = plot;
  const ranges = rangesOf(shown);
  return {
    type: "line",
    xAxisIndex: 1,
    yAxisIndex: 1,
    lineStyle: { color: blue, width: 1 },
    data: ranges.map((range, index) => point(first + index + 1, range, range > limits.rangeUpper)),
    markLine: lines(plot, [
      ...controlLine("UCL", limits.rangeUpper, red),
      ...controlLine("CL", limits.rangeCentre, green),
    ]),
  };
}

function bars(plot: Plot): Series {
  const { characteristic, limits } = plot;
  const { lower, upper, nominal } = tolerance(characteristic);
  const bins = histogram(characteristic.newest, 10 ** -characteristic.decimals);
  return {
    type: "custom",
    xAxisIndex: 2,
    yAxisIndex: 2,
    encode: { x: [0, 1], y: 2 },
    data: bins.map(({ from, to, count }) => [from, to, count]),
    renderItem: (_, api) => {
      const [left = 0, top = 0] = api.coord([api.value(0), api.value(2)]);
      const [right = 0, bottom = 0] = api.coord([api.value(1), 0]);
      return {
        type: "rect",
        shape: { x: left, y: top, width: Math.max(1, right - left - 1), height: bottom - top },
        style: { fill: "#8faadc" },
      };
    },
    markLine: lines(plot, [
      { xAxis: limits.centre, name: "x̄", lineStyle: { color: green }, label: { position: "end" } },
      ...(nominal === undefined
        ? []
        : [{ xAxis: nominal, name: "", lineStyle: { color: grey, type: "dotted" as const } }]),
      ...toleranceLine("USL", upper, "xAxis"),
      ...toleranceLine("LSL", lower, "xAxis"),
    ]),
  };
}

/** Out-of-limit points are red, larger and of another shape, so that they show in a black and white print too. */
function point(number: number, value: number, isOut: boolean) {
  return {
    value: [number, value],
    symbol: isOut ? "diamond" : "circle",
    symbolSize: isOut ? 9 : 4,
    itemStyle: { color: isOut ? red : blue },
  };
}

type Line = {
  readonly name: string;
  readonly xAxis?: number;
  readonly yAxis?: number;
  readonly lineStyle: { readonly color: string; readonly type?: "solid" | "dashed" | "dotted" };
  readonly label?: { readonly position: "end" | "insideStartTop" | "insideEndTop" };
};

function controlLine(name: string, value: number, color: string): readonly Line[] {
  const type = name === "CL" ? "solid" : "dashed";
  return [{ name, yAxis: value, lineStyle: { color, type }, label: { position: "end" } }];
}

function toleranceLine(name: string, value: number | undefined, axis: "xAxis" | "yAxis"): readonly Line[] {
  if (value === undefined) return [];
  const position = axis === "yAxis" ? "insideStartTop" : "end";
  return [{ name, [axis]: value, lineStyle: { color: "#7030a0", type: "solid" }, label: { position } }];
}

function lines({ characteristic }: Plot, data: readonly Line[]) {
  const decimals = characteristic.decimals;
  return {
    symbol: "none",
    // Where they are, not rounded to the two decimals that the library has for them.
    precision: -1,
    lineStyle: { width: 1 },
    data: data.map((line) => {
      const value = line.yAxis ?? line.xAxis ?? 0;
      const isLimit = line.name.endsWith("SL");
      const shown = value.toFixed(isLimit ? decimals : decimals + 1);
      const formatter = line.xAxis === undefined ? `${line.name} ${shown}` : line.name;
      const color = line.lineStyle.color;
      return { ...line, label: { ...line.label, formatter, color, fontFamily: chartFont, fontSize: 10 } };
    }),
  };
}
