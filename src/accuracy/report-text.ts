import type { Accuracy, FalseAlarms, Group } from "./tally.js";

/** The tables for a person, line by line. */
export function reportLines(accuracy: Accuracy): readonly string[] {
  const { all, bySet, bySpeaker, byNoise, falseAlarms, reliability } = accuracy;
  const spoken =
    all.clips === 0
      ? []
      : table([
          heading,
          groupCells(all),
          ...section("by set", bySet),
          ...section("by speaker", bySpeaker),
          ...section("by noise", byNoise),
        ]);
  const alarms =
    falseAlarms.length === 0
      ? []
      : [
          "",
          "nothing was said to the device: what it took from it, and how often an hour",
          ...table([alarmHeading, ...falseAlarms.map(alarmCells)]),
        ];
  const curve =
    reliability.length === 0
      ? []
      : [
          "",
          "what would be stored, by confidence",
          ...table([
            ["confidence", "clips", "right"],
            ...reliability.map(({ from, to, count, right }) => [
              `${from.toFixed(2)} to ${to.toFixed(2)}`,
              String(count),
              share(right, count),
            ]),
          ]),
        ];
  return [...spoken, ...alarms, ...curve];
}

const heading = [
  "",
  "clips",
  "stored right",
  "stored wrong",
  "asked right",
  "asked wrong",
  "missed",
  "obeyed right",
  "obeyed wrong",
  "rightly refused",
];

function groupCells({ name, clips, counts }: Group): readonly string[] {
  // Of a sentence without a meaning nothing else can come than that it is refused.
  const of = (count: number): string => `${count} (${share(count, clips - counts.refused)})`;
  return [
    name,
    String(clips),
    of(counts.stored_right),
    of(counts.stored_wrong),
    of(counts.asked_right),
    of(counts.asked_wrong),
    of(counts.missed),
    String(counts.obeyed_right),
    String(counts.obeyed_wrong),
    String(counts.refused),
  ];
}

function section(title: string, groups: readonly Group[]): readonly (readonly string[])[] {
  return groups.length === 0 ? [] : [[], [title], ...groups.map(groupCells)];
}

const alarmHeading = ["", "clips", "hours", "stored", "asked", "obeyed"];

function alarmCells({ name, clips, hours, stored, asked, obeyed }: FalseAlarms): readonly string[] {
  const rate = (count: number): string => `${count} (${(count / hours).toFixed(1)} an hour)`;
  return [name, String(clips), hours.toFixed(3), rate(stored), rate(asked), rate(obeyed)];
}

function share(part: number, whole: number): string {
  return `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;
}

/** Columns as wide as their widest cell; the first to the left, the others to the right. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.entries())
      widths[column] = Math.max(widths[column] ?? 0, displayWidth(cell));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const room = " ".repeat((widths[column] ?? 0) - displayWidth(cell));
        return column === 0 ? cell + room : room + cell;
      })
      .join("  ")
      .trimEnd(),
  );
}

/** A Chinese character is as wide as two others. */
function displayWidth(text: string): number {
  return [...text].reduce((width, character) => width + (/[\u2e80-\uffdc]/u.test(character) ? 2 : 1), 0);
}
