import { describe, expect, it } from "vitest";
import { type ChildExit, startChild } from "../../src/runtime/child.js";
import { createSystemClock, sleep } from "../../src/runtime/clock.js";

const clock = createSystemClock();
const node = process.execPath;

function start(
  script: string,
  options: { input?: boolean; env?: Record<string, string>; cwd?: string } = {},
) {
  const out: Buffer[] = [];
  const lines: string[] = [];
  const exits: ChildExit[] = [];
  const child = startChild(
    clock,
    { program: node, args: ["-e", script], ...options },
    {
      onStdout: (chunk) => out.push(chunk),
      onStderrLine: (line) => lines.push(line),
      onExit: (exit) => exits.push(exit),
    },
  );
  return { child, lines, exits, text: () => Buffer.concat(out).toString() };
}

const isAlive = (pid: number | undefined): boolean => {
  try {
    process.kill(pid ?? 0, 0);
    return true;
  } catch {
    return false;
  }
};

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(clock, "poll", 5);
}

describe("a child process", () => {
  it("gives its output, its lines and, once, its exit", async () => {
    const { child, lines, exits, text } = start(
      "process.stdout.write(process.env.WORD + process.cwd()); process.stderr.write('one\\ntwo'); process.exitCode = 3",
      { env: { WORD: "here:" }, cwd: "/" },
    );
    const exit = await child.ended;
    expect(text()).toBe("here:/");
    expect(lines).toEqual(["one", "two"]);
    expect(exit).toEqual({ kind: "exited", code: 3, signal: undefined, lastLines: ["one", "two"] });
    expect(exits).toEqual([exit]);
    expect(await child.stop(10)).toBe(exit);
    expect(clock.activeTimers()).toEqual([]);
  });

  it("takes input, and survives a child that does not want it", async () => {
    const echo = start("process.stdin.pipe(process.stdout)", { input: true });
    await new Promise<void>((taken) => echo.child.write(Buffer.from("ping"), taken));
    echo.child.endInput();
    expect(await echo.child.ended).toMatchObject({ kind: "exited", code: 0 });
    expect(echo.text()).toBe("ping");
    const closed = start("process.stdin.destroy(); setTimeout(() => process.exit(0), 100)", { input: true });
    for (let round = 0; round < 20; round += 1) closed.child.write(Buffer.alloc(100_000));
    expect(await closed.child.ended).toMatchObject({ kind: "exited", code: 0 });
    closed.child.write(Buffer.from("too late"));
  });

  it("tells a missing program as an exit", async () => {
    const exits: ChildExit[] = [];
    const child = startChild(
      clock,
      { program: "/nowhere/arecord", args: [] },
      { onExit: (exit) => exits.push(exit) },
    );
    expect(await child.ended).toMatchObject({ kind: "not_started", missing: true });
    expect(exits).toHaveLength(1);
    expect(child.pid).toBeUndefined();
    expect(await child.stop(10)).toMatchObject({ kind: "not_started" });
    // Arguments that the system refuses throw inside spawn; that is an exit as well.
    const refused = startChild(clock, { program: node, args: ["a\0b"] }, {});
    expect(await refused.ended).toMatchObject({ kind: "not_started", missing: false });
  });

  it("asks a child to end, and kills one that does not", async () => {
    const polite = start(
      "process.on('SIGTERM', () => process.exit(7)); process.stdout.write('up'); setInterval(() => {}, 1000)",
    );
    await until(() => polite.text() === "up");
    expect(await polite.child.stop(5_000)).toMatchObject({ kind: "exited", code: 7 });
    const deaf = start(
      "process.on('SIGTERM', () => {}); process.stdout.write('up'); setInterval(() => {}, 1000)",
    );
    await until(() => deaf.text() === "up");
    const { pid } = deaf.child;
    expect(isAlive(pid)).toBe(true);
    expect(await deaf.child.stop(50)).toMatchObject({ kind: "exited", signal: "SIGKILL" });
    expect(isAlive(pid)).toBe(false);
    expect(clock.activeTimers()).toEqual([]);
  });

  it("does not wait for a grandchild that holds the pipes", async () => {
    const { child, text } = start(
      `const { spawn } = require("node:child_process");
       const sleeper = spawn("sleep", ["20"], { stdio: "inherit", detached: true });
       process.stdout.write(String(sleeper.pid)); sleeper.unref();`,
    );
    const exit = await child.ended;
    const grandchild = Number(text());
    // Its sleeper still holds the pipe at this moment: had we waited for it, it would be gone.
    expect(isAlive(grandchild)).toBe(true);
    process.kill(grandchild);
    expect(exit).toMatchObject({ kind: "exited", code: 0 });
  });

  it("does not let a child flood the log or the memory", async () => {
    const { child, lines } = start(
      "for (let i = 0; i < 500; i += 1) console.error('line ' + i); process.stderr.write('x'.repeat(100000))",
    );
    const exit = await child.ended;
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe("(481 more lines were left out)");
    const kept = exit.kind === "exited" ? exit.lastLines : [];
    expect(kept).toHaveLength(10);
    expect(kept.at(-2)).toBe("line 499");
    expect(kept.at(-1)).toBe("x".repeat(400));
  });
});
