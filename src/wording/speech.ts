import type { Message } from "../controller/messages.js";
import type { Language } from "./labels.js";
import { speechEn } from "./speech-en.js";
import { speechZh } from "./speech-zh.js";

/** The words of a message in the language of the device. */
export function speechOf(message: Message, language: Language): string {
  return language === "zh" ? speechZh(message) : speechEn(message);
}
