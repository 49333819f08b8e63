import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { builtInNames, parse } from "../../src/language/parse.js";
import { packageRoot } from "../../src/runtime/compiled-module.js";

const program = [
  "import random",
  "from english_sentences import understood_sentence",
  "rng = random.Random(5)",
  "print('\\n'.join(' '.join(understood_sentence(rng)) for _ in range(2000)))",
].join("\n");
const made = spawnSync("python3", ["-c", program], {
  cwd: join(packageRoot(), "models", "training"),
  encoding: "utf8",
});
const noPython = made.error !== undefined;
if (noPython) console.warn("skipped: the sentences of the trainer are not made: there is no python3");

test.skipIf(noPython)("every English sentence that the recogniser is trained on is understood", () => {
  expect(made.stderr).toBe("");
  const context = { names: builtInNames, language: "en", soundAlikes: true } as const;
  const sentences = made.stdout.trim().split("\n");
  expect(sentences).toHaveLength(2000);
  const lost = sentences.filter((sentence) => {
    const said = parse(sentence, context);
    return said.kind === "none" || (said.kind === "ambiguous" && said.reason === "malformed_number");
  });
  expect(lost).toEqual([]);
});
