import { describe, expect, test } from "vitest";
import { describeTransitions } from "../../src/controller/describe.js";
import { faultCodes } from "../../src/controller/faults.js";
import { ledSignal } from "../../src/controller/led.js";
import { reduce } from "../../src/controller/machine.js";
import { sampleStates } from "../../src/controller/sample-states.js";
import { timersOf } from "../../src/controller/timers.js";
import { createDialogueBench } from "../doubles/dialogue-bench.js";
import { temporaryStore } from "../doubles/temporary-store.js";

test("every pair of state and event, as it was agreed", async () => {
  const lines = describeTransitions().map(({ from, event, to, commands }) =>
    [from, event, to, commands.join(" ")].join(" | "),
  );
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("transitions.txt");
});

test("every state but ready has a time limit that leads out of it", () => {
  for (const { name, state } of sampleStates()) {
    if (name === "ready" || name === "halting (halted)") continue;
    const limits = timersOf(state).filter(({ name: timer }) => timer.endsWith("_limit"));
    expect(limits, name).not.toEqual([]);
    for (const { key } of limits) {
      expect(reduce(state, { kind: "timer", key }).state.talk, `${name}: ${key}`).not.toBe(state.talk);
    }
  }
});

test("a press is answered in every state that waits for the operator", () => {
  for (const { name, state } of sampleStates()) {
    if (!["ready", "recognising", "speaking"].includes(state.talk.kind) || name === "speaking (halt offer)")
      continue;
    const { state: after, commands } = reduce(state, { kind: "gesture", gesture: "press" });
    expect(ledSignal(after), name).toBe("listening");
    expect(
      commands.map(({ kind }) => kind),
      name,
    ).toContain("listen");
  }
});

test("an answer of an abandoned turn changes nothing", () => {
  for (const { name, state } of sampleStates()) {
    const heard = {
      text: "长度五毫米",
      band: "sure",
      confidence: 1,
      sinceOwnSoundMs: 9e9,
      audioMs: 1,
      decodeMs: 1,
    } as const;
    expect(reduce(state, { kind: "transcribed", turn: 3, heard }).state, name).toBe(state);
    expect(reduce(state, { kind: "endpoint", turn: 3 }).state, name).toBe(state);
    expect(reduce(state, { kind: "gate_opened", turn: 3 }).state, name).toBe(state);
  }
});

describe("gestures", () => {
  test("hold listens past a pause and ends after the release", () => {
    const operator = createDialogueBench({ store: temporaryStore() });
    operator.gesture("press", "hold");
    const { talk } = operator.state();
    if (talk.kind !== "listening") throw new Error(talk.kind);
    operator.dispatch({ kind: "endpoint", turn: talk.turn });
    expect(operator.state().talk.kind).toBe("listening");
    operator.gesture("release");
    operator.fire("release_tail");
    expect(operator.state().talk.kind).toBe("recognising");
  });

  test("barge-in stops the words and listens; the record is kept", () => {
    let busy = false;
    const store = temporaryStore();
    const operator = createDialogueBench({ store, holdSpeech: () => busy });
    busy = true;
    operator.say("长度五毫米");
    expect(operator.state().talk.kind).toBe("speaking");
    operator.gesture("press");
    expect(operator.commands.map(({ kind }) => kind).slice(-6)).toEqual(
      expect.arrayContaining(["stop_speaking", "listen"]),
    );
    expect(operator.state().talk.kind).toBe("listening");
    expect(store.countRecords()).toBe(1);
  });

  test("six seconds offer to switch off, letting go cancels, nine seconds halt", () => {
    const operator = createDialogueBench({ store: temporaryStore() });
    operator.gesture("press", "hold", "long_hold_warn");
    expect(operator.heard.at(-1)).toBe("松开取消，继续按住关机");
    operator.gesture("release");
    expect(operator.heard.at(-1)).toBe("已取消");
    operator.gesture("press", "hold", "long_hold_warn", "long_hold_halt");
    expect(operator.heard.at(-1)).toBe("可以断电");
    expect(
      operator.commands.at(-1)?.kind === "halt" || operator.commands.some(({ kind }) => kind === "halt"),
    ).toBe(true);
  });
});

test("the button switches the device off though nothing can be heard", () => {
  const operator = createDialogueBench({ store: temporaryStore(), holdSpeech: () => true });
  const fail = () =>
    operator.dispatch({ kind: "speech_failed", turn: operator.state().turn, fault: "speaker_lost" });
  fail();
  operator.gesture("press", "hold");
  fail();
  operator.gesture("long_hold_warn");
  fail();
  expect(operator.commands.some(({ kind }) => kind === "halt")).toBe(false);
  operator.gesture("long_hold_halt");
  fail();
  expect(operator.commands.some(({ kind }) => kind === "halt")).toBe(true);
});

