import type { Language } from "./labels.js";

/** The parts that can be examined by themselves. */
export type DevicePart =
  | "microphone"
  | "speaker"
  | "button"
  | "recogniser"
  | "voice"
  | "card"
  | "records"
  | "clock"
  | "stick";

const names: Readonly<Record<DevicePart, Readonly<Record<Language, string>>>> = {
  microphone: { zh: "麦克风", en: "microphone" },
  speaker: { zh: "扬声器", en: "speaker" },
  button: { zh: "按钮", en: "button" },
  recogniser: { zh: "识别器", en: "recogniser" },
  voice: { zh: "语音", en: "voice" },
  card: { zh: "存储", en: "storage" },
  records: { zh: "记录", en: "records" },
  clock: { zh: "时钟", en: "clock" },
  stick: { zh: "优盘", en: "stick" },
};

/** What an examination of all parts came to, in words. */
export function partsSpeech(
  findings: readonly { readonly part: DevicePart; readonly works: boolean }[],
  language: Language,
): string {
  const broken = findings.filter(({ works }) => !works).map(({ part }) => names[part][language]);
  if (broken.length === 0) return language === "zh" ? "检查完成，全部正常" : "everything works";
  return language === "zh"
    ? `检查完成，有问题的是，${broken.join("，")}`
    : `these do not work: ${broken.join(", ")}`;
}
