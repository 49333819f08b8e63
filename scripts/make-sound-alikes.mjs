// Writes src/language/sound-alikes.ts: which characters are spoken with the same syllable, tones aside.
//   node scripts/make-sound-alikes.mjs           writes the file
//   node scripts/make-sound-alikes.mjs --print   prints it, for the test that compares
// The characters are those of GB 2312, rows 16 to 87: what general recognisers print.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { polyphonic } from "pinyin-pro";

const decoder = new TextDecoder("gb18030");
const bySyllable = new Map();
for (let row = 0xb0; row <= 0xf7; row += 1) {
  for (let cell = 0xa1; cell <= 0xfe; cell += 1) {
    const character = decoder.decode(Uint8Array.of(row, cell));
    if (!/^\p{Script=Han}$/u.test(character)) continue;
    for (const syllable of new Set(polyphonic(character, { toneType: "none", type: "array" }).flat())) {
      if (/^[a-zü]+$/.test(syllable))
        bySyllable.set(syllable, `${bySyllable.get(syllable) ?? ""}${character}`);
    }
  }
}
const lines = [...bySyllable]
  .sort(([left], [right]) => (left < right ? -1 : 1))
  .map(([syllable, characters]) => `  ${syllable}: "${characters}",\n`);
const text = `// Made by scripts/make-sound-alikes.mjs from pinyin-pro; not edited by hand.

/** Characters of GB 2312 by their syllable in pinyin without tone; one with several readings stands under each. */
export const charactersBySyllable: Readonly<Record<string, string>> = {
${lines.join("")}};
`;
if (process.argv.includes("--print")) process.stdout.write(text);
else writeFileSync(fileURLToPath(new URL("../src/language/sound-alikes.ts", import.meta.url)), text);
