import { describe, expect, it } from "vitest";
import { sleep } from "../../src/runtime/clock.js";
import { type CloseReport, createResourceStack } from "../../src/runtime/resource.js";
import { createVirtualClock } from "../../src/runtime/virtual-clock.js";

describe("the resource stack", () => {
  it("closes in reverse order, each within its limit, and collects what goes wrong", async () => {
    const clock = createVirtualClock();
    const reports: CloseReport[] = [];
    const order: string[] = [];
    const stack = createResourceStack(clock, (report) => reports.push(report));
    const store = stack.own("store", { close: () => void order.push("store") });
    stack.defer("hangs", () => {
      order.push("hangs");
      return new Promise(() => undefined);
    });
    stack.defer("fails", () => Promise.reject(new Error("device gone")));
    stack.defer("throws", () => {
      throw new Error("at once");
    });
    stack.own("microphone", {
      async close() {
        await sleep(clock, "closing", 30);
        order.push("microphone");
      },
    });
    expect(store).toHaveProperty("close");
    const closing = stack.closeAll(100);
    expect(stack.closeAll(100)).toBe(closing);
    expect(await clock.advanceUntil(closing, 1_000)).toEqual([
      { name: "microphone", outcome: "closed", tookMs: 30 },
      { name: "throws", outcome: "failed", tookMs: 0, detail: "at once" },
      { name: "fails", outcome: "failed", tookMs: 0, detail: "device gone" },
      { name: "hangs", outcome: "late", tookMs: 100 },
      { name: "store", outcome: "closed", tookMs: 0 },
    ]);
    expect(order).toEqual(["microphone", "hangs", "store"]);
    expect(reports).toHaveLength(5);
    expect(clock.activeTimers()).toEqual([]);
    expect(() => stack.defer("late", () => undefined)).toThrow(/closed/u);
  });

  it("moves a finished thing's parts out of the builder's hands", async () => {
    const clock = createVirtualClock();
    const closed: string[] = [];
    const building = createResourceStack(clock);
    building.defer("part", () => void closed.push("part"));
    const finished = building.move();
    expect(await building.closeAll(10)).toEqual([]);
    expect(closed).toEqual([]);
    await finished.closeAll(10);
    expect(closed).toEqual(["part"]);
  });
});
