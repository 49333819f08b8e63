import type { Command, Cue, Operation } from "./commands.js";
import { blockingFault, type FaultCode } from "./faults.js";
import type { Message } from "./messages.js";
import {
  type AfterSpeech,
  type Alternative,
  type Announcement,
  announcementLimit,
  type ControllerState,
  type Halting,
  type Listening,
  type Question,
  type Reading,
  type Talk,
} from "./state.js";
import { withTalk } from "./with-talk.js";

/** What a reducer gives: the next state and what must be done. */
export interface Step {
  readonly state: ControllerState;
  readonly commands: readonly Command[];
}

/** Nothing changes. */
export function stay(state: ControllerState): Step {
  return { state, commands: [] };
}

/** Changes the talk region within a state: nothing that it started is stopped. */
export function update(state: ControllerState, talk: Talk, commands: readonly Command[] = []): Step {
  return { state: withTalk(state, talk), commands };
}

/** Begins to listen for a sentence, unless a fault makes that pointless: then says the fault. */
export function listen(state: ControllerState, mode: Listening["mode"], reading?: Reading): Step {
  const fault = blockingFault(state.faults);
  if (fault !== undefined) return refuse(state, fault);
  const turn = state.turn + 1;
  return enter(
    state,
    {
      kind: "listening",
      turn,
      mode,
      gate: "opening",
      released: false,
      partial: "",
      ...(reading === undefined ? {} : { reading }),
    },
    { kind: "listen", turn },
  );
}

/** Says what keeps the device from listening. A question that stood is not dropped without a word. */
export function refuse(state: ControllerState, fault: FaultCode): Step {
  const question = questionIn(state.talk);
  // Who hears the question again hears that the speaker is back.
  if (question !== undefined && fault === "speaker_lost") return ask(state, question);
  const message: Message = question === undefined ? refusal(fault) : { kind: "not_stored", fault };
  return speak(state, message, { cue: "fault" });
}

/** The answer to a question could not be understood: it is asked once more, then given up in words. */
export function askAgain(state: ControllerState, question: Question): Step {
  return question.asked < 2 ? ask(state, question) : speak(state, { kind: "nothing_recorded" });
}

function questionIn(talk: Talk): Question | undefined {
  if (talk.kind === "asking" || talk.kind === "recognising") return talk.question;
  return talk.kind === "speaking" && talk.then.kind === "ask" ? talk.then.question : undefined;
}

/** Says a message, then goes on to what follows it. */
export function speak(
  state: ControllerState,
  message: Message,
  options: { readonly cue?: Cue; readonly then?: AfterSpeech } = {},
): Step {
  const turn = state.turn + 1;
  return enter(
    state,
    { kind: "speaking", turn, message, then: options.then ?? { kind: "ready" } },
    { kind: "speak", turn, message, ...(options.cue === undefined ? {} : { cue: options.cue }) },
  );
}

/** Asks: the words first, then `asking` waits for the answer. */
export function ask(state: ControllerState, question: Question): Step {
  return speak(state, question.ask, {
    then: { kind: "ask", question: { ...question, asked: question.asked + 1 } },
  });
}

/** Opens the gate for the answer to a question. */
export function awaitAnswer(state: ControllerState, question: Question): Step {
  const turn = state.turn + 1;
  return enter(state, { kind: "asking", turn, question, gate: "opening" }, { kind: "listen", turn });
}

/** Ends the listening and waits for the words; the turn goes on. */
export function recognise(state: ControllerState, turn: number, question?: Question): Step {
  const reading = state.talk.kind === "listening" ? state.talk.reading : undefined;
  return update(
    state,
    {
      kind: "recognising",
      turn,
      ticks: 0,
      ...(question === undefined ? {} : { question }),
      ...(reading === undefined ? {} : { reading }),
    },
    [{ kind: "finish_recognition", turn }],
  );
}

/** Changes the database. */
export function commit(state: ControllerState, operation: Operation): Step {
  const turn = state.turn + 1;
  return enter(
    state,
    { kind: "committing", turn, work: operation, ticks: 0 },
    { kind: "commit", turn, operation },
  );
}

