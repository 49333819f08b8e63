import { expect, test } from "vitest";
import type { Command } from "../../src/controller/commands.js";
import type { ControllerEvent } from "../../src/controller/events.js";
import { ledSignal } from "../../src/controller/led.js";
import { reduce } from "../../src/controller/machine.js";
import { type ControllerState, initialState } from "../../src/controller/state.js";
import { timersOf } from "../../src/controller/timers.js";

const storedRecord = {
  id: 1,
  deviceId: "d",
  status: "valid",
  name: "长度",
  value: { unscaled: 1205n, scale: 1 },
  transcript: "长度一百二十点五毫米",
  confidence: 0.9,
  confirmedByQuestion: false,
  wallMs: 0,
  bootId: "b",
  monotonicMs: 0,
  clockTrusted: true,
} as const;

interface Node {
  readonly state: ControllerState;
  readonly timers: ReadonlySet<string>;
  readonly path: readonly string[];
  /** The store has said that a record is there. */
  readonly acknowledged: boolean;
}

/** What can happen next: each kind of event, of this turn and of one that is over. */
function eventsAt(state: ControllerState, timers: ReadonlySet<string>): readonly ControllerEvent[] {
  const { turn } = state;
  const heard = {
    text: storedRecord.transcript,
    confidence: 0.9,
    audioMs: 900,
    decodeMs: 9,
    sinceOwnSoundMs: 9_000,
  };
  return [
    { kind: "gesture", gesture: "press" },
    { kind: "gesture", gesture: "tap" },
    { kind: "gesture", gesture: "hold" },
    { kind: "gesture", gesture: "release" },
    { kind: "gesture", gesture: "double_tap" },
    { kind: "gate_opened", turn },
    { kind: "listen_failed", turn, fault: "microphone_lost" },
    { kind: "endpoint", turn },
    { kind: "transcribed", turn, heard: { ...heard, band: "sure" } },
    { kind: "transcribed", turn, heard: { ...heard, band: "unsure" } },
    { kind: "transcribed", turn: turn - 1, heard: { ...heard, band: "sure" } },
    {
      kind: "committed",
      turn,
      outcome: { kind: "stored", record: storedRecord },
      view: { context: {}, last: storedRecord },
    },
    { kind: "commit_failed", turn, failure: { kind: "fault", fault: "store_unusable" } },
    { kind: "spoken", turn, text: "x" },
    { kind: "speech_failed", turn, fault: "speaker_lost" },
    { kind: "fault_raised", fault: "microphone_lost" },
    { kind: "fault_cleared", fault: "microphone_lost" },
    { kind: "stick_arrived", stickId: "A" },
    ...[...timers].map((key) => ({ kind: "timer", key }) as const),
  ];
}

/** What must hold after every step, whatever came before it. */
function breach(
  before: ControllerState,
  event: ControllerEvent,
  after: ControllerState,
  commands: readonly Command[],
  timers: ReadonlySet<string>,
  acknowledged: boolean,
): string | undefined {
  if (after.talk.kind !== "ready" && after.talk.kind !== "halting") {
    if (!timersOf(after).every(({ key }) => timers.has(key))) return `${after.talk.kind} has no time limit`;
  }
  if (event.kind === "gesture" && event.gesture === "press" && before.talk.kind === "ready") {
    if (ledSignal(after) === ledSignal(before)) return "a press does not show";
    if (!commands.some(({ kind }) => kind === "listen" || kind === "speak")) return "a press is not heard";
  }
  if ("turn" in event && event.turn < before.turn && commands.some(({ kind }) => kind === "commit"))
    return "words of a turn that is over are stored";
  if (
    event.kind === "transcribed" &&
    event.heard.band !== "sure" &&
    commands.some(({ kind }) => kind === "commit")
  )
    return "what is unsure is stored without a question";
  if (after.turn < before.turn) return "turns go back";
  const speaks = commands.filter(({ kind }) => kind === "speak").length;
  if (speaks > 1) return "it speaks with two voices";
  if (speaks === 1 && commands.some(({ kind }) => kind === "listen")) return "it listens while it speaks";
  const said = commands.find((one) => one.kind === "speak");
  if (said?.kind === "speak" && said.message.kind === "measurement_stored" && !acknowledged)
    return "it confirms what no store has acknowledged";
  return undefined;
}