describe("a question that stands", () => {
  const asked = () => {
    const store = temporaryStore();
    const operator = createDialogueBench({ store });
    expect(operator.say("长度五毫米", { band: "unsure" })).toContain("是吗");
    return { store, operator };
  };

  test("is not dropped without a word when a hold meets a full card, and the hold still switches off", () => {
    const { store, operator } = asked();
    operator.dispatch({ kind: "fault_raised", fault: "card_full" });
    expect(operator.state().talk.kind).toBe("asking");
    operator.gesture("press", "hold");
    expect(operator.heard).toContain("没有记录。存储已满，不能记录，请插优盘导出");
    expect(store.countRecords()).toBe(0);
    operator.gesture("long_hold_warn");
    expect(operator.heard.at(-1)).toBe("松开取消，继续按住关机");
    operator.gesture("long_hold_halt");
    expect(operator.heard.at(-1)).toBe("可以断电");
  });

  test("is given up in words when nobody can hear the answer", () => {
    const { operator } = asked();
    operator.dispatch({ kind: "listen_failed", turn: operator.state().turn, fault: "microphone_lost" });
    expect(operator.heard.at(-1)).toBe("没有记录。麦克风断开，请检查插头");
  });

  test("is asked again when the speaker was away, and when its answer was lost", () => {
    const { store, operator } = asked();
    operator.dispatch({ kind: "fault_raised", fault: "speaker_lost" });
    operator.gesture("press", "hold");
    expect(operator.heard.at(-1)).toBe("长度，五毫米，是吗");
    expect(operator.state().faults).toEqual([]);
    const { talk } = operator.state();
    if (talk.kind !== "asking") throw new Error(talk.kind);
    operator.dispatch({ kind: "endpoint", turn: talk.turn });
    operator.dispatch({ kind: "recognition_failed", turn: talk.turn });
    expect(operator.heard.at(-1)).toBe("没有记录");
    expect(store.countRecords()).toBe(0);
  });
});

test("a long hold is offered to switch off through whatever is being said", () => {
  const operator = createDialogueBench({ store: temporaryStore(), holdSpeech: () => true });
  operator.gesture("press", "hold");
  operator.dispatch({ kind: "fault_raised", fault: "recognizer_down" });
  operator.dispatch({ kind: "stick_refused", fault: "unsupported" });
  operator.dispatch({ kind: "spoken", turn: operator.state().turn, text: "" });
  expect(operator.heard.at(-1)).toBe("优盘格式不支持");
  operator.gesture("long_hold_warn");
  expect(operator.heard.at(-1)).toBe("松开取消，继续按住关机");
});

test("a fault that a part tells in its answer is written down as well, and so is its end", () => {
  const operator = createDialogueBench({ store: temporaryStore(), holdSpeech: () => true });
  const notes = () => operator.commands.filter(({ kind }) => kind === "note_fault");
  operator.dispatch({ kind: "speech_failed", turn: operator.state().turn, fault: "speaker_lost" });
  expect(notes()).toEqual([{ kind: "note_fault", fault: "speaker_lost", raised: true }]);
  operator.gesture("press");
  operator.dispatch({ kind: "spoken", turn: operator.state().turn, text: "" });
  expect(notes()).toHaveLength(2);
  operator.gesture("stuck");
  operator.gesture("unstuck");
  expect(notes().slice(1)).toEqual([
    { kind: "note_fault", fault: "speaker_lost", raised: false },
    { kind: "note_fault", fault: "button_stuck", raised: true },
    { kind: "note_fault", fault: "button_stuck", raised: false },
  ]);
});

