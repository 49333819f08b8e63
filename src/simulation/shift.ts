import type { Command } from "../controller/commands.js";
import type { ControllerEvent } from "../controller/events.js";
import { reduce } from "../controller/machine.js";
import { type ControllerState, initialState } from "../controller/state.js";
import { timersOf } from "../controller/timers.js";
import { drawGestures, drawInterruption, drawSentence } from "./operator.js";
import { createRandom, type Random } from "./random.js";
import { breachAfter, breachBefore } from "./rules.js";
import { createTrace } from "./trace.js";
import { createWorld, type FaultRates, type World } from "./world.js";

export interface ShiftReport {
  readonly seed: number;
  readonly steps: number;
  readonly records: number;
  readonly rates: FaultRates;
  /** Digest of everything that happened: two runs of a seed must agree. */
  readonly digest: string;
  /** The first rule that was broken, with what led to it; undefined when none was. */
  readonly broken?: string;
}

/** The operator may teach the device his voice: two of the sentences that he may say anyway. */
const simulatedState: ControllerState = {
  ...initialState,
  settings: { ...initialState.settings, readingTexts: ["长度一百二十点五毫米", "负零点零三"] },
};

export type Reducer = typeof reduce;

/** Presses in a shift, and the time in which the device must be ready again once the faults stop, in virtual ms. */
const presses = 12;
const restMs = 60_000;
const restStepMs = 250;
/** A shift of this size ends long before; more is a loop. */
const stepLimit = 20_000;

/**
 * One shift of an operator with a device whose parts fail at rates drawn from the seed. After each step the rules of
 * the dialogue are checked; at the end the faults stop and within 60 s the device must be ready and answer a press.
 */
export function runShift(seed: number, reducer: Reducer = reduce): ShiftReport {
  const random = createRandom(seed);
  const rates = drawRates(random);
  const world = createWorld(random, rates);
  let state: ControllerState = simulatedState;
  let steps = 0;
  let broken: string | undefined;
  const trace = createTrace();

  function apply(event: ControllerEvent): void {
    if (broken !== undefined) return;
    const before = state;
    const step = reducer(before, event);
    state = step.state;
    steps += 1;
    trace.note(event, state, step.commands);
    for (const command of step.commands) {
      broken ??= breachBefore(command, world);
      world.carryOut(command);
    }
    broken ??= breachAfter(before, event, state, step.commands, world);
    if (steps > stepLimit) broken ??= "the shift does not end";
  }

  function runUntil(untilMs: number): void {
    for (let event = world.takeNext(untilMs); event !== undefined; event = world.takeNext(untilMs)) {
      if (broken !== undefined) return;
      apply(event);
    }
  }

  for (const command of startCommands()) world.carryOut(command);
  apply({ kind: "started", view: world.view(), announcements: [] });
  for (let press = 0; press < presses && broken === undefined; press += 1) {
    world.nextSentence = drawSentence(random);
    for (const gesture of drawGestures(random)) {
      apply({ kind: "gesture", gesture });
      runUntil(world.nowMs() + random.below(400));
    }
    if (random.chance(0.15)) apply(drawInterruption(random));
    runUntil(world.nowMs() + random.below(8_000));
  }
  world.setRates({ never: 0, twice: 0, fails: 0, late: 0 });
  world.nextSentence = { text: "", confidence: 1, band: "sure", audioMs: 0, decodeMs: 0 };
  for (const fault of state.faults) apply({ kind: "fault_cleared", fault });
  apply({ kind: "gesture", gesture: "release" });
  const restEndMs = world.nowMs() + restMs;
  while (state.talk.kind !== "ready" && world.nowMs() < restEndMs && broken === undefined) {
    runUntil(Math.min(restEndMs, world.nowMs() + restStepMs));
  }
  broken ??= breachAtRest(state, world, apply, () => state);

  return {
    seed,
    steps,
    records: world.records().length,
    rates,
    digest: trace.digest(),
    ...(broken === undefined ? {} : { broken: `${broken}\n  ${trace.lines().join("\n  ")}` }),
  };
}

function startCommands(): readonly Command[] {
  return timersOf(initialState).map(({ key, delayMs }) => ({ kind: "start_timer", key, delayMs }));
}

function drawRates(random: Random): FaultRates {
  const rate = (): number => (random.chance(0.4) ? 0 : random.next() * 0.2);
  return { never: rate(), twice: rate(), fails: rate(), late: rate() };
}

/** Rule 4 at the end: ready within 60 s, and a press is answered. */
function breachAtRest(
  state: ControllerState,
  world: World,
  apply: (event: ControllerEvent) => void,
  current: () => ControllerState,
): string | undefined {
  if (state.talk.kind === "halting") return undefined;
  if (state.talk.kind !== "ready") return `it sticks in ${state.talk.kind}`;
  if (world.openTurn() !== undefined) return "the gate stays open in ready";
  apply({ kind: "gesture", gesture: "press" });
  return current().talk.kind === "ready" ? "a press at the end is not answered" : undefined;
}
