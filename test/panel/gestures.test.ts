import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ButtonEdge, Gesture } from "../../src/panel/button.js";
import {
  type GestureState,
  initialGestureState,
  standardGestureLimits as limits,
  nextDeadlineMs,
  takeEdge,
  takeTime,
} from "../../src/panel/gestures.js";

/** `↓120` is the contact closing at 120 ms, `↑` opening, `!↓` found closed at the start. */
type Notation = string;

interface Told {
  readonly atMs: number;
  readonly gesture: string;
}

const cases: readonly (readonly [name: string, edges: Notation, told: Notation])[] = [
  ["a tap", "↓0 ↑100", "press@30 tap@130"],
  ["the longest tap", "↓0 ↑399", "press@30 tap@429"],
  ["the shortest hold", "↓0 ↑400", "press@30 hold@400 release@430"],
  ["a hold", "↓0 ↑1500", "press@30 hold@400 release@1530"],
  ["two taps far apart", "↓0 ↑100 ↓451 ↑550", "press@30 tap@130 press@481 tap@580"],
  ["a double tap", "↓0 ↑100 ↓300 ↑400", "press@30 tap@130 double_tap@330"],
  ["the slowest double tap", "↓0 ↑100 ↓450 ↑500", "press@30 tap@130 double_tap@480"],
  [
    "a third tap begins anew",
    "↓0 ↑100 ↓200 ↑300 ↓400 ↑500",
    "press@30 tap@130 double_tap@230 press@430 tap@530",
  ],
  ["a hold leads to no double tap", "↓0 ↑500 ↓600 ↑700", "press@30 hold@400 release@530 press@630 tap@730"],
  ["a double tap held long tells no more", "↓0 ↑100 ↓200 ↑9900", "press@30 tap@130 double_tap@230"],
  ["bounces at both ends", "↓0 ↑2 ↓4 ↑9 ↓12 ↑200 ↓203 ↑207", "press@42 tap@237"],
  ["a glitch", "↓0 ↑29", ""],
  ["just no glitch", "↓0 ↑30", "press@30 tap@60"],
  ["a glitch while up, then a press", "↓0 ↑3 ↓1000 ↑1100", "press@1030 tap@1130"],
  ["a dropout in a hold", "↓0 ↑1000 ↓1010 ↑2000", "press@30 hold@400 release@2030"],
  ["a dropout over the hold limit", "↓0 ↑390 ↓410 ↑2000", "press@30 hold@410 release@2030"],
  ["a release in doubt at the hold limit", "↓0 ↑390", "press@30 tap@420"],
  ["repeated values", "↓0 ↓5 ↓50 ↑100 ↑101 ↑140", "press@30 tap@130"],
  ["edges that tell the level it has", "↑0 ↑10", ""],
  ["a clock that goes back", "↓1000 ↑900", ""],
  ["a clock that stands still", "↓5 ↑5 ↓5 ↑5", ""],
  ["warning", "↓0 ↑7000", "press@30 hold@400 warn@6000 release@7030"],
  ["halt", "↓0 ↑9500", "press@30 hold@400 warn@6000 halt@9000 release@9530"],
  [
    "stuck, then free",
    "↓0 ↑70000 ↓71000 ↑71100",
    "press@30 hold@400 warn@6000 halt@9000 stuck@60000 unstuck@70030 press@71030 tap@71130",
  ],
  [
    "a double tap that sticks",
    "↓0 ↑100 ↓200 ↑61000",
    "press@30 tap@130 double_tap@230 stuck@60200 unstuck@61030",
  ],
  ["down at the start", "!↓0 ↑5000", "stuck@30 unstuck@5030"],
  [
    "down at the start, used at once after",
    "!↓0 ↑5000 ↓5100 ↑5200",
    "stuck@30 unstuck@5030 press@5130 tap@5230",
  ],
  ["up at the start", "!↑0 ↓50 ↑150", "press@80 tap@180"],
];

describe("gestures", () => {
  it.each(cases)("%s: %s", (_name, edges, told) => {
    expect(
      play(read(edges))
        .map(({ gesture, atMs }) => `${gesture}@${atMs}`)
        .join(" "),
    ).toBe(told);
  });

  it("calls a contact that never comes to rest stuck, and frees it when it does", () => {
    const chatter = Array.from({ length: 300 }, (_, n) => edge(n % 2 === 0, n * 10));
    expect(play(chatter)).toEqual([
      { gesture: "stuck", atMs: 2000 },
      { gesture: "unstuck", atMs: 3020 },
    ]);
  });

  it("needs no timer while nothing is pressed or known to be stuck", () => {
    expect(nextDeadlineMs(initialGestureState, limits)).toBeUndefined();
    const stuck = takeTime(
      takeEdge(initialGestureState, { pressed: true, atMs: 0, atStart: true }, limits).state,
      30,
      limits,
    );
    expect(stuck.gestures).toEqual([{ kind: "stuck" }]);
    expect(nextDeadlineMs(stuck.state, limits)).toBeUndefined();
  });

  it("does nothing when the timer comes early, and the same when it comes twice", () => {
    const down = takeEdge(initialGestureState, edge(true, 0), limits).state;
    expect(takeTime(down, 29.9, limits)).toEqual({ state: down, gestures: [] });
    const once = takeTime(down, 30, limits);
    expect(takeTime(once.state, 30, limits)).toEqual({ state: once.state, gestures: [] });
  });

  it("tells every limit that passed when the timer was late", () => {
    const down = takeEdge(initialGestureState, edge(true, 0), limits).state;
    expect(takeTime(down, 10_000, limits).gestures.map(label)).toEqual(["press", "hold", "warn", "halt"]);
  });
});

