import type { StoredRecord } from "../inspection/record.js";
import type { Message } from "./messages.js";
import type { Announcement, ControllerState, Speaking } from "./state.js";
import {
  announce,
  awaitAnswer,
  listen,
  type Step,
  settle,
  stay,
  withFault,
  withoutFault,
} from "./transitions.js";
import { withTalk } from "./with-talk.js";

/** How many spoken texts the second fence remembers. */
const recentSpeechLimit = 3;

/** The words were played to their end: on to what follows them. */
export function onSpoken(state: ControllerState, talk: Speaking, text: string): Step {
  const heard = speakerWorks(remember(state, text));
  const next = heard.unconfirmed === undefined ? heard : repeat(heard, heard.unconfirmed, talk.message);
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

/** A confirmation that was owed is given, unless these words have given it. */
function repeat(state: ControllerState, unconfirmed: StoredRecord, said: Message): ControllerState {
  const { unconfirmed: _paid, ...rest } = state;
  return isAbout(said, unconfirmed.id)
    ? rest
    : announce(rest, { kind: "record_repeated", record: unconfirmed }).state;
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
export function onSpeechFailed(
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

/** Keeps what was said for the second fence against hearing oneself. */
export function remember(state: ControllerState, text: string): ControllerState {
  const recentSpeech = [text, ...state.recentSpeech.slice(0, recentSpeechLimit - 1)];
  return withTalk(state, state.talk, state.turn, recentSpeech);
}

function isAbout(message: Message, recordId: number): boolean {
  return "record" in message && message.record.id === recordId;
}
