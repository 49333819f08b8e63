import { describe, expect, test } from "vitest";
import type { Command } from "../../src/controller/commands.js";
import type { ControllerEvent, Heard } from "../../src/controller/events.js";
import { reduce } from "../../src/controller/machine.js";
import { type ControllerState, initialState } from "../../src/controller/state.js";
import { readingPrompts } from "../../src/wording/reading-prompts.js";
import { speechOf } from "../../src/wording/speech.js";

const texts = readingPrompts.map(({ text }) => text);

/** The controller with an operator in front of it: what he says is understood as given. */
function bench(inspector = "08", readingTexts: readonly string[] = texts) {
  let state: ControllerState = {
    ...initialState,
    settings: { ...initialState.settings, readingTexts },
    talk: { kind: "ready" },
    view: { context: inspector === "" ? {} : { inspector } },
  };
  const commands: Command[] = [];
  const spoken: string[] = [];

  function tell(event: ControllerEvent): void {
    const step = reduce(state, event);
    state = step.state;
    commands.push(...step.commands);
    for (const command of step.commands)
      if (command.kind === "speak") spoken.push(speechOf(command.message, "zh"));
  }

  const turn = (): number => state.turn;
  /** Whatever is being said is said to its end. */
  function listenToTheEnd(): void {
    for (let said = 0; state.talk.kind === "speaking" && said < 5; said += 1)
      tell({ kind: "spoken", turn: turn(), text: spoken.at(-1) ?? "" });
  }
  function hear(text: string, more: Partial<Heard> = {}): void {
    const heard: Heard = {
      text,
      confidence: 0.9,
      band: "sure",
      sinceOwnSoundMs: 400,
      audioMs: 2_000,
      decodeMs: 10,
      ...more,
    };
    tell({ kind: "gate_opened", turn: turn() });
    tell({ kind: "endpoint", turn: turn() });
    tell({ kind: "transcribed", turn: turn(), heard });
  }
  return {
    state: () => state,
    spoken,
    commands,
    tell,
    listenToTheEnd,
    hear,
    begin(understood = "学习我的声音", band: Heard["band"] = "sure") {
      tell({ kind: "gesture", gesture: "press" });
      tell({ kind: "gesture", gesture: "tap" });
      hear(understood, { band, sinceOwnSoundMs: 60_000 });
    },
    /** Reads what is asked, as a strange voice is understood. */
    read(understood: string, more: Partial<Heard> = {}) {
      listenToTheEnd();
      hear(understood, more);
    },
    kept: () => commands.flatMap((command) => (command.kind === "keep_reading" ? [command.sentence] : [])),
    lessons: () =>
      commands.flatMap((command) => (command.kind === "learn_voice" ? [command.inspector ?? ""] : [])),
  };
}