/** Contacts as they may come: each step is how long the level stands, from bounces to a stuck button. */
const contacts = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 0, max: 1000 }),
      fc.integer({ min: 0, max: 90_000 }),
    ),
    {
      maxLength: 60,
    },
  )
  .map((stands) => {
    let atMs = 0;
    return stands.map((standMs, index) => {
      atMs += standMs;
      return edge(index % 2 === 0, atMs);
    });
  });

describe("gestures, whatever the contact does", () => {
  it("come in an order that the controller knows", () => {
    // What may follow what; a word that stands in no list would be a wrong sequence.
    const next: Readonly<Record<string, readonly string[]>> = {
      start: ["press", "stuck"],
      press: ["tap", "hold", "stuck"],
      tap: ["press", "double_tap", "stuck"],
      double_tap: ["press", "stuck"],
      hold: ["release", "warn", "stuck"],
      warn: ["release", "halt", "stuck"],
      halt: ["release", "stuck"],
      release: ["press", "stuck"],
      stuck: ["unstuck"],
      unstuck: ["press", "stuck"],
    };
    fc.assert(
      fc.property(contacts, (edges) => {
        let last = "start";
        for (const { gesture } of play(edges)) {
          expect(next[last]).toContain(gesture);
          last = gesture;
        }
      }),
    );
  });

  it("end at rest once the button is up and still", () => {
    fc.assert(
      fc.property(contacts, (edges) => {
        const state = settled([...edges, edge(false, (edges.at(-1)?.atMs ?? 0) + 1)]);
        expect(state.phase.kind).toBe("up");
        expect(nextDeadlineMs(state, limits)).toBeUndefined();
      }),
    );
  });

  it("are the same when time is also told between the edges", () => {
    fc.assert(
      fc.property(contacts, fc.array(fc.integer({ min: 0, max: 100_000 })), (edges, ticks) => {
        expect(play(edges, ticks)).toEqual(play(edges));
      }),
    );
  });

  it("are the same without the pulses that are too short to count", () => {
    const press = fc.record({
      standMs: fc.integer({ min: 200, max: 3000 }),
      glitch: fc.option(
        fc.record({ atMs: fc.integer({ min: 40, max: 100 }), forMs: fc.integer({ min: 0, max: 29 }) }),
      ),
    });
    fc.assert(
      fc.property(fc.array(press, { maxLength: 10 }), (stands) => {
        const clean: ButtonEdge[] = [];
        const noisy: ButtonEdge[] = [];
        let atMs = 0;
        for (const [index, { standMs, glitch }] of stands.entries()) {
          const pressed = index % 2 === 0;
          clean.push(edge(pressed, atMs));
          noisy.push(edge(pressed, atMs));
          if (glitch !== null) {
            noisy.push(edge(!pressed, atMs + glitch.atMs), edge(pressed, atMs + glitch.atMs + glitch.forMs));
          }
          atMs += standMs;
        }
        expect(play(noisy).map((told) => told.gesture)).toEqual(play(clean).map((told) => told.gesture));
      }),
    );
  });
});

function edge(pressed: boolean, atMs: number): ButtonEdge {
  return { pressed, atMs };
}

function read(notation: Notation): ButtonEdge[] {
  return notation.split(" ").map((word) => {
    const atStart = word.startsWith("!");
    const rest = atStart ? word.slice(1) : word;
    return { ...edge(rest.startsWith("↓"), Number(rest.slice(1))), ...(atStart ? { atStart } : {}) };
  });
}

/** Runs the machine as the driver does: time is told at each deadline, and at `ticks` besides. */
function play(edges: readonly ButtonEdge[], ticks: readonly number[] = []): Told[] {
  const told: Told[] = [];
  run(edges, ticks, told);
  return told;
}

function settled(edges: readonly ButtonEdge[]): GestureState {
  return run(edges, [], []);
}

function run(edges: readonly ButtonEdge[], ticks: readonly number[], told: Told[]): GestureState {
  let state = initialGestureState;
  const note = (step: { state: GestureState; gestures: readonly Gesture[] }, atMs: number): void => {
    state = step.state;
    told.push(...step.gestures.map((gesture) => ({ atMs, gesture: label(gesture) })));
  };
  const until = (limitMs: number): void => {
    for (;;) {
      const due = nextDeadlineMs(state, limits);
      if (due === undefined || due >= limitMs) return;
      note(takeTime(state, due, limits), due);
    }
  };
  const inputs = [
    ...edges.map((e) => ({ atMs: e.atMs, edge: e })),
    ...ticks.map((atMs) => ({ atMs, edge: undefined })),
  ];
  for (const input of edges.length === inputs.length ? inputs : inputs.toSorted((a, b) => a.atMs - b.atMs)) {
    until(input.atMs);
    note(input.edge ? takeEdge(state, input.edge, limits) : takeTime(state, input.atMs, limits), input.atMs);
  }
  until(Number.POSITIVE_INFINITY);
  return state;
}

function label(gesture: Gesture): string {
  return gesture.kind === "long_hold" ? gesture.stage : gesture.kind;
}
