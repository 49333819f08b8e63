import type { TestClip } from "./test-table.js";
import { type Judged, type Verdict, verdicts } from "./verdict.js";

/** A clip with what came of it. */
export interface Outcome extends Judged {
  readonly clip: Pick<TestClip, "said" | "speaker" | "noise" | "set">;
  readonly confidence: number;
  readonly audioMs: number;
}

export type Counts = Readonly<Record<Verdict, number>>;

export interface Group {
  readonly name: string;
  readonly clips: number;
  readonly counts: Counts;
}

/** Sounds in which nothing was said to the device, and what it took from them. */
export interface FalseAlarms {
  readonly name: string;
  readonly clips: number;
  readonly hours: number;
  readonly stored: number;
  readonly asked: number;
  readonly obeyed: number;
}

/** Of the clips whose words would be stored, those with a confidence of `from` ≤ c < `to`. */
export interface ConfidenceBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly right: number;
}

export interface Accuracy {
  readonly all: Group;
  readonly bySpeaker: readonly Group[];
  readonly byNoise: readonly Group[];
  readonly bySet: readonly Group[];
  readonly falseAlarms: readonly FalseAlarms[];
  readonly reliability: readonly ConfidenceBin[];
}

/** Bins of the reliability curve: as fine as thresholds are chosen. */
const binCount = 20;

/** Counts outcomes; groups come in the order in which the table names them first. */
export function tally(outcomes: readonly Outcome[]): Accuracy {
  const spoken = outcomes.filter(({ clip }) => clip.said !== "");
  const silent = outcomes.filter(({ clip }) => clip.said === "");
  const values = outcomes.filter(({ understoodRight }) => understoodRight !== undefined);
  return {
    all: groupOf("all with words", spoken),
    bySpeaker: grouped(spoken, ({ clip }) => clip.speaker).map(([name, of]) => groupOf(name, of)),
    byNoise: grouped(spoken, ({ clip }) => noiseName(clip.noise)).map(([name, of]) => groupOf(name, of)),
    bySet: grouped(spoken, ({ clip }) => clip.set).map(([name, of]) => groupOf(name, of)),
    falseAlarms: falseAlarms(silent),
    reliability: reliability(values),
  };
}

/** `20` is 20 dB. */
function noiseName(noise: string): string {
  return /\d$/.test(noise) ? `${noise} dB` : noise;
}

function groupOf(name: string, outcomes: readonly Outcome[]): Group {
  const counts = Object.fromEntries(
    verdicts.map((verdict) => [verdict, outcomes.filter((one) => one.verdict === verdict).length]),
  ) as Record<Verdict, number>;
  return { name, clips: outcomes.length, counts };
}

/** Outcomes by a name that is not empty. */
function grouped(
  outcomes: readonly Outcome[],
  nameOf: (outcome: Outcome) => string,
): readonly (readonly [string, readonly Outcome[]])[] {
  const groups = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const name = nameOf(outcome);
    const group = groups.get(name);
    if (group !== undefined) group.push(outcome);
    else if (name !== "") groups.set(name, [outcome]);
  }
  return [...groups];
}

function falseAlarms(silent: readonly Outcome[]): readonly FalseAlarms[] {
  const row = (name: string, outcomes: readonly Outcome[]): FalseAlarms => {
    const { counts } = groupOf(name, outcomes);
    return {
      name,
      clips: outcomes.length,
      hours: outcomes.reduce((sum, { audioMs }) => sum + audioMs, 0) / 3_600_000,
      stored: counts.stored_wrong,
      asked: counts.asked_wrong,
      obeyed: counts.obeyed_wrong,
    };
  };
  if (silent.length === 0) return [];
  const bySet = grouped(silent, ({ clip }) => clip.set);
  return [row("all without words", silent), ...bySet.map(([name, of]) => row(name, of))];
}

function reliability(values: readonly Outcome[]): readonly ConfidenceBin[] {
  const bins = Array.from({ length: binCount }, (_, index) => {
    const [from, to] = [index / binCount, (index + 1) / binCount];
    // The last bin holds 1, too.
    const inside = values.filter(
      ({ confidence }) => confidence >= from && (confidence < to || index === binCount - 1),
    );
    return { from, to, ...rightOf(inside) };
  });
  return bins.filter(({ count }) => count > 0);
}

function rightOf(values: readonly Outcome[]): Pick<ConfidenceBin, "count" | "right"> {
  return {
    count: values.length,
    right: values.filter(({ understoodRight }) => understoodRight === true).length,
  };
}
