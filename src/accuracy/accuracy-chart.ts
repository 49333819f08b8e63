import { openSvgDrawer } from "../workbook/svg-drawer.js";
import type { Accuracy, Group } from "./tally.js";
import type { Verdict } from "./verdict.js";

type Option = Parameters<Awaited<ReturnType<typeof openSvgDrawer>>>[0];

export interface ChartThresholds {
  readonly sure: number;
  readonly unsure: number;
}

const font = "DejaVu Sans";
/** Height of one bar with its gap, and of what stands above and below the bars, in CSS pixels. */
const barHeight = 22;
const frame = 96;
const curveHeight = 300;
const width = 900;

/** What is drawn, the good first: wrong values are red, what the operator must repeat is grey. Nothing of what means nothing. */
const shown: readonly { readonly verdict: Verdict; readonly name: string; readonly color: string }[] = [
  { verdict: "stored_right", name: "stored right", color: "#2f7d32" },
  { verdict: "obeyed_right", name: "obeyed right", color: "#81b784" },
  { verdict: "asked_right", name: "asked right", color: "#8faadc" },
  { verdict: "missed", name: "missed", color: "#bfbfbf" },
  { verdict: "asked_wrong", name: "asked wrong", color: "#f4b183" },
  { verdict: "obeyed_wrong", name: "obeyed wrong", color: "#d98880" },
  { verdict: "stored_wrong", name: "stored wrong", color: "#c00000" },
];

/** The reliability curve, and below it what became of the clips of each group, in percent, as an SVG. */
export async function drawAccuracy(
  accuracy: Accuracy,
  title: string,
  thresholds: ChartThresholds,
): Promise<string> {
  const draw = await openSvgDrawer();
  const groups = rowsOf(accuracy);
  const height = curveHeight + frame + groups.length * barHeight;
  return draw(option(accuracy, groups, title, thresholds), { width, height });
}

/** The first row is the highest. */
function rowsOf({ all, bySet, bySpeaker, byNoise }: Accuracy): readonly Group[] {
  return all.clips === 0 ? [] : [all, ...bySet, ...bySpeaker, ...byNoise];
}

/** Clips in which there was something to understand. */
function meant({ clips, counts }: Group): number {
  return clips - counts.refused;
}

function option(
  { reliability }: Accuracy,
  groups: readonly Group[],
  title: string,
  { sure, unsure }: ChartThresholds,
): Option {
  const label = { fontFamily: font, fontSize: 10 };
  const percent = { ...label, formatter: "{value} %" };
  const mark = (at: number, name: string) => ({ xAxis: at, label: { ...label, formatter: name } });
  return {
    animation: false,
    silent: true,
    textStyle: { fontFamily: font, fontSize: 11 },
    title: [{ text: title, left: 8, top: 4, textStyle: { fontFamily: font, fontSize: 12 } }],
    legend: {
      top: curveHeight + 4,
      left: 110,
      itemWidth: 12,
      itemHeight: 10,
      itemGap: 18,
      textStyle: label,
      data: shown.map(({ name }) => name),
    },
    grid: [
      { left: 170, top: 40, width: 700, height: curveHeight - 90 },
      { left: 170, top: curveHeight + 44, width: 700, height: groups.length * barHeight },
    ],
    xAxis: [
      {
        type: "value",
        min: 0,
        max: 1,
        name: "confidence",
        nameLocation: "middle",
        nameGap: 26,
        gridIndex: 0,
        axisLabel: label,
      },
      { type: "value", min: 0, max: 100, gridIndex: 1, axisLabel: percent },
    ],
    yAxis: [
      {
        type: "value",
        min: 0,
        max: 100,
        gridIndex: 0,
        axisLabel: percent,
        name: "right",
        nameLocation: "middle",
        nameGap: 44,
        nameTextStyle: label,
      },
      {
        type: "category",
        gridIndex: 1,
        inverse: true,
        data: groups.map((group) => `${group.name} (${meant(group)})`),
        axisTick: { show: false },
        axisLabel: { ...label, width: 150, overflow: "truncate" },
      },
    ],
    series: [
      {
        type: "line",
        xAxisIndex: 0,
        yAxisIndex: 0,
        lineStyle: { color: "#2f5597", width: 1 },
        data: reliability.map(({ from, to, count, right }) => ({
          value: [(from + to) / 2, (100 * right) / count],
          // The area of a point tells how many clips stand behind it.
          symbolSize: 3 + Math.min(12, Math.sqrt(count)),
          symbol: "circle",
          itemStyle: { color: "#2f5597" },
          label: { ...label, show: true, position: "bottom", formatter: String(count) },
        })),
        markLine: {
          symbol: "none",
          lineStyle: { color: "#7f7f7f", type: "dashed" },
          data: [mark(unsure, `asked from ${unsure}`), mark(sure, `stored from ${sure}`)],
        },
      },
      ...shown.map(({ verdict, name, color }) => ({
        type: "bar" as const,
        name,
        stack: "verdicts",
        xAxisIndex: 1,
        yAxisIndex: 1,
        barWidth: barHeight - 8,
        itemStyle: { color },
        data: groups.map((group) => (100 * group.counts[verdict]) / Math.max(1, meant(group))),
      })),
    ],
  };
}
