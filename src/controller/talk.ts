import { hearReading, readAgain } from "./enrol.js";
import type { ControllerEvent, StoreView } from "./events.js";
import { faultPolicy } from "./faults.js";
import { hear } from "./hear.js";
import { hearAnswer } from "./hear-answer.js";
import type { Message } from "./messages.js";
import type { ControllerState, Recognising } from "./state.js";
import { messageOfCommit, onCommitFailed, onCommitted } from "./talk-commits.js";
import { reduceGesture } from "./talk-gestures.js";
import { onSpeechFailed, onSpoken, remember } from "./talk-speech.js";
import { reduceTalkTimer } from "./talk-timers.js";
import {
  announce,
  askAgain,
  beginHalt,
  finishHalt,
  recognise,
  refuse,
  type Step,
  settle,
  speak,
  stay,
  update,
  withFault,
  withoutFault,
} from "./transitions.js";

/** The talk region: what is heard, kept and said. Events of an abandoned turn change nothing. */
export function reduceTalk(state: ControllerState, event: TalkEvent): Step {
  switch (event.kind) {
    case "started":
      return onStarted(state, event.view, event.announcements);
    case "gesture":
      return reduceGesture(state, event.gesture);
    case "timer":
      return reduceTalkTimer(state, event.key);
    case "announce":
      return announce(state, event.message);
    case "view_changed":
      return stay({ ...state, view: event.view });
    case "fault_raised":
    case "fault_cleared":
      return onFault(state, event);
    case "stop_requested":
      return state.talk.kind === "halting" ? stay(state) : beginHalt(state, true);
    case "halt_prepared":
      return state.talk.kind === "halting" && state.talk.phase === "preparing"
        ? finishHalt(state, state.talk)
        : stay(state);
    case "gate_opened":
    case "listen_failed":
    case "partial":
    case "endpoint":
    case "transcribed":
    case "recognition_failed":
    case "committed":
    case "commit_failed":
    case "status_gathered":
    case "spoken":
    case "speech_failed":
      return "turn" in state.talk && state.talk.turn === event.turn
        ? reduceOutcome(state, event)
        : late(state, event);
  }
}

export type TalkEvent = Exclude<
  ControllerEvent,
  { kind: `stick_${string}` | "exported" | "export_failed" | "released" }
>;

type Outcome = Extract<TalkEvent, { turn: number }>;

function reduceOutcome(state: ControllerState, event: Outcome): Step {
  switch (event.kind) {
    case "gate_opened":
      return onGateOpened(state);
    case "listen_failed":
      if (state.talk.kind !== "listening" && state.talk.kind !== "asking") return stay(state);
      return refuse(withFault(state, event.fault), event.fault);
    case "partial":
      return state.talk.kind === "listening"
        ? update(state, { ...state.talk, partial: event.text })
        : stay(state);
    case "endpoint":
      return onEndpoint(state);
    case "transcribed":
      return state.talk.kind === "recognising" ? onTranscribed(state, state.talk, event.heard) : stay(state);
    case "recognition_failed":
      return onRecognitionFailed(state, event.fault);
    case "committed":
      return state.talk.kind === "committing" ? onCommitted(state, event.outcome, event.view) : stay(state);
    case "commit_failed":
      return state.talk.kind === "committing" ? onCommitFailed(state, event.failure) : stay(state);
    case "status_gathered":
      return state.talk.kind === "committing"
        ? speak(state, { kind: "status", report: event.report })
        : stay(state);
    case "spoken":
      if (state.talk.kind === "halting") return finishHalt(state, state.talk);
      return state.talk.kind === "speaking" ? onSpoken(state, state.talk, event.text) : stay(state);
    case "speech_failed":
      if (state.talk.kind === "halting") return finishHalt(state, state.talk);
      return state.talk.kind === "speaking" ? onSpeechFailed(state, state.talk, event.fault) : stay(state);
  }
}

/**
 * An answer to a turn that is over. One thing of it must not be lost: a commit that took too long is on the card, so
 * the view is brought up to date and the record is read back when there is time.
 */
function late(state: ControllerState, event: Outcome): Step {
  if (event.kind === "spoken") return stay(remember(state, event.text));
  if (event.kind !== "committed") return stay(state);
  const known = { ...state, view: event.view };
  const message = messageOfCommit(known, event.outcome);
  return message === undefined ? stay(known) : announce(known, message);
}

function onStarted(state: ControllerState, view: StoreView, announcements: readonly Message[]): Step {
  if (state.talk.kind !== "starting") return stay({ ...state, view });
  const all: readonly Message[] = [...announcements, { kind: "device_ready" }];
  return settle({
    ...state,
    view,
    announcements: [...state.announcements, ...all.map((message) => ({ message, alarm: false }))],
  });
}

function onGateOpened(state: ControllerState): Step {
  const { talk } = state;
  if (talk.kind === "listening") return update(state, { ...talk, gate: "open" });
  if (talk.kind === "asking") return update(state, { ...talk, gate: "open" });
  return stay(state);
}

function onEndpoint(state: ControllerState): Step {
  const { talk } = state;
  // While the button is held the speaker may pause as long as he likes.
  if (talk.kind === "listening" && talk.mode !== "hold") return recognise(state, talk.turn);
  if (talk.kind === "asking") return recognise(state, talk.turn, talk.question);
  return stay(state);
}

function onTranscribed(state: ControllerState, talk: Recognising, heard: Parameters<typeof hear>[1]): Step {
  if (talk.reading !== undefined) return hearReading(state, talk.reading, heard);
  if (talk.question === undefined) return hear(state, heard);
  if (heard.text === "") {
    // Nothing was said to the question: the button can still answer it until the limit.
    return update(state, { kind: "asking", turn: talk.turn, question: talk.question, gate: "waiting" });
  }
  return hearAnswer(state, heard, talk.question);
}

function onRecognitionFailed(
  state: ControllerState,
  fault: Parameters<typeof withFault>[1] | undefined,
): Step {
  if (state.talk.kind !== "recognising" && state.talk.kind !== "listening" && state.talk.kind !== "asking") {
    return stay(state);
  }
  if (fault !== undefined) return refuse(withFault(state, fault), fault);
  if (state.talk.kind === "recognising" && state.talk.reading !== undefined)
    return readAgain(state, state.talk.reading);
  if (state.talk.kind === "recognising" && state.talk.question !== undefined)
    return askAgain(state, state.talk.question);
  return speak(state, { kind: "say_again", reason: { kind: "not_understood" } }, { cue: "not_understood" });
}

function onFault(
  state: ControllerState,
  event: Extract<TalkEvent, { kind: "fault_raised" | "fault_cleared" }>,
): Step {
  const { fault } = event;
  const standing = state.faults.includes(fault);
  if (event.kind === "fault_raised") {
    if (standing) return stay(state);
    const known = withFault(state, fault);
    // Nobody hears the operator any more: he is told at once, not when the time for listening is over.
    const isDeaf = state.talk.kind === "listening" && faultPolicy(fault).endsListening;
    return isDeaf
      ? speak(known, { kind: "fault", fault }, { cue: "fault" })
      : announce(known, { kind: "fault", fault }, true);
  }
  if (!standing) return stay(state);
  const healed = withoutFault(state, fault);
  return faultPolicy(fault).tellRecovery ? announce(healed, { kind: "recovered", fault }) : stay(healed);
}
