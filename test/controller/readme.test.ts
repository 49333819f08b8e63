import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { mermaidOfTalk } from "../../src/controller/describe.js";

test("the drawing in the README is the one that the code prints", () => {
  expect(readFileSync("README.md", "utf8")).toContain(`\`\`\`mermaid\n${mermaidOfTalk()}\`\`\``);
});
