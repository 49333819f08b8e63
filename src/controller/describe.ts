import type { ControllerEvent, Heard } from "./events.js";
import { reduce } from "./machine.js";
import { sampleStates } from "./sample-states.js";
import type { ControllerState } from "./state.js";
import { timersOf } from "./timers.js";

/** One cell of the table (state × event): where it leads and what it orders. */
export interface Transition {
  readonly from: string;
  readonly event: string;
  readonly to: string;
  readonly commands: readonly string[];
}

/**
 * Every talk state met with every event, computed by the reducer itself: the drawing in the README and the table of
 * the tests are printed from this, so they cannot tell another story than the code.
 */
export function describeTransitions(): readonly Transition[] {
  return sampleStates().flatMap(({ name, state }) =>
    eventsFor(state).map(({ label, event }): Transition => {
      const { state: next, commands } = reduce(state, event);
      return {
        from: name,
        event: label,
        to: next.talk.kind,
        commands: commands.map((command) =>
          command.kind === "speak" ? `speak ${command.message.kind}` : command.kind,
        ),
      };
    }),
  );
}

/** The statechart of the talk region as a Mermaid drawing. */
export function mermaidOfTalk(): string {
  const labels = new Map<string, Set<string>>();
  for (const { from, event, to } of describeTransitions()) {
    const source = from.split(" ")[0] ?? from;
    if (source === to) continue;
    const edge = `${source} --> ${to}`;
    labels.set(edge, (labels.get(edge) ?? new Set()).add(event.split(":")[0] ?? event));
  }
  const edges = [...labels].map(([edge, events]) => `  ${edge}: ${shorten([...events])}`);
  return ["stateDiagram-v2", "  [*] --> starting", ...edges, ""].join("\n");
}

/** More than three reasons for one arrow make a drawing unreadable. */
function shorten(events: readonly string[]): string {
  return events.length <= 3 ? events.join(", ") : `${events.slice(0, 3).join(", ")}, …`;
}

interface LabelledEvent {
  readonly label: string;
  readonly event: ControllerEvent;
}

const gestures = [
  "press",
  "tap",
  "hold",
  "release",
  "double_tap",
  "long_hold_warn",
  "long_hold_halt",
  "stuck",
  "unstuck",
] as const;

const transcripts: readonly (readonly [string, Heard])[] = [
  ["clear value", heard("长度一百二十点五毫米", "sure")],
  ["unsure value", heard("长度一百二十点五毫米", "unsure")],
  ["ambiguous value", heard("二百五", "sure")],
  ["mumble", heard("长度一百二十点五毫米", "poor")],
  ["nothing", heard("", "sure")],
  ["yes", heard("是", "sure")],
  ["no", heard("不是", "sure")],
  ["withdrawal", heard("撤销", "sure")],
  ["status", heard("状态", "sure")],
];

function eventsFor(state: ControllerState): readonly LabelledEvent[] {
  const turn = "turn" in state.talk ? state.talk.turn : state.turn;
  const { view } = state;
  const outcomes: readonly LabelledEvent[] = [
    { label: "started", event: { kind: "started", view, announcements: [] } },
    { label: "gate opened", event: { kind: "gate_opened", turn } },
    { label: "gate failed", event: { kind: "listen_failed", turn, fault: "microphone_lost" } },
    { label: "partial", event: { kind: "partial", turn, text: "长度" } },
    { label: "endpoint", event: { kind: "endpoint", turn } },
    ...transcripts.map(
      ([label, said]): LabelledEvent => ({
        label: `heard: ${label}`,
        event: { kind: "transcribed", turn, heard: said },
      }),
    ),
    { label: "recogniser failed", event: { kind: "recognition_failed", turn, fault: "recognizer_down" } },
    { label: "stored", event: { kind: "committed", turn, view, outcome: { kind: "context_set" } } },
    {
      label: "not stored",
      event: { kind: "commit_failed", turn, failure: { kind: "fault", fault: "card_full" } },
    },
    { label: "spoken", event: { kind: "spoken", turn, text: "声测就绪" } },
    { label: "speech failed", event: { kind: "speech_failed", turn, fault: "speaker_lost" } },
    { label: "announcement", event: { kind: "announce", message: { kind: "stick_writing" } } },
    { label: "fault", event: { kind: "fault_raised", fault: "microphone_lost" } },
    { label: "recovery", event: { kind: "fault_cleared", fault: "microphone_lost" } },
    { label: "halt prepared", event: { kind: "halt_prepared" } },
    { label: "stop", event: { kind: "stop_requested" } },
  ];
  const presses = gestures.map(
    (gesture): LabelledEvent => ({ label: gesture, event: { kind: "gesture", gesture } }),
  );
  const timers = timersOf(state).map(
    ({ name, key }): LabelledEvent => ({ label: name, event: { kind: "timer", key } }),
  );
  return [...presses, ...outcomes, ...timers];
}

function heard(text: string, band: Heard["band"]): Heard {
  return {
    text,
    band,
    confidence: band === "sure" ? 0.99 : 0.5,
    sinceOwnSoundMs: Number.POSITIVE_INFINITY,
    audioMs: 0,
    decodeMs: 0,
  };
}
