/** A sentence that an operator reads aloud so that the device learns the voice. */
export interface ReadingPrompt {
  readonly text: string;
  /** Not learnt from: it shows whether the learning has helped. */
  readonly heldBack: boolean;
}

/**
 * Twenty sentences (Mandarin: the bundled model knows no other language). Between them each digit and each word that
 * makes up a number is said several times, in front of and after others; 丝 and 牛 are there because they sound like
 * 四 and 六.
 */
export const readingPrompts: readonly ReadingPrompt[] = [
  "长度一百二十点五毫米",
  "外径四十九点九八毫米",
  "负零点零三",
  "内径三十二点零五毫米",
  "*高度五十六点七一毫米",
  "直径八十七点六六毫米",
  "一百零二微米",
  "两千零六十",
  "三万四千五百牛",
  "*厚度一百九十点零四毫米",
  "厚度七点七二毫米",
  "温度二十三点五摄氏度",
  "压力零点六八兆帕",
  "重量十一点四千克",
  "*负三点八二毫米",
  "角度九十度半",
  "零件号七七三幺零",
  "撤销第十九条",
  "不对，更正四十四丝",
  "*外径二十五点九七毫米",
].map((line) => ({ text: line.replace("*", ""), heldBack: line.startsWith("*") }));