/** Asks the parts how they are. */
export function gatherStatus(state: ControllerState): Step {
  const turn = state.turn + 1;
  return enter(
    state,
    { kind: "committing", turn, work: { kind: "gather_status" }, ticks: 0 },
    { kind: "gather_status", turn },
  );
}

/** Back to ready, or on to what waits to be said. */
export function settle(state: ControllerState): Step {
  const [next, ...rest] = state.announcements;
  if (next === undefined) return { state: withTalk(state, { kind: "ready" }), commands: cleanUp(state.talk) };
  return speak({ ...state, announcements: rest }, next.message, next.alarm ? { cue: "fault" } : {});
}

/** Queues words for the next quiet moment, which may be now. Faults push hints out when too much waits. */
export function announce(state: ControllerState, message: Message, alarm = false): Step {
  const others = state.announcements.length === 0 ? [] : withoutMessage(state.announcements, message);
  const queue = [...others, { message, alarm }];
  const surplus =
    queue.length > announcementLimit
      ? Math.max(
          0,
          queue.findIndex((waiting) => !waiting.alarm),
        )
      : -1;
  const announcements = queue.filter((_, index) => index !== surplus);
  const waiting = { ...state, announcements };
  return state.talk.kind === "ready" ? settle(waiting) : stay(waiting);
}

/** What is said anyway need not be said twice. */
function withoutMessage(waiting: readonly Announcement[], message: Message): readonly Announcement[] {
  const same = JSON.stringify(message, bigintAsText);
  return waiting.filter((one) => JSON.stringify(one.message, bigintAsText) !== same);
}

/** The device goes down: first everything is put on the card. */
export function beginHalt(state: ControllerState, quiet: boolean): Step {
  const turn = state.turn + 1;
  return enter(
    { ...state, announcements: [] },
    { kind: "halting", turn, phase: "preparing", quiet },
    { kind: "prepare_halt" },
  );
}

/** Adds a fault to the set. */
export function withFault(state: ControllerState, fault: FaultCode): ControllerState {
  return state.faults.includes(fault) ? state : { ...state, faults: [...state.faults, fault] };
}

/** Removes a fault from the set. */
export function withoutFault(state: ControllerState, fault: FaultCode): ControllerState {
  return state.faults.includes(fault)
    ? { ...state, faults: state.faults.filter((one) => one !== fault) }
    : state;
}

/** No correction waits for its value any more. */
export function withoutCorrection(state: ControllerState): ControllerState {
  if (state.correcting === undefined) return state;
  const { correcting: _done, ...rest } = state;
  return rest;
}

/** Everything is on the card: says so, unless the service is only stopped, then goes dark. */
export function finishHalt(state: ControllerState, talk: Halting): Step {
  if (talk.phase === "preparing" && !talk.quiet) {
    const message: Message = { kind: "may_be_unplugged" };
    return update(state, { ...talk, phase: "announcing" }, [{ kind: "speak", turn: talk.turn, message }]);
  }
  return update(state, { ...talk, phase: "halted" }, [{ kind: "halt" }]);
}

/** A question about a value, with the readings that a “不是” goes on to. */
export function questionOf(
  ask: Message,
  yes: Operation,
  alternatives: readonly Alternative[] = [],
): Question {
  return { ask, yes, alternatives, asked: 0 };
}

/** Words about a lost speaker can only be heard when it is back, so they say that. */
function refusal(fault: FaultCode): Message {
  return fault === "speaker_lost" ? { kind: "recovered", fault } : { kind: "fault", fault };
}

/** Leaves the present talk state for one with a turn of its own; what was started is stopped before the new begins. */
function enter(state: ControllerState, talk: Talk, command: Command): Step {
  const turn = "turn" in talk ? talk.turn : state.turn;
  return { state: withTalk(state, talk, turn), commands: [...cleanUp(state.talk), command] };
}

function cleanUp(talk: Talk): readonly Command[] {
  switch (talk.kind) {
    case "listening":
    case "asking":
    case "recognising":
      return [{ kind: "abandon_turn", turn: talk.turn }];
    case "speaking":
      return [{ kind: "stop_speaking", turn: talk.turn }];
    case "starting":
    case "ready":
    case "committing":
    case "halting":
      return [];
  }
}

/** Messages carry decimals, and JSON has no bigint. */
function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
