import type { ControllerEvent, GestureKind } from "../controller/events.js";
import type { Random } from "./random.js";
import type { Sentence } from "./world.js";

/** What he says next, and how well it is understood. */
export function drawSentence(random: Random): Sentence {
  const text = random.pick([
    "长度一百二十点五毫米",
    "内径三十二点零五",
    "负零点零三",
    "二百五",
    "更正一百二十一",
    "不对",
    "撤销",
    "检验员零八",
    "学习我的声音",
    "重复",
    "是",
    "不是",
    "零件号七七三",
    "下一件",
    "状态",
    "取消",
    "星期五",
    "",
  ]);
  return {
    text,
    audioMs: 0,
    decodeMs: 0,
    confidence: random.next(),
    band: random.pick(["sure", "sure", "sure", "unsure", "poor"]),
  };
}

/** What his finger does, in order. */
export function drawGestures(random: Random): readonly GestureKind[] {
  return random.pick<readonly GestureKind[]>([
    ["press", "tap"],
    ["press", "tap"],
    ["press", "tap"],
    ["press", "hold", "release"],
    ["press", "tap", "double_tap"],
    ["press", "hold", "long_hold_warn", "release"],
  ]);
}

/** What comes in between: a part that goes or comes, a stick. */
export function drawInterruption(random: Random): ControllerEvent {
  return random.pick<ControllerEvent>([
    { kind: "fault_raised", fault: "microphone_lost" },
    { kind: "fault_cleared", fault: "microphone_lost" },
    { kind: "fault_raised", fault: "recognizer_down" },
    { kind: "fault_cleared", fault: "recognizer_down" },
    { kind: "stick_arrived", stickId: "A" },
    { kind: "stick_arrived", stickId: "B" },
    { kind: "stick_gone", stickId: "A" },
    { kind: "stick_refused", fault: "unsupported" },
  ]);
}
