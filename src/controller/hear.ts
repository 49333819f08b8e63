import { beginEnrolment, isLikelyEnrolment } from "./enrol.js";
import type { Heard } from "./events.js";
import type { SayAgainReason } from "./messages.js";
import { obey } from "./obey.js";
import { sayAgain } from "./say-again.js";
import type { ControllerState } from "./state.js";
import { askReadings, takeCorrection, takeElided, takeMeasurement } from "./take-value.js";
import type { Step } from "./transitions.js";
import { understand } from "./understand.js";

/** A gate that opened this soon after the device's own voice may have caught its echo. */
const ownVoiceWindowMs = 1_500;

/** Acts on a final transcript that answers no question. */
export function hear(state: ControllerState, heard: Heard): Step {
  if (heard.text === "") return sayAgain(state, heard, nothingHeard(heard));
  if (isOwnVoice(state, heard)) return sayAgain(state, heard, { kind: "own_voice" });
  if (heard.band === "poor" && isLikelyEnrolment(heard.text)) return beginEnrolment(state);
  if (heard.band === "poor") return sayAgain(state, heard, { kind: "not_understood", ...levelOf(heard) });
  const utterance = understand(heard.text, state.view);
  switch (utterance.kind) {
    case "none":
      return sayAgain(state, heard, { kind: "refused", reason: utterance.reason });
    case "ambiguous":
      return takeElided(state, heard, utterance) ?? askReadings(state, heard, utterance);
    case "measurement":
      return state.correcting === undefined
        ? takeMeasurement(state, heard, utterance)
        : takeCorrection(state, heard, state.correcting, utterance);
    case "command":
      return obey(state, heard, utterance.command);
  }
}

/** Much sound without words was not silence. */
function nothingHeard({ level }: Heard): SayAgainReason {
  if (level === "too_loud" || level === "interrupted") return { kind: "not_understood", level };
  return level === undefined ? { kind: "nothing_heard" } : { kind: "nothing_heard", level };
}

function levelOf({ level }: Heard): Pick<Heard, "level"> {
  return level === undefined ? {} : { level };
}

/** The second fence of “one mouth, one ear”: words equal to those that the device has just spoken. */
function isOwnVoice(state: ControllerState, heard: Heard): boolean {
  if (heard.sinceOwnSoundMs > ownVoiceWindowMs) return false;
  const text = lettersOf(heard.text);
  return state.recentSpeech.some((spoken) => lettersOf(spoken) === text);
}

/** Without what cannot be heard: punctuation and spaces. */
function lettersOf(text: string): string {
  return text.replace(/[\p{P}\s]/gu, "").toLowerCase();
}
