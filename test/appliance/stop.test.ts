import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { composeDevice, type Device } from "../../src/compose.js";
import { systemClock } from "../../src/compose-parts.js";
import { composeEspeakVoice } from "../../src/compose-voice.js";
import type { ControllerState } from "../../src/controller/state.js";
import type { ShutdownReport } from "../../src/runtime/shutdown.js";
import { defaultConfiguration } from "../../src/service/configuration.js";
import { openForReading } from "../../src/store/open-database.js";
import { readRecords } from "../../src/store/record-rows.js";
import { databaseFile } from "../../src/store/recover.js";
import { temporaryFolder } from "../doubles/temporary-store.js";
import { until } from "./journal.js";

interface StopCase {
  readonly state: string;
  /** What is said to the device, or that a stick is plugged in, once it is ready. */
  readonly words?: string;
  readonly hasStick?: boolean;
  readonly isReached: (state: ControllerState) => boolean;
  /** Everything that is heard is asked first. */
  readonly asksFirst?: boolean;
  readonly records: number;
}

/** Heard rightly wherever the frames begin, unlike 五十, in which 十 may be written 是 and is then asked about. */
const value = "高度七毫米";
const cases: readonly StopCase[] = [
  { state: "starting", isReached: () => true, records: 0 },
  { state: "ready", isReached: ({ talk }) => talk.kind === "ready", records: 0 },
  {
    state: "listening",
    words: value,
    isReached: ({ talk }) => talk.kind === "listening" && talk.partial !== "",
    records: 0,
  },
  { state: "recognising", words: value, isReached: ({ talk }) => talk.kind === "recognising", records: 0 },
  { state: "committing", words: value, isReached: ({ talk }) => talk.kind === "committing", records: 1 },
  { state: "reading back", words: value, isReached: ({ view }) => view.last !== undefined, records: 1 },
  {
    state: "saying a question",
    words: value,
    asksFirst: true,
    isReached: ({ talk }) => talk.kind === "speaking" && talk.then.kind === "ask",
    records: 0,
  },
  {
    state: "asking",
    words: value,
    asksFirst: true,
    isReached: ({ talk }) => talk.kind === "asking" && talk.gate === "open",
    records: 0,
  },
  {
    state: "listening to a sentence that is read",
    words: "学习我的声音",
    isReached: ({ talk }) => talk.kind === "listening" && talk.reading !== undefined,
    records: 0,
  },
  {
    state: "writing a stick",
    hasStick: true,
    isReached: ({ stick }) => stick.kind === "writing",
    records: 0,
  },
];

/** Ids of the processes that this one has started. */
function childrenOfThis(): readonly string[] {
  return readdirSync("/proc/self/task").flatMap((task) =>
    readFileSync(`/proc/self/task/${task}/children`, "utf8").split(" ").filter(Boolean),
  );
}

/** What keeps a process from ending, timers aside. */
const handles = (): readonly string[] =>
  process
    .getActiveResourcesInfo()
    .filter((name) => /Process|Pipe|Worker|FSReq|FSEvent|StatWatcher/.test(name))
    .sort();

/** What `after` has more of than `before`: what the case before this one had not let go yet may be gone by now. */
function added(before: readonly string[], after: readonly string[]): readonly string[] {
  const left = [...before];
  return after.filter((one) => {
    const at = left.indexOf(one);
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
}

test.for(cases)(
  "told to stop while it is $state, it ends in time and leaves nothing behind",
  {
    timeout: 90_000,
  },
  async (one) => {
    const before = { handles: handles(), children: childrenOfThis() };
    const folder = temporaryFolder();
    const stick = join(folder, "stick");
    const stored: number[] = [];
    let report: Promise<ShutdownReport> | undefined;
    let isDriven = false;
    const composed = await composeDevice({
      configuration: {
        ...defaultConfiguration,
        recognition: { ...defaultConfiguration.recognition, sure: one.asksFirst === true ? 1 : 0, unsure: 0 },
      },
      sound: { kind: "files", speakerPath: join(folder, "speaker.wav") },
      stateDirectory: join(folder, "state"),
      stick: { kind: "folder", directory: stick },
      onHalt: () => undefined,
      onStep({ event, after }) {
        if (event.kind === "committed" && event.outcome.kind === "stored")
          stored.push(event.outcome.record.id);
        if (isDriven && one.isReached(after)) report ??= device.shutdown.begin("the test stops it");
      },
    });
    if (!composed.ok) throw new Error(composed.error.detail);
    const device: Device = composed.value;
    const { appliance, fileMicrophone, shutdown } = device;
    // A case that fails leaves nothing to the next one.
    onTestFinished(async () => {
      await shutdown.begin("the case has failed");
    });
    const talk = () => appliance.state().talk;

    if (one.state === "starting") {
      const started = device.start();
      report = shutdown.begin("the test stops it");
      await started;
    } else {
      await device.start();
      expect(await until(30_000, () => talk().kind === "ready")).toBe(true);
      isDriven = true;
      if (one.state === "ready") report = shutdown.begin("the test stops it");
      if (one.hasStick === true) mkdirSync(stick);
      if (one.words !== undefined) {
        const sound = await composeEspeakVoice(defaultConfiguration, "+f5").synthesize(
          one.words,
          new AbortController().signal,
        );
        if (!sound.ok || fileMicrophone === undefined) throw new Error("nothing can be said to it");
        appliance.gesture({ kind: "press" });
        appliance.gesture({ kind: "tap" });
        const isOpen = (): boolean => {
          const now = talk();
          return now.kind === "listening" && now.gate === "open";
        };
        expect(await until(10_000, isOpen)).toBe(true);
        fileMicrophone.say(sound.value);
      }
    }
    expect(await until(30_000, () => report !== undefined), `it does not come to ${one.state}`).toBe(true);
    const ended = await report;
    expect(ended?.phases.map(({ name, outcome }) => [name, outcome])).toEqual([
      ["end the turn", "done"],
      ["close the parts", "done"],
      ["report", "done"],
    ]);
    expect(ended?.tookMs).toBeLessThan(5_000);

    const database = openForReading(join(folder, "state", databaseFile));
    if (!database.ok) throw new Error(database.error.detail);
    const kept = [...readRecords(database.value)].map(({ id }) => id);
    database.value.close();
    expect(kept).toEqual(stored);
    expect(kept).toHaveLength(one.records);

    const isClear = (): boolean =>
      systemClock.activeTimers().length === 0 &&
      added(before.handles, handles()).length === 0 &&
      added(before.children, childrenOfThis()).length === 0;
    await until(3_000, isClear);
    expect(systemClock.activeTimers()).toEqual([]);
    expect(added(before.handles, handles())).toEqual([]);
    expect(added(before.children, childrenOfThis())).toEqual([]);
  },
);
