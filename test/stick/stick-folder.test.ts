import { basename, join, normalize } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { safeName } from "../../src/stick/stick-folder.js";

describe("a safe name", () => {
  it("is one plain part of a path on any file system, whatever it is made of", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 120 }), (name) => {
        const safe = safeName(name);
        expect(basename(normalize(join("/stick", safe)))).toBe(safe);
        expect(safe).not.toMatch(/[\\/:*?"<>|\p{Cc}]|^[. ]|[. ]$|^$/u);
        expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(255);
        expect(safeName(safe)).toBe(safe);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ["三号台", "三号台"],
    ["../../etc", "_.._etc"],
    ["..", "_"],
    ["a\nb", "a_b"],
    ["CON", "_CON"],
    ["lpt1.txt", "_lpt1.txt"],
    ["console", "console"],
    ["bench 3.", "bench 3"],
  ])("of %j is %j", (name, safe) => expect(safeName(name)).toBe(safe));
});
