import type { AmbiguityReason, RefusalReason } from "../language/utterance.js";
import type { Language } from "./labels.js";

type Labels<Key extends string> = Readonly<Record<Key, Readonly<Record<Language, string>>>>;

/** Why a value is asked, said before the question. */
export const ambiguityLabels: Labels<AmbiguityReason> = {
  elided_unit: { zh: "可能少了零", en: "a zero may be missing" },
  range: { zh: "是一个范围", en: "that is a range" },
  several_numbers: { zh: "有两个数", en: "that is more than one number" },
  several_units: { zh: "有两个单位", en: "that is more than one unit" },
  malformed_number: { zh: "数字不完整", en: "that is no complete number" },
  incomplete_number: { zh: "数字不完整", en: "a part of the number is missing" },
  several_names: { zh: "有两个名称", en: "that is more than one name" },
  approximate: { zh: "不是准确的数", en: "that is not an exact value" },
  sounds_alike: { zh: "听起来像数字", en: "that only sounds like a number" },
  fraction: { zh: "请确认小数", en: "please confirm the decimal" },
  signed_zero: { zh: "零带了符号", en: "that is a zero with a sign" },
  spoken_pairs: { zh: "可以有两种读法", en: "that can be read in two ways" },
};

/** Why a sentence was not taken. */
export const refusalLabels: Labels<RefusalReason> = {
  empty: { zh: "没有听到声音，请再说一遍", en: "I heard nothing, say it again" },
  not_a_measurement: { zh: "没有听到数值，请再说一遍", en: "there was no value, say it again" },
  value_missing: { zh: "只听到名称，请连数值一起说", en: "I heard a name only, say it with its value" },
  unknown_words: { zh: "没听清，请再说一遍", en: "not understood, say it again" },
  too_long: { zh: "说得太长，请只说名称和数值", en: "too long, say just the name and the value" },
};
