import type { Command } from "../controller/commands.js";
import type { ControllerEvent, GestureKind, Heard } from "../controller/events.js";
import { ledSignal } from "../controller/led.js";
import { reduce } from "../controller/machine.js";
import { type ControllerState, initialState } from "../controller/state.js";
import { timersOf } from "../controller/timers.js";
import { createRandom, type Random } from "./random.js";
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

function drawSentence(random: Random): Omit<Heard, "sinceOwnSoundMs"> {
  const text = random.pick([
    "长度一百二十点五毫米",
    "内径三十二点零五",
    "负零点零三",
    "二百五",
    "更正一百二十一",
    "不对",
    "撤销",
    "检验员零八",
    "学习我的声音",
    "重复",
    "是",
    "不是",
    "零件号七七三",
    "下一件",
    "状态",
    "取消",
    "星期五",
    "",
  ]);
  return {
    text,
    audioMs: 0,
    decodeMs: 0,
    confidence: random.next(),
    band: random.pick(["sure", "sure", "sure", "unsure", "poor"]),
  };
}

function drawGestures(random: Random): readonly GestureKind[] {
  return random.pick<readonly GestureKind[]>([
    ["press", "tap"],
    ["press", "tap"],
    ["press", "tap"],
    ["press", "hold", "release"],
    ["press", "tap", "double_tap"],
    ["press", "hold", "long_hold_warn", "release"],
  ]);
}

function drawInterruption(random: Random): ControllerEvent {
  return random.pick<ControllerEvent>([
    { kind: "fault_raised", fault: "microphone_lost" },
    { kind: "fault_cleared", fault: "microphone_lost" },
    { kind: "fault_raised", fault: "recognizer_down" },
    { kind: "fault_cleared", fault: "recognizer_down" },
    { kind: "stick_arrived", stickId: "A" },
    { kind: "stick_arrived", stickId: "B" },
    { kind: "stick_gone", stickId: "A" },
    { kind: "stick_refused", fault: "unsupported" },
  ]);
}

/** Rules 1 and 3: nothing is spoken as stored or as written that is not, and the gate is shut before any sound. */
function breachBefore(command: Command, world: World): string | undefined {
  if (command.kind !== "speak") return undefined;
  if (world.openTurn() !== undefined) return "it speaks while the gate is open";
  if (world.soundingTurn() !== undefined) return "it speaks with two voices";
  const { message } = command;
  if ((message.kind === "stick_done" || message.kind === "stick_released") && world.releases() === 0)
    return "it lets a stick be pulled that was not unmounted";
  if (message.kind !== "measurement_stored" && message.kind !== "measurement_corrected") return undefined;
  const stored = world.records()[message.record.id - 1];
  const same =
    stored?.value.unscaled === message.record.value.unscaled &&
    stored.value.scale === message.record.value.scale;
  return same ? undefined : `it confirms record ${message.record.id}, which is not stored so`;
}

/** Rules 2, 4 and 5: every press is answered, every state has its limit, no record vanishes, doubt is never stored. */
function breachAfter(
  before: ControllerState,
  event: ControllerEvent,
  after: ControllerState,
  commands: readonly Command[],
  world: World,
): string | undefined {
  if (event.kind === "gesture" && event.gesture === "press" && before.talk.kind === "ready") {
    if (ledSignal(after) === ledSignal(before)) return "a press in ready does not show on the LED";
    if (!commands.some(({ kind }) => kind === "listen" || kind === "speak"))
      return "a press in ready is not heard";
  }
  if (after.talk.kind !== "ready" && after.talk.kind !== "halting") {
    const running = world.pendingTimers();
    if (!timersOf(after).some(({ key }) => running.includes(key)))
      return `${after.talk.kind} has no time limit`;
  }
  const isLate = event.kind === "transcribed" && event.turn !== before.turn;
  if (isLate && commands.some(({ kind }) => kind === "commit"))
    return "words of a turn that is over are stored";
  const doubtful = commands.find(
    (one) => one.kind === "commit" && one.operation.kind === "measure" && isDoubtful(event, one),
  );
  if (doubtful !== undefined) return "a doubtful value is stored without a question";
  if (world.records().some((record, index) => record.id !== index + 1)) return "a record has vanished";
  return undefined;
}

function isDoubtful(event: ControllerEvent, command: Extract<Command, { kind: "commit" }>): boolean {
  if (event.kind !== "transcribed" || command.operation.kind !== "measure") return false;
  return (
    !command.operation.draft.confirmedByQuestion &&
    (event.heard.band !== "sure" || event.heard.text === "二百五")
  );
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