describe("“学习我的声音”", () => {
  test("each sentence is said, read and kept; then the device learns, and is ready meanwhile", () => {
    const one = bench();
    one.begin();
    for (const text of texts) one.read(text);
    expect(one.kept()).toEqual(texts.map((_, sentence) => sentence));
    expect(one.commands.filter((command) => command.kind === "keep_reading" && command.isFirst)).toHaveLength(
      1,
    );
    expect(one.lessons()).toEqual(["08"]);
    expect(one.spoken[0]).toMatch(/请跟我读.*长度一百二十点五毫米$/);
    expect(one.spoken.slice(1, texts.length)).toEqual(texts.slice(1));
    one.listenToTheEnd();
    expect(one.state().talk.kind).toBe("ready");
    const outcome = { kind: "better", before: 1, after: 4, of: 4 } as const;
    one.tell({ kind: "announce", message: { kind: "voice_learnt", inspector: "08", outcome } });
    expect(one.spoken.at(-1)).toMatch(/四句里原来听懂一句，现在听懂四句/);
  });

  test("a voice that is hardly understood is believed; what is something else is asked again, and left out at last", () => {
    const one = bench();
    one.begin();
    one.read("长度一百□十点□毫");
    expect(one.kept()).toEqual([0]);
    // Another sentence of the list has words in common with it, and must not be taken for it.
    for (let attempt = 0; attempt < 3; attempt += 1) one.read("重□十一点四千帕");
    expect(one.spoken.filter((text) => text === `请再读一遍。${texts[1] ?? ""}`)).toHaveLength(2);
    one.listenToTheEnd();
    expect(one.spoken.at(-1)).toBe(texts[2]);
    expect(one.kept()).toEqual([0]);
  });

  test("too loud a reading is read again: it would teach the clipping", () => {
    const one = bench();
    one.begin();
    one.read(texts[0] ?? "", { level: "too_loud" });
    expect(one.kept()).toEqual([]);
  });

  test("nothing is learnt from a few sentences", () => {
    const one = bench();
    one.begin();
    for (const [sentence, text] of texts.entries())
      for (let attempt = 0; attempt < (sentence < 10 ? 1 : 3); attempt += 1)
        one.read(sentence < 10 ? text : "六");
    expect(one.lessons()).toEqual([]);
    expect(one.spoken.at(-1)).toMatch(/没有学成/);
  });

  test.each([
    ["取消", ["取消"]],
    ["silence", ["", "", ""]],
  ])("%s ends it", (_, said) => {
    const one = bench();
    one.begin();
    for (const text of said) one.read(text);
    expect(one.spoken.at(-1)).toBe("学习已停止");
    one.listenToTheEnd();
    expect(one.state().talk.kind).toBe("ready");
    expect(one.lessons()).toEqual([]);
  });

  test("a recogniser that gives no words in time has the sentence read again, and ends it when it never does", () => {
    const one = bench();
    one.begin();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      one.listenToTheEnd();
      one.tell({ kind: "gate_opened", turn: one.state().turn });
      one.tell({ kind: "endpoint", turn: one.state().turn });
      one.tell({ kind: "recognition_failed", turn: one.state().turn });
    }
    expect(one.spoken.slice(1)).toEqual([
      ...new Array<string>(2).fill(`请再读一遍。${texts[0] ?? ""}`),
      "学习已停止",
    ]);
  });

  test("a press while a sentence is said begins the reading, a double tap leaves it", () => {
    const one = bench();
    one.begin();
    one.tell({ kind: "gesture", gesture: "press" });
    one.tell({ kind: "gesture", gesture: "tap" });
    one.hear(texts[0] ?? "");
    expect(one.kept()).toEqual([0]);
    one.tell({ kind: "gesture", gesture: "double_tap" });
    one.listenToTheEnd();
    expect(one.state().talk.kind).toBe("ready");
  });

  test("a lost microphone ends it with its fault", () => {
    const one = bench();
    one.begin();
    one.listenToTheEnd();
    one.tell({ kind: "fault_raised", fault: "microphone_lost" });
    expect(one.spoken.at(-1)).toMatch(/麦克风/);
    one.listenToTheEnd();
    expect(one.state().talk.kind).toBe("ready");
  });

  test("where no inspector is set it is the voice of whoever speaks", () => {
    const nobody = bench("");
    nobody.begin();
    for (const text of texts) nobody.read(text);
    expect(nobody.lessons()).toEqual([""]);
  });

  test("who is hardly understood can ask for it, too; a number is never taken for it", () => {
    const one = bench();
    one.begin("习我□声一音", "poor");
    expect(one.spoken[0]).toMatch(/没听清|听到的是/);
    one.listenToTheEnd();
    one.begin("习我□声音", "poor");
    expect(one.spoken.at(-1)).toMatch(/请跟我读/);
  });

  test("a model that cannot learn says so", () => {
    const rigid = bench("08", []);
    rigid.begin();
    expect(rigid.spoken).toEqual(["这个模型不能学习声音"]);
  });
});
