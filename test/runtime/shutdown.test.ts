import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { sleep } from "../../src/runtime/clock.js";
import {
  createShutdown,
  type PhaseReport,
  type ShutdownReport,
  wireSignals,
} from "../../src/runtime/shutdown.js";
import { createVirtualClock } from "../../src/runtime/virtual-clock.js";

function fakeProcess() {
  const exits: number[] = [];
  return Object.assign(new EventEmitter(), { exits, exit: (code: number) => void exits.push(code) });
}

describe("the shutdown", () => {
  it("runs its phases in order, each within its limit, and reports", async () => {
    const clock = createVirtualClock();
    const order: string[] = [];
    const seen: PhaseReport[] = [];
    let told = false;
    const shutdown = createShutdown({
      clock,
      onPhase: (report) => seen.push(report),
      phases: [
        { name: "presses", limitMs: 100, run: () => void order.push("presses") },
        {
          name: "turn",
          limitMs: 1_000,
          run: (signal) => {
            signal.addEventListener("abort", () => {
              told = true;
            });
            return new Promise(() => undefined);
          },
        },
        { name: "flush", limitMs: 500, run: () => Promise.reject(new Error("card full")) },
        {
          name: "close",
          limitMs: 500,
          run: async () => {
            await sleep(clock, "closing", 200);
            order.push("close");
          },
        },
      ],
    });
    expect(shutdown.begun()).toBe(false);
    const first = shutdown.begin("SIGTERM");
    expect(shutdown.begin("again")).toBe(first);
    const report = await clock.advanceUntil(first, 5_000);
    expect(report).toEqual({
      reason: "SIGTERM",
      tookMs: 1_200,
      clean: false,
      phases: [
        { name: "presses", outcome: "done", tookMs: 0 },
        { name: "turn", outcome: "late", tookMs: 1_000 },
        { name: "flush", outcome: "failed", tookMs: 0, detail: "card full" },
        { name: "close", outcome: "done", tookMs: 200 },
      ],
    });
    expect(seen).toEqual(report.phases);
    expect(order).toEqual(["presses", "close"]);
    expect(told).toBe(true);
    expect(clock.activeTimers()).toEqual([]);
  });

  it("runs each phase once, also when a phase asks for the shutdown", async () => {
    const clock = createVirtualClock();
    const begun: boolean[] = [];
    const again: Promise<ShutdownReport>[] = [];
    const shutdown = createShutdown({
      clock,
      phases: [
        {
          name: "presses",
          limitMs: 100,
          run() {
            begun.push(shutdown.begun());
            if (begun.length < 5) again.push(shutdown.begin("the phase itself"));
          },
        },
      ],
    });
    const report = await clock.advanceUntil(shutdown.begin("SIGTERM"), 1_000);
    expect(begun).toEqual([true]);
    expect(await Promise.all(again)).toEqual([report]);
    expect(report.reason).toBe("SIGTERM");
  });

  it("is over within its total, whatever hangs", async () => {
    const clock = createVirtualClock();
    const hangs = (name: string) => ({ name, limitMs: 3_000, run: () => new Promise<void>(() => undefined) });
    const shutdown = createShutdown({ clock, phases: ["a", "b", "c"].map(hangs) });
    const report = await clock.advanceUntil(shutdown.begin("SIGINT"), 6_000);
    expect(report.tookMs).toBe(5_000);
    expect(report.phases.map(({ outcome, tookMs }) => `${outcome} ${tookMs}`)).toEqual([
      "late 3000",
      "late 2000",
      "skipped 0",
    ]);
  });

  it("begins at the first signal and exits at the second", async () => {
    const clock = createVirtualClock();
    const process = fakeProcess();
    const reports: ShutdownReport[] = [];
    const shutdown = createShutdown({
      clock,
      phases: [{ name: "close", limitMs: 1_000, run: () => sleep(clock, "c", 500).then(() => undefined) }],
    });
    const unwire = wireSignals(process, shutdown, (report) => reports.push(report));
    process.emit("SIGTERM", "SIGTERM");
    expect(shutdown.begun()).toBe(true);
    expect(process.exits).toEqual([]);
    process.emit("SIGINT", "SIGINT");
    expect(process.exits).toEqual([130]);
    await clock.advanceUntil(shutdown.begin(""), 1_000);
    expect(reports).toMatchObject([{ reason: "SIGTERM", clean: true }]);
    unwire();
    expect(process.eventNames()).toEqual([]);
  });
});
