import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { createErrorHandler } from "../../src/runtime/error-handler.js";
import { createEventBus } from "../../src/runtime/event-bus.js";
import { type Failure, type FailureCode, policyFor } from "../../src/runtime/failure.js";
import { createVirtualClock } from "../../src/runtime/virtual-clock.js";

const failure = (code: FailureCode, part = "microphone"): Failure => ({
  part,
  code,
  detail: `${code} of ${part}`,
});

function bench(onTell?: () => void) {
  const clock = createVirtualClock();
  const done: string[] = [];
  const bus = createEventBus({ clock });
  const noted: string[] = [];
  bus.subscribe("log", ["system"], ({ event }) => {
    if (event.kind === "failure")
      noted.push(`${event.part} ${event.code}: ${"severity" in event ? event.severity : ""}`);
  });
  const note = (what: string) => (of: Failure) => void done.push(`${what} ${of.part} ${of.code}`);
  const handler = createErrorHandler({
    clock,
    bus,
    onTell: onTell ?? note("tell"),
    onDegrade: note("degrade"),
    onStop: note("stop"),
    retryBudget: { capacity: 2, refillEveryMs: 10_000 },
  });
  return { clock, handler, done, noted };
}

describe("the policy", () => {
  it.each([
    ["device_lost", true, "transient"],
    ["child_ended", false, "degraded"],
    ["timed_out", true, "transient"],
    ["part_missing", true, "degraded"],
    ["part_unusable", true, "degraded"],
    ["storage_full", true, "operator"],
    ["input_refused", true, "operator"],
    ["not_permitted", false, "operator"],
    ["store_broken", true, "fatal"],
    ["uncaught_exception", false, "fatal"],
    ["unhandled_rejection", true, "fatal"],
  ] as const)("of %s with retries left %s is %s", (code, retriesLeft, expected) => {
    expect(policyFor(failure(code), retriesLeft).class).toBe(expected);
  });
});

describe("the error handler", () => {
  it("retries within the budget of the part, then goes on without it and says so once", () => {
    const { handler, done, clock } = bench();
    const retries = [1, 2, 3, 4].map(() => handler.handle(failure("device_lost")).retry);
    expect(retries).toEqual([true, true, false, false]);
    expect(done).toEqual(["degrade microphone device_lost", "tell microphone device_lost"]);
    // The budget of another part is its own.
    expect(handler.handle(failure("device_lost", "speaker")).retry).toBe(true);
    clock.advance(10_000);
    expect(handler.handle(failure("device_lost")).retry).toBe(true);
    handler.recovered("microphone");
    handler.handle(failure("device_lost"));
    expect(done).toHaveLength(4);
  });

  it("tells the operator once a fault, and stops once", () => {
    const { handler, done, noted } = bench();
    for (const code of ["storage_full", "storage_full", "store_broken", "store_broken"] as const) {
      handler.handle(failure(code, "store"));
    }
    expect(done).toEqual(["tell store storage_full", "stop store store_broken"]);
    expect(noted).toHaveLength(4);
    expect(noted[3]).toBe("store store_broken: fatal");
  });

  it("stops when telling fails", () => {
    const { handler, done } = bench(() => {
      throw new Error("no voice");
    });
    handler.handle(failure("storage_full"));
    expect(done).toEqual(["stop error handler uncaught_exception"]);
  });

  it("takes uncaught errors as fatal, and lets go of the process", () => {
    const { handler, done } = bench();
    const process = new EventEmitter();
    const uninstall = handler.install(process);
    process.emit("unhandledRejection", "a string");
    expect(done).toEqual(["stop process unhandled_rejection"]);
    uninstall();
    expect(process.eventNames()).toEqual([]);
  });
});
