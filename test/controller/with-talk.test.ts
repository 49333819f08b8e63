import { expect, test } from "vitest";
import { type ControllerState, initialState, type Talk } from "../../src/controller/state.js";
import { withTalk } from "../../src/controller/with-talk.js";
import type { StoredRecord } from "../../src/inspection/record.js";

const record: StoredRecord = {
  id: 1,
  deviceId: "d",
  status: "valid",
  value: { unscaled: 1205n, scale: 1 },
  transcript: "一百二十点五",
  confidence: 0.9,
  confirmedByQuestion: false,
  wallMs: 0,
  bootId: "b",
  monotonicMs: 0,
  clockTrusted: true,
};
const busy: ControllerState = {
  settings: { acceptElidedUnits: true, listenLimitMs: 9_000, readingTexts: ["x"] },
  talk: { kind: "ready" },
  stick: { kind: "verified", stickId: "A" },
  faults: ["card_low"],
  view: { context: { part: "7" }, last: record },
  turn: 12,
  announcements: [{ message: { kind: "help" }, alarm: true }],
  recentSpeech: ["a", "b"],
  failedTurns: 1,
};
const talk: Talk = { kind: "committing", turn: 13, work: { kind: "gather_status" }, ticks: 2 };

test.each<[string, ControllerState]>([
  ["at the start", initialState],
  ["with something in every place", busy],
  ["with a correction that waits", { ...busy, correcting: record }],
  ["with a confirmation that is owed", { ...busy, unconfirmed: record }],
  ["with both", { ...busy, correcting: record, unconfirmed: record }],
])("a state %s is kept but for the talk, the turn and what was spoken", (_name, state) => {
  expect(withTalk(state, talk)).toStrictEqual({ ...state, talk });
  expect(withTalk(state, talk, 13)).toStrictEqual({ ...state, talk, turn: 13 });
  expect(withTalk(state, state.talk, state.turn, ["c"])).toStrictEqual({ ...state, recentSpeech: ["c"] });
});
