import { describe, expect, test } from "vitest";
import { reduce } from "../../src/controller/machine.js";
import { type Reducer, runShift } from "../../src/simulation/shift.js";

const shifts = 10_000;
/** A mutant that so many shifts do not catch is not caught. */
const mutantShifts = 400;

test(`${shifts} shifts with faults break no rule, and each runs the same twice`, { timeout: 300_000 }, () => {
  for (let seed = 1; seed <= shifts; seed += 1) {
    const report = runShift(seed);
    expect(report.broken, `voicegauge simulate --seed ${seed} --shifts 1`).toBeUndefined();
    expect(runShift(seed).digest).toBe(report.digest);
  }
});

/** Does some seed catch a controller that was broken on purpose? */
function isCaught(mutant: Reducer): boolean {
  for (let seed = 1; seed <= mutantShifts; seed += 1)
    if (runShift(seed, mutant).broken !== undefined) return true;
  return false;
}

describe("a controller that is broken on purpose is caught", () => {
  test("a state without a time limit", () => {
    expect(
      isCaught((state, event) => {
        const step = reduce(state, event);
        const commands = step.commands.filter(
          (one) => one.kind !== "start_timer" || !one.key.startsWith("recognise"),
        );
        return { ...step, commands };
      }),
    ).toBe(true);
  });

  test("speech while the gate is open", () => {
    expect(
      isCaught((state, event) => {
        const step = reduce(state, event);
        return { ...step, commands: step.commands.filter((one) => one.kind !== "abandon_turn") };
      }),
    ).toBe(true);
  });

  test("a doubtful value that is stored", () => {
    expect(
      isCaught((state, event) =>
        event.kind === "transcribed"
          ? reduce(state, { ...event, heard: { ...event.heard, band: "sure" } })
          : reduce(state, event),
      ),
    ).toBe(true);
  });

  test("a confirmation of what is not stored", () => {
    expect(
      isCaught((state, event) => {
        const step = reduce(state, event);
        const commands = step.commands.map((one) =>
          one.kind === "speak" && one.message.kind === "measurement_stored"
            ? {
                ...one,
                message: {
                  ...one.message,
                  record: { ...one.message.record, value: { unscaled: 1n, scale: 0 } },
                },
              }
            : one,
        );
        return { ...step, commands };
      }),
    ).toBe(true);
  });

  test("an answer that belongs to another turn", () => {
    expect(
      isCaught((state, event) =>
        "turn" in event ? reduce(state, { ...event, turn: state.turn }) : reduce(state, event),
      ),
    ).toBe(true);
  });

  test("listening while the device still speaks", () => {
    expect(
      isCaught((state, event) => {
        const step = reduce(state, event);
        return { ...step, commands: step.commands.filter((one) => one.kind !== "stop_speaking") };
      }),
    ).toBe(true);
  });

  test("a press that changes nothing", () => {
    expect(
      isCaught((state, event) =>
        event.kind === "gesture" && event.gesture === "press" && state.talk.kind === "ready"
          ? { state, commands: [] }
          : reduce(state, event),
      ),
    ).toBe(true);
  });

  test("a stick that is reported before it was let go", () => {
    expect(
      isCaught((state, event) => {
        const step = reduce(state, event);
        if (event.kind !== "exported") return step;
        const early = reduce(step.state, { kind: "released", stickId: event.stickId });
        return { state: early.state, commands: [...step.commands, ...early.commands] };
      }),
    ).toBe(true);
  });
});
