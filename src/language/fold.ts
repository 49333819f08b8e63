/** Characters that mean the same as a plainer one: traditional, formal and compatibility forms of what the grammar knows. */
const twins = pairs(
  "萬万 億亿 點点 負负 兩両两 幾几 〇○零 壹一 贰貳弍二 叁參叄三 肆四 伍五 陆陸六 柒七 捌八 玖九 拾十 佰百 仟千 " +
    "絲丝 釐厘 攝摄 溫温 壓压 長长 寬宽 徑径 內内 圓圆 號号 對对 銷销 複复 複复 錯错 狀状 態态 幫帮 檢检 驗验 員员 " +
    "學学 習习 聲声 轉转 鐘钟 貝贝 歐欧 頓顿 轉转 條条 記记 錄录 約约 將将 過过 質质 這这 個个 於于 為为 " +
    "−- ﹣- ～~ 〜~ ：: ＝= ΩΩ μµ ℃° º°",
);

/** Compatibility characters that stand for several. */
const expansions: ReadonlyMap<string, string> = new Map([
  ["℃", "°C"],
  ["㎜", "mm"],
  ["㎝", "cm"],
  ["㎏", "kg"],
  ["㎐", "Hz"],
  ["㎑", "kHz"],
  ["㎩", "Pa"],
  ["㎪", "kPa"],
  ["㎫", "MPa"],
  ["㎖", "mL"],
  ["㏀", "kΩ"],
  ["廿", "二十"],
  ["卅", "三十"],
]);

/**
 * One spelling for each thing that recognisers print in several: full-width to ASCII, traditional to simplified, spaces
 * at Chinese characters gone, other spaces single. Superscripts, circled digits and the like stay what they are: 5² is
 * not 52.
 */
export function fold(text: string): string {
  let folded = "";
  for (const character of text) folded += foldCharacter(character);
  return folded
    .replace(/[ \t\u3000\u00a0]+/g, " ")
    .replace(/(?<=[㐀-鿿]) | (?=[㐀-鿿])/g, "")
    .trim();
}

function foldCharacter(character: string): string {
  const code = character.charCodeAt(0);
  if (code >= 0xff01 && code <= 0xff5e) return String.fromCharCode(code - 0xfee0);
  return expansions.get(character) ?? twins.get(character) ?? character;
}

function pairs(table: string): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  for (const group of table.split(" ")) {
    const characters = [...group];
    const plain = characters.pop() ?? "";
    for (const one of characters) map.set(one, plain);
  }
  return map;
}
