import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { createSystemClock } from "../../src/runtime/clock.js";
import { compiledModulePath } from "../../src/runtime/compiled-module.js";
import { runProgram } from "../../src/runtime/run-program.js";

const clock = createSystemClock();
const node = process.execPath;
const run = (script: string, options: Partial<Parameters<typeof runProgram>[3]> = {}) =>
  runProgram(clock, node, ["-e", script], { timeoutMs: 20_000, ...options });

describe("a program that runs once", () => {
  it("gives its output byte by byte", async () => {
    const outcome = await run(
      "process.stdin.once('data', (d) => { process.stderr.write(d); process.stdout.write(Buffer.from(Array.from({ length: 70000 }, (_, i) => i % 256))) })",
      { input: "120.5 mm 毫米" },
    );
    const expected = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index % 256));
    expect(outcome.ok && outcome.value.stdout.equals(expected)).toBe(true);
    expect(outcome.ok && outcome.value.stderr).toBe("120.5 mm 毫米");
    expect(clock.activeTimers()).toEqual([]);
  });

  it("names what went wrong", async () => {
    expect(await run("console.error('first'); console.error('no voice zh'); process.exit(2)")).toEqual({
      ok: false,
      error: { kind: "failed", exitCode: 2, detail: `${node}: no voice zh` },
    });
    expect(await runProgram(clock, "/nowhere/espeak-ng", [], { timeoutMs: 1_000 })).toMatchObject({
      ok: false,
      error: { kind: "program_missing" },
    });
    for (const stream of ["stdout", "stderr"]) {
      const chatter = `setInterval(() => process.${stream}.write('x'.repeat(1000)), 1)`;
      expect(await run(chatter, { outputLimit: 5_000 })).toMatchObject({
        ok: false,
        error: { kind: "too_much_output" },
      });
    }
  });

  it("ends at its time limit and on an abort, before the program would", async () => {
    const forever = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)";
    expect(await run(forever, { timeoutMs: 200 })).toMatchObject({ ok: false, error: { kind: "timed_out" } });
    const owner = new AbortController();
    const running = run(forever, { signal: owner.signal });
    owner.abort();
    expect(await running).toEqual({ ok: false, error: { kind: "aborted" } });
    expect(await run(forever, { signal: owner.signal })).toEqual({ ok: false, error: { kind: "aborted" } });
    expect(clock.activeTimers()).toEqual([]);
  });

  it("lets this process end although a grandchild holds the pipes", async () => {
    const load = (name: string): string =>
      JSON.stringify(pathToFileURL(compiledModulePath(`runtime/${name}.js`)).href);
    const script = `
      const { createSystemClock } = await import(${load("clock")});
      const { runProgram } = await import(${load("run-program")});
      const outcome = await runProgram(createSystemClock(), "sh", ["-c", "sleep 20 & wait"], { timeoutMs: 200 });
      console.log(outcome.error?.kind);`;
    const outcome = await runProgram(clock, node, ["--input-type=module", "-e", script], {
      timeoutMs: 15_000,
    });
    expect(outcome.ok && outcome.value.stdout.toString()).toBe("timed_out\n");
  });
});