describe("faults", () => {
  test("each is heard once, seen until it is gone, and its end is heard", () => {
    const operator = createDialogueBench({ store: temporaryStore() });
    operator.dispatch({ kind: "fault_raised", fault: "microphone_lost" });
    operator.dispatch({ kind: "fault_raised", fault: "microphone_lost" });
    expect(operator.heard.filter((text) => text.includes("麦克风断开"))).toHaveLength(1);
    expect(ledSignal(operator.state())).toBe("fault");
    expect(operator.tap()).toContain("麦克风断开");
    operator.dispatch({ kind: "fault_cleared", fault: "microphone_lost" });
    expect(operator.heard.at(-1)).toBe("麦克风恢复");
    expect(ledSignal(operator.state())).toBe("ready");
  });

  test.each([
    ["microphone_lost", "麦克风断开，请检查插头"],
    ["recognizer_down", "识别器正在恢复，请稍候"],
  ] as const)("%s while he speaks is told at once, and nothing of that turn is stored", (fault, words) => {
    const store = temporaryStore();
    const operator = createDialogueBench({ store });
    operator.gesture("press", "tap");
    const { turn } = operator.state();
    operator.dispatch({ kind: "fault_raised", fault });
    expect(operator.heard.at(-1)).toBe(words);
    const heard = { text: "长度五毫米", confidence: 0.99, band: "sure", audioMs: 0, decodeMs: 0 } as const;
    operator.dispatch({ kind: "transcribed", turn, heard: { ...heard, sinceOwnSoundMs: 9_000 } });
    expect(store.countRecords()).toBe(0);
    operator.dispatch({ kind: "fault_cleared", fault });
    expect(operator.say("长度五毫米")).toBe("长度，五毫米");
  });

  test("a full card while he speaks waits until he has finished", () => {
    const operator = createDialogueBench({ store: temporaryStore() });
    operator.gesture("press", "tap");
    operator.dispatch({ kind: "fault_raised", fault: "card_full" });
    expect(operator.state().talk.kind).toBe("listening");
  });

  test("a full card refuses the record in words", () => {
    const store = temporaryStore();
    const operator = createDialogueBench({ store, mayRecord: () => false });
    expect(operator.say("长度五毫米")).toBe("没有记录。存储已满，不能记录，请插优盘导出");
    expect(store.countRecords()).toBe(0);
  });

  test("a confirmation that could not be played is owed until the speaker is back", () => {
    let mute = false;
    const store = temporaryStore();
    const operator = createDialogueBench({ store, holdSpeech: () => mute });
    mute = true;
    operator.say("长度五毫米");
    const { talk } = operator.state();
    if (talk.kind !== "speaking") throw new Error(talk.kind);
    operator.dispatch({ kind: "speech_failed", turn: talk.turn, fault: "speaker_lost" });
    mute = false;
    operator.dispatch({ kind: "fault_cleared", fault: "speaker_lost" });
    expect(operator.heard.slice(-2)).toEqual(["扬声器恢复", "长度，五毫米"]);
  });

  test("every fault has words in both languages", async () => {
    const { speechOf } = await import("../../src/wording/speech.js");
    for (const fault of faultCodes) {
      for (const language of ["zh", "en"] as const) {
        expect(speechOf({ kind: "fault", fault }, language).length).toBeGreaterThan(2);
        expect(speechOf({ kind: "recovered", fault }, language).length).toBeGreaterThan(2);
      }
    }
  });
});

describe("the stick", () => {
  test("is reported only after it was released, and talking goes on meanwhile", () => {
    const store = temporaryStore();
    const operator = createDialogueBench({ store });
    operator.say("长度五毫米");
    operator.dispatch({ kind: "stick_arrived", stickId: "A" });
    expect(operator.heard.at(-1)).toBe("正在写入，请勿拔出");
    expect(ledSignal(operator.state())).toBe("stick_busy");
    expect(operator.say("长度六毫米")).toBe("长度，六毫米");
    operator.dispatch({ kind: "exported", stickId: "A", records: 2 });
    expect(operator.heard.at(-1)).not.toContain("可以拔出");
    operator.dispatch({ kind: "released", stickId: "A" });
    expect(operator.heard.at(-1)).toBe("两条记录，可以拔出");
  });

  test("pulled too early, a second one waits, and each is told", () => {
    const operator = createDialogueBench({ store: temporaryStore() });
    operator.dispatch({ kind: "stick_arrived", stickId: "A" });
    operator.dispatch({ kind: "stick_arrived", stickId: "B" });
    operator.dispatch({ kind: "stick_gone", stickId: "A" });
    expect(operator.heard).toContain("优盘被提前拔出，数据仍在机器里");
    expect(operator.state().stick).toMatchObject({ kind: "writing", stickId: "B" });
    operator.dispatch({ kind: "export_failed", stickId: "B", fault: "full" });
    expect(operator.heard.at(-1)).toBe("优盘已满");
  });

  test("that could not be written is released, and the lamp tells the fault until another one comes or it has been told long enough", () => {
    const operator = createDialogueBench({ store: temporaryStore() });
    const releases = () => operator.commands.filter(({ kind }) => kind === "release_stick").length;
    for (const fault of ["full", "read_only", "verify_failed", "write_failed"] as const) {
      const before = releases();
      operator.dispatch({ kind: "stick_arrived", stickId: fault });
      operator.dispatch({ kind: "export_failed", stickId: fault, fault });
      expect(releases()).toBe(before + 1);
      expect(operator.heard.at(-1)).not.toBe("优盘可以拔出");
      operator.dispatch({ kind: "released", stickId: fault });
      expect(operator.heard.at(-1)).toBe("优盘可以拔出");
      // The unmounting, as the watcher sees it.
      operator.dispatch({ kind: "stick_gone", stickId: fault });
      expect(ledSignal(operator.state())).toBe("fault");
    }
    operator.fire("stick_limit");
    expect(ledSignal(operator.state())).toBe("ready");
    // One that cannot be unmounted either is not tried again and again.
    const before = releases();
    operator.dispatch({ kind: "stick_arrived", stickId: "Z" });
    operator.dispatch({ kind: "export_failed", stickId: "Z", fault: "full" });
    operator.dispatch({ kind: "export_failed", stickId: "Z", fault: "timed_out" });
    expect(releases()).toBe(before + 1);
    operator.dispatch({ kind: "stick_gone", stickId: "Z" });
    expect(ledSignal(operator.state())).toBe("ready");
  });
});
