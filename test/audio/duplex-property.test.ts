import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { room, sound } from "./echoing-room.js";

describe("one mouth, one ear", () => {
  it("never hears itself, whatever is played, stopped, opened and shut in whatever order, with whatever delays", async () => {
    const step = fc.oneof(
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constant("play" as const),
          ms: fc.integer({ min: 20, max: 900 }),
          drainMs: fc.integer({ min: 0, max: 400 }),
        }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("stop" as const) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant("open" as const) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("shut" as const) }) },
      {
        weight: 3,
        arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.integer({ min: 1, max: 1_500 }) }),
      },
    );
    const stalls = fc.array(
      fc.record({ atMs: fc.integer({ min: 0, max: 6_000 }), ms: fc.integer({ min: 20, max: 900 }) }),
      { maxLength: 3 },
    );
    let samplesHeard = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 24 }), stalls, async (steps, pauses) => {
        const bench = room({}, (atMs) =>
          pauses.some((one) => atMs >= one.atMs && atMs < one.atMs + one.ms) ? 1 : 0,
        );
        const { duplex, speaker, pass, open, heardEcho, leave, clock, heard } = bench;
        // The time line of the stream is known before anything sounds, as it is on a device that has been started.
        await pass(100);
        let barge = new AbortController();
        for (const one of steps) {
          if (one.kind === "play") {
            barge = new AbortController();
            speaker.conduct({ drainMs: one.drainMs });
            void duplex.play(sound(one.ms), barge.signal);
          } else if (one.kind === "stop") barge.abort();
          else if (one.kind === "open") void open();
          else if (one.kind === "shut") duplex.shutGate();
          else await pass(one.ms);
        }
        await pass(2_500);
        expect(heardEcho()).toBe(false);
        samplesHeard += heard.length;
        barge.abort();
        await leave();
        await pass(100);
        expect(clock.activeTimers()).toEqual([]);
      }),
      { numRuns: 150 },
    );
    // The property must not hold because nothing was ever heard.
    expect(samplesHeard).toBeGreaterThan(500);
  });
});
