// A vitest reporter: lists each skipped test with its reason and leaves the counts for scripts/test in the file named
// by VOICEGAUGE_TEST_COUNTS. A file that could not be loaded and an error outside any test count as failures.
import { writeFileSync } from "node:fs";

export default class TestSummary {
  onTestRunEnd(modules, unhandledErrors) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const inState = (state) => tests.filter((test) => test.result().state === state);
    const skipped = inState("skipped");
    const brokenFiles = modules.filter((module) => module.errors().length > 0);
    const failed =
      inState("failed").length + brokenFiles.length + unhandledErrors.length + inState("pending").length;

    if (skipped.length > 0) console.log("\nSkipped:");
    for (const test of skipped) {
      console.log(
        `  ${test.module.relativeModuleId} › ${test.fullName}: ${test.result().note ?? "no reason given"}`,
      );
    }
    const target = process.env.VOICEGAUGE_TEST_COUNTS;
    if (target) writeFileSync(target, `${inState("passed").length} ${failed} ${skipped.length}\n`);
  }
}
