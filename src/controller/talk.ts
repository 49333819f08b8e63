import { hearReading, readAgain } from "./enrol.js";
import type { CommitFailure, CommitOutcome, ControllerEvent, StoreView } from "./events.js";
import { faultPolicy } from "./faults.js";
import { hear, hearAnswer } from "./hear.js";
import type { Message } from "./messages.js";
import type { Announcement, ControllerState, Recognising, Speaking } from "./state.js";
import { reduceGesture } from "./talk-gestures.js";
import { reduceTalkTimer } from "./talk-timers.js";
import {
  announce,
  askAgain,
  awaitAnswer,
  beginHalt,
  finishHalt,
  listen,
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

/** How many spoken texts the second fence remembers. */
const recentSpeechLimit = 3;

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

function onCommitted(state: ControllerState, outcome: CommitOutcome, view: StoreView): Step {
  const { correcting: _done, ...rest } = state;
  const stored: ControllerState = { ...rest, view, failedTurns: 0 };
  const message = messageOfCommit(stored, outcome);
  return message === undefined ? settle(stored) : speak(stored, message);
}

function messageOfCommit(state: ControllerState, outcome: CommitOutcome): Message | undefined {
  switch (outcome.kind) {
    case "stored":
      return { kind: "measurement_stored", record: outcome.record };
    case "corrected":
      return { kind: "measurement_corrected", record: outcome.record };
    case "withdrawn":
      return { kind: "measurement_withdrawn", record: outcome.record };
    case "context_set":
      return state.talk.kind === "committing" ? messageOfContext(state.talk.work) : undefined;
  }
}

function messageOfContext(
  work: Extract<ControllerState["talk"], { kind: "committing" }>["work"],
): Message | undefined {
  if (work.kind === "next_part") return { kind: "next_part" };
  if (work.kind !== "set_context") return undefined;
  const { part, batch, inspector } = work.change;
  if (part !== undefined) return { kind: "context_set", field: "part", value: part };
  if (batch !== undefined) return { kind: "context_set", field: "batch", value: batch };
  return inspector === undefined ? undefined : { kind: "context_set", field: "inspector", value: inspector };
}

function onCommitFailed(state: ControllerState, failure: CommitFailure): Step {
  switch (failure.kind) {
    case "fault":
      return speak(
        withFault(state, failure.fault),
        { kind: "not_stored", fault: failure.fault },
        { cue: "fault" },
      );
    case "not_found":
      return speak(state, { kind: "record_not_found", recordNumber: failure.recordNumber });
    case "already_withdrawn":
      return speak(state, { kind: "record_already_withdrawn", record: failure.record });
  }
}

function onSpoken(state: ControllerState, talk: Speaking, text: string): Step {
  const heard = speakerWorks(remember(state, text));
  const { unconfirmed, ...rest } = heard;
  const next: ControllerState =
    unconfirmed === undefined || isAbout(talk.message, unconfirmed.id)
      ? rest
      : announce(rest, { kind: "record_repeated", record: unconfirmed }).state;
  switch (talk.then.kind) {
    case "ready":
      return settle(next);
    case "ask":
      return awaitAnswer(next, talk.then.question);
    case "read":
      return listen(next, "tap", talk.then.reading);
    case "halt_offer":
      return stay(next);
  }
}

/** What was to be said of its loss is no longer true. */
function speakerWorks(state: ControllerState): ControllerState {
  if (!state.faults.includes("speaker_lost")) return state;
  const isOld = ({ message }: Announcement): boolean =>
    message.kind === "fault" && message.fault === "speaker_lost";
  const announcements = state.announcements.filter((one) => !isOld(one));
  return { ...withoutFault(state, "speaker_lost"), announcements };
}

/** A confirmation that nobody heard is not a confirmation: it is owed until the speaker works again. */
function onSpeechFailed(
  state: ControllerState,
  talk: Speaking,
  fault: Parameters<typeof withFault>[1] | undefined,
): Step {
  const failed = fault === undefined ? state : withFault(state, fault);
  const { message } = talk;
  // Without a speaker the button must still switch the device off.
  if (talk.then.kind === "halt_offer") return stay(failed);
  const owed =
    message.kind === "measurement_stored" || message.kind === "measurement_corrected"
      ? message.record
      : undefined;
  // What waits to be said would fail in the same way: it stays queued for the next success.
  const silent: ControllerState = { ...failed, ...(owed === undefined ? {} : { unconfirmed: owed }) };
  const { state: next, commands } = settle({ ...silent, announcements: [] });
  return { state: { ...next, announcements: silent.announcements }, commands };
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

function remember(state: ControllerState, text: string): ControllerState {
  return { ...state, recentSpeech: [text, ...state.recentSpeech].slice(0, recentSpeechLimit) };
}

function isAbout(message: Message, recordId: number): boolean {
  return "record" in message && message.record.id === recordId;
}
