import { expect, test } from "vitest";
import { err, ok } from "../../src/runtime/result.js";
import { createVirtualClock } from "../../src/runtime/virtual-clock.js";
import { defaultConfiguration } from "../../src/service/configuration.js";
import { createReload } from "../../src/service/reload.js";

function place(file: () => "same" | "other" | "bad", isIdle: () => boolean) {
  const clock = createVirtualClock();
  const told: string[] = [];
  const reload = createReload({
    clock,
    current: defaultConfiguration,
    load() {
      const content = file();
      if (content === "bad") return Promise.resolve(err({ kind: "invalid", path: "x", problems: ["p"] }));
      const configuration =
        content === "same" ? defaultConfiguration : { ...defaultConfiguration, language: "en" as const };
      return Promise.resolve(ok({ configuration }));
    },
    isIdle,
    onRefused: () => told.push("refused"),
    onAccepted: () => told.push("accepted"),
    onDue: () => told.push("due"),
  });
  return { clock, told, reload };
}

test("a change waits until nobody talks, then it is due once", async () => {
  let idle = false;
  const { clock, told, reload } = place(
    () => "other",
    () => idle,
  );
  await reload.request();
  clock.advance(10_000);
  expect(told).toEqual(["accepted"]);
  idle = true;
  clock.advance(1_000);
  expect(told).toEqual(["accepted", "due"]);
  expect(clock.activeTimers()).toEqual([]);
});

test("an unchanged file changes nothing; a bad one takes back the change that waits", async () => {
  let content: "same" | "other" | "bad" = "same";
  const { clock, told, reload } = place(
    () => content,
    () => false,
  );
  await reload.request();
  content = "other";
  await reload.request();
  content = "bad";
  await reload.request();
  clock.advance(10_000);
  expect(told).toEqual(["accepted", "accepted", "refused"]);
  expect(clock.activeTimers()).toEqual([]);
});

test("closed, it does nothing more", async () => {
  const { clock, told, reload } = place(
    () => "other",
    () => false,
  );
  await reload.request();
  reload.close();
  expect(clock.activeTimers()).toEqual([]);
  await reload.request();
  expect(told).toEqual(["accepted"]);
});
