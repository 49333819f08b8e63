import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { compiledModulePath } from "../../src/runtime/compiled-module.js";

/** Draws pictures of the charts' size and says how much the process grew by all but the first of them, in bytes. */
const drawer = `
import { pngOfSvg } from ${JSON.stringify(compiledModulePath("workbook/picture.js"))};
const svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 310"><path d="M0 0L900 310" stroke="red"/></svg>';
const sizes = [];
let before = 0;
for (let n = 0; n < 41; n += 1) {
  sizes.push((await pngOfSvg(svg)).length);
  if (n === 0) before = process.memoryUsage.rss();
}
process.stdout.write(JSON.stringify({ grown: process.memoryUsage.rss() - before, smallest: Math.min(...sizes) }));
`;

test("forty pictures take no more memory than a few", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", drawer]);
  const { grown, smallest } = JSON.parse(stdout) as { grown: number; smallest: number };
  expect(smallest).toBeGreaterThan(1_000);
  // Their pixels alone are 100 MB.
  expect(grown).toBeLessThan(25e6);
});
