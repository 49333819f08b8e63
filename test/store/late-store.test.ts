import { expect, test } from "vitest";
import { createNotes } from "../../src/appliance/notes.js";
import { err, ok, type Result } from "../../src/runtime/result.js";
import { createVirtualClock } from "../../src/runtime/virtual-clock.js";
import { createLateStore } from "../../src/store/late-store.js";
import type { Store, StoreError } from "../../src/store/store.js";
import { createDialogueBench } from "../doubles/dialogue-bench.js";
import { temporaryStore } from "../doubles/temporary-store.js";

const readOnly: StoreError = { kind: "read_only", detail: "read-only file system" };

/** A store that opens once `card.isWritable`. */
function bench() {
  const clock = createVirtualClock();
  const card = { isWritable: false, attempts: 0, closed: 0, told: [] as string[] };
  const real = temporaryStore();
  const late = createLateStore({
    clock,
    random: () => 0,
    reason: readOnly,
    open(): Promise<Result<Store, StoreError>> {
      card.attempts += 1;
      const opened = { ...real, close: () => (card.closed += 1) };
      return Promise.resolve(card.isWritable ? ok(opened) : err(readOnly));
    },
  });
  const start = (): void =>
    late.start({
      onOpen: () => card.told.push("open"),
      onStillShut: ({ detail }) => card.told.push(detail),
    });
  /** Time passes, and what waits for it goes on. */
  const pass = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second += 1) {
      clock.advance(1_000);
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    }
  };
  return { clock, card, real, late, start, pass };
}

test("a store that is not there refuses every value in words; once it is there it takes them", async () => {
  const { late, start, pass, card, real } = bench();
  start();
  const operator = createDialogueBench({ store: late.store });
  operator.dispatch({ kind: "fault_raised", fault: "store_unusable" });
  expect(operator.heard.at(-1)).toBe("存储故障，不能记录");
  // Without the fault the value is refused where it would be stored.
  operator.dispatch({ kind: "fault_cleared", fault: "store_unusable" });
  expect(operator.say("长度五毫米")).toBe("没有记录。存储故障，不能记录");
  await pass(60);
  expect(late.isOpen()).toBe(false);
  expect(card.told.length).toBe(card.attempts);
  // One second, two, four, eight, then every fifteen.
  expect(card.attempts).toBe(7);
  card.isWritable = true;
  await pass(15);
  expect(late.isOpen()).toBe(true);
  expect(card.told.at(-1)).toBe("open");
  operator.dispatch({ kind: "fault_cleared", fault: "store_unusable" });
  expect(operator.say("长度五毫米")).toBe("长度，五毫米");
  expect(real.countRecords()).toBe(1);
  late.store.close();
  expect(card.closed).toBe(1);
});

test("a closed one is not tried any more", async () => {
  const { late, start, pass, card, clock } = bench();
  start();
  late.store.close();
  await pass(60);
  expect(card.attempts).toBe(0);
  expect(clock.activeTimers()).toEqual([]);
});

test("what the store refuses to note is noted when it takes changes again, with its time and in its order", async () => {
  const { clock, late, start, pass, card, real } = bench();
  const { note } = createNotes(clock, late.store);
  const firstMs = clock.wallMs();
  note({ kind: "fault", code: "store_unusable", detail: "" });
  start();
  card.isWritable = true;
  await pass(3);
  expect(real.events(9)).toEqual([]);
  note({ kind: "recovered", code: "store_unusable", detail: "" });
  expect(real.events(9).map(({ kind, wallMs }) => [kind, wallMs - firstMs])).toEqual([
    ["recovered", 3_000],
    ["fault", 0],
  ]);
});
