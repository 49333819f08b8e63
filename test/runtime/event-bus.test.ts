import { describe, expect, it } from "vitest";
import { sleep } from "../../src/runtime/clock.js";
import { type BusProblem, createEventBus } from "../../src/runtime/event-bus.js";
import type { Publication } from "../../src/runtime/events.js";
import { createVirtualClock } from "../../src/runtime/virtual-clock.js";

function bench(queueLimit?: number) {
  const clock = createVirtualClock();
  const problems: BusProblem[] = [];
  const bus = createEventBus({
    clock,
    onProblem: (problem) => problems.push(problem),
    ...(queueLimit === undefined ? {} : { queueLimit }),
  });
  return { clock, problems, bus };
}

const turn = (number: number): Publication => ({
  topic: "recognition",
  event: { kind: "turn_begun", turn: number },
});
const recovered: Publication = { topic: "audio", event: { kind: "microphone_recovered" } };

describe("the event bus", () => {
  it("delivers the wanted topics, numbered and timed, until the subscription ends", () => {
    const { bus, clock } = bench();
    const heard: string[] = [];
    const stop = bus.subscribe("log", ["recognition"], ({ number, topic, monotonicMs }) => {
      heard.push(`${number} ${topic} ${monotonicMs}`);
    });
    bus.publish(recovered);
    clock.advance(7);
    bus.publish(turn(1));
    stop();
    stop();
    bus.publish(turn(2));
    expect(heard).toEqual(["2 recognition 7"]);
    expect(bus.stats()).toEqual([]);
  });

  it("isolates and counts a subscriber that throws or rejects", async () => {
    const { bus, clock, problems } = bench();
    const heard: number[] = [];
    bus.subscribe("throws", "all", () => {
      throw new Error("bad day");
    });
    bus.subscribe("rejects", "all", () => Promise.reject(new Error("bad night")));
    bus.subscribe("well", "all", ({ number }) => void heard.push(number));
    for (const number of [1, 2, 3]) bus.publish(turn(number));
    await clock.advanceUntil(sleep(clock, "settle", 1), 1);
    expect(heard).toEqual([1, 2, 3]);
    expect(bus.stats().map(({ name, failed, delivered }) => ({ name, failed, delivered }))).toEqual([
      { name: "throws", failed: 3, delivered: 3 },
      { name: "rejects", failed: 3, delivered: 3 },
      { name: "well", failed: 0, delivered: 3 },
    ]);
    expect(problems).toContainEqual({
      kind: "subscriber_failed",
      name: "rejects",
      topic: "recognition",
      detail: "bad night",
      times: 3,
    });
  });

  it("keeps the order for a slow subscriber, drops what its queue cannot hold, and says so once", async () => {
    const { bus, clock, problems } = bench(3);
    const heard: number[] = [];
    bus.subscribe("slow", "all", async ({ number }) => {
      await sleep(clock, "slow", 10);
      heard.push(number);
    });
    for (let number = 1; number <= 8; number += 1) bus.publish(turn(number));
    await clock.advanceUntil(sleep(clock, "settle", 100), 100);
    // One was in its hands, three in the queue.
    expect(heard).toEqual([1, 2, 3, 4]);
    expect(problems).toEqual([
      { kind: "dropping", name: "slow" },
      { kind: "dropped", name: "slow", events: 4 },
    ]);
    expect(bus.stats()[0]).toMatchObject({ delivered: 4, dropped: 4, queued: 0 });
  });

  it("keeps the order for everybody when a subscriber publishes", () => {
    const { bus } = bench();
    const first: number[] = [];
    const second: number[] = [];
    bus.subscribe("first", "all", ({ number }) => {
      first.push(number);
      if (number === 1) bus.publish(recovered);
    });
    bus.subscribe("second", "all", ({ number }) => void second.push(number));
    bus.publish(turn(1));
    expect(first).toEqual([1, 2]);
    expect(second).toEqual([1, 2]);
  });

  it("closes within its limit, names those that hang, and delivers nothing any more", async () => {
    const { bus, clock } = bench();
    const heard: number[] = [];
    bus.subscribe("hangs", "all", () => new Promise(() => undefined));
    bus.subscribe("slow", "all", async ({ number }) => {
      await sleep(clock, "slow", 40);
      heard.push(number);
    });
    bus.publish(turn(1));
    bus.publish(turn(2));
    expect(await clock.advanceUntil(bus.close(200), 1_000)).toEqual(["hangs"]);
    expect(heard).toEqual([1, 2]);
    bus.publish(turn(3));
    await clock.advanceUntil(sleep(clock, "settle", 100), 100);
    expect(heard).toEqual([1, 2]);
    expect(clock.activeTimers()).toEqual([]);
  });
});
