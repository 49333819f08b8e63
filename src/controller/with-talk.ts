import type { ControllerState, Talk } from "./state.js";

/**
 * The state with another talk, and what was spoken last. Every event comes by here, and V8 copies an object that is
 * written out ten times as fast as one that is spread: the simulator lives on it.
 */
export function withTalk(
  state: ControllerState,
  talk: Talk,
  turn = state.turn,
  recentSpeech = state.recentSpeech,
): ControllerState {
  // Both are rare. A new optional property must be added here too, or this does not compile.
  if (state.correcting !== undefined || state.unconfirmed !== undefined)
    return { ...state, talk, turn, recentSpeech };
  const next: Omit<Required<ControllerState>, "correcting" | "unconfirmed"> = {
    settings: state.settings,
    talk,
    stick: state.stick,
    faults: state.faults,
    view: state.view,
    turn,
    announcements: state.announcements,
    recentSpeech,
    failedTurns: state.failedTurns,
  };
  return next;
}