/** Walks every sequence from the start; the breaches that it met and the steps that it took. */
function walkAll(reducer: typeof reduce, longest: number) {
  const begun = reducer(initialState, { kind: "started", view: { context: {} }, announcements: [] });
  const broken: string[] = [];
  let steps = 0;

  function walk({ state, timers, path, acknowledged: before }: Node): void {
    if (path.length === longest || broken.length > 0) return;
    for (const event of eventsAt(state, timers)) {
      const step = reducer(state, event);
      steps += 1;
      const fired = event.kind === "timer" ? new Set([...timers].filter((key) => key !== event.key)) : timers;
      const running = timersAfter(fired, step.commands);
      const here = [...path, nameOf(event)];
      const acknowledged = before || event.kind === "committed";
      const problem = breach(state, event, step.state, step.commands, running, acknowledged);
      if (problem !== undefined) broken.push(`${here.join(" → ")}: ${problem}`);
      // An event that changes nothing leads nowhere new.
      if (step.state !== state || step.commands.length > 0)
        walk({ state: step.state, timers: running, path: here, acknowledged });
    }
  }

  walk({ state: begun.state, timers: timersAfter(new Set(), begun.commands), path: [], acknowledged: false });
  return { broken, steps };
}

test("every sequence of six events from the start keeps the rules of the dialogue", {
  timeout: 300_000,
}, () => {
  const { broken, steps } = walkAll(reduce, 6);
  expect(broken).toEqual([]);
  expect(steps).toBeGreaterThan(300_000);
});

test.each<[string, typeof reduce]>([
  [
    "a state without a time limit",
    (state, event) => {
      const step = reduce(state, event);
      const isLimit = (one: Command): boolean =>
        one.kind === "start_timer" && one.key.startsWith("recognise");
      return { ...step, commands: step.commands.filter((one) => !isLimit(one)) };
    },
  ],
  [
    "an answer of a turn that is over",
    (state, event) =>
      "turn" in event ? reduce(state, { ...event, turn: state.turn }) : reduce(state, event),
  ],
  [
    "an unsure value that is stored",
    (state, event) =>
      event.kind === "transcribed"
        ? reduce(state, { ...event, heard: { ...event.heard, band: "sure" } })
        : reduce(state, event),
  ],
  [
    "a confirmation before the commit",
    (state, event) => {
      const step = reduce(state, event);
      const commit = step.commands.find((one) => one.kind === "commit");
      if (commit?.kind !== "commit") return step;
      const early = reduce(step.state, {
        kind: "committed",
        turn: commit.turn,
        outcome: { kind: "stored", record: storedRecord },
        view: { context: {} },
      });
      return { state: early.state, commands: [...step.commands, ...early.commands] };
    },
  ],
])("%s is met by one of them", (_name, mutant) => {
  expect(walkAll(mutant, 5).broken).not.toEqual([]);
});

function nameOf(event: ControllerEvent): string {
  if (event.kind === "gesture") return event.gesture;
  return event.kind === "timer" ? event.key : event.kind;
}

function timersAfter(before: ReadonlySet<string>, commands: readonly Command[]): ReadonlySet<string> {
  const changes = commands.filter(({ kind }) => kind === "start_timer" || kind === "cancel_timer");
  if (changes.length === 0) return before;
  const after = new Set(before);
  for (const command of changes) {
    if (command.kind === "start_timer") after.add(command.key);
    if (command.kind === "cancel_timer") after.delete(command.key);
  }
  return after;
}
