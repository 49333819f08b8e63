import { describe, expect, it } from "vitest";
import { createSystemClock } from "../../src/runtime/clock.js";
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
    const chatter = "setInterval(() => process.stdout.write('x'.repeat(1000)), 1)";
    expect(await run(chatter, { outputLimit: 5_000 })).toMatchObject({
      ok: false,
      error: { kind: "too_much_output" },
    });
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
});
