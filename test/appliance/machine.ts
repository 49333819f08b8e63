import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { packageRoot } from "../../src/runtime/compiled-module.js";

/** What the service says in the journal, and what systemd says about it. */
export interface JournalLine {
  readonly text: string;
  readonly topic?: string;
  readonly event?: Readonly<Record<string, unknown>>;
}

/** A whole machine under systemd, made by scripts/appliance and booted by systemd-nspawn. */
export interface Machine {
  readonly root: string;
  /** The journal of the service since the machine was made, growing. */
  readonly journal: readonly JournalLine[];
  /** Runs a command in the machine; throws when it fails. */
  run(...command: readonly string[]): string;
  /** The same without the exception: exit status and both outputs. */
  attempt(...command: readonly string[]): { readonly status: number | null; readonly output: string };
  /** Starts a command in the machine that goes on; it ends with the machine. */
  begin(...command: readonly string[]): ChildProcess;
  /** Waits for a line of the journal after place `from`; the place after it. Throws after `limitMs`. */
  waitFor(
    what: string,
    from: number,
    isIt: (line: JournalLine) => boolean,
    limitMs?: number,
  ): Promise<number>;
  boot(): Promise<void>;
  /** All processes are killed at once, as when the plug is pulled. */
  cutPower(): Promise<void>;
  /** Whether the machine has gone off by itself within `limitMs`. */
  isOffWithin(limitMs: number): Promise<boolean>;
  destroy(): Promise<void>;
}

/** Why no machine can be made here; undefined when one can. */
export function whyNoMachine(): string | undefined {
  if (process.getuid?.() !== 0) return "only root can boot a machine";
  for (const program of ["systemd-nspawn", "nsenter"])
    if (spawnSync(program, ["--version"]).status !== 0)
      return `${program} is missing; scripts/appliance build`;
  const built = spawnSync(join(packageRoot(), "scripts", "appliance"), ["build"], {
    encoding: "utf8",
    timeout: 600_000,
  });
  return built.status === 0
    ? undefined
    : `its Debian cannot be made: ${built.stderr.trim().split("\n").at(-1) ?? ""}`;
}

const bootLimitMs = 60_000;

/** How a machine differs from that of `scripts/appliance make`. */
export interface MachineOptions {
  /** Puts the system into the empty folder `root`. */
  readonly furnish?: (root: string) => void;
  /** Leaves it no network but its own loop. */
  readonly isAlone?: boolean;
  /** How long one command in it may take. */
  readonly commandLimitMs?: number;
}

function installClone(root: string): void {
  execFileSync(join(packageRoot(), "scripts", "appliance"), ["make", root], {
    stdio: "pipe",
    timeout: 300_000,
  });
}

/** Makes a machine, not yet booted. */
export function makeMachine({
  furnish = installClone,
  isAlone = false,
  commandLimitMs = 60_000,
}: MachineOptions = {}): Machine {
  const folder = mkdtempSync(join(tmpdir(), "voicegauge-machine-"));
  const root = join(folder, "root");
  furnish(root);
  const journal: JournalLine[] = [];
  const begun = new Set<ChildProcess>();
  let leader: ChildProcess | undefined;
  let init = "";

  const entered = (command: readonly string[]): readonly string[] => ["-t", init, "-a", "--", ...command];

  function attempt(...command: readonly string[]) {
    const limits = { timeout: commandLimitMs, killSignal: "SIGKILL" } as const;
    const done = spawnSync("nsenter", entered(command), { encoding: "utf8", ...limits });
    return { status: done.status, output: done.stdout + done.stderr };
  }

  function run(...command: readonly string[]): string {
    const { status, output } = attempt(...command);
    if (status !== 0) throw new Error(`${command.join(" ")}: exit status ${status ?? "none"}\n${output}`);
    return output;
  }

  function begin(...command: readonly string[]): ChildProcess {
    const child = spawn("nsenter", entered(command), { stdio: ["pipe", "pipe", "ignore"] });
    // A machine that is cut takes its programs with it.
    child.stdin.on("error", () => undefined);
    begun.add(child);
    return child;
  }

  function endAll(): void {
    for (const child of begun) child.kill("SIGKILL");
    begun.clear();
  }

  async function until(limitMs: number, isSo: () => boolean): Promise<boolean> {
    const end = Date.now() + limitMs;
    while (Date.now() < end) {
      if (isSo()) return true;
      await pause(100);
    }
    return isSo();
  }

  return {
    root,
    journal,
    run,
    attempt,
    begin,
    async waitFor(what, from, isIt, limitMs = 15_000) {
      let place = -1;
      const found = await until(limitMs, () => {
        const index = journal.slice(from).findIndex(isIt);
        if (index >= 0) place = from + index + 1;
        return index >= 0;
      });
      if (found) return place;
      const since = journal.slice(from).map(({ text }) => text);
      throw new Error(`no ${what} within ${limitMs / 1_000} s; the journal since:\n${since.join("\n")}`);
    },
    async boot() {
      const args = ["-D", root, "--register=no", "--keep-unit", "-b", "--console=pipe"];
      if (isAlone) args.push("--private-network");
      leader = spawn("systemd-nspawn", args, { stdio: ["ignore", "ignore", "ignore"] });
      const pid = leader.pid ?? 0;
      const isUp = await until(bootLimitMs, () => {
        init = childrenOf(pid)[0] ?? "";
        return (
          init !== "" && attempt("systemctl", "is-system-running").output.match(/running|degraded/) !== null
        );
      });
      if (!isUp) throw new Error(`the machine did not boot within ${bootLimitMs / 1_000} s`);
      const follower = begin("journalctl", "-u", "voicegauge", "-f", "-n", "all", "-b", "-o", "cat");
      if (follower.stdout !== null)
        createInterface({ input: follower.stdout }).on("line", (text) => journal.push(lineOf(text)));
    },
    async cutPower() {
      const pid = leader?.pid ?? 0;
      for (const process of [...descendantsOf(pid), String(pid)]) kill(Number(process));
      endAll();
      await until(10_000, () => leader?.exitCode !== null || leader.signalCode !== null);
    },
    async isOffWithin(limitMs) {
      // A container in a container may not end itself; its systemd has then become this program, and is alone.
      // Nothing is run in it to find out: who enters a machine that is ending may wait for its end for ever.
      const hasLetGo = (): boolean =>
        nameOf(init) === "systemd-shutdow" && childrenOf(Number(init)).length === 0;
      const isOff = await until(limitMs, () => leader?.exitCode !== null || hasLetGo());
      if (isOff) endAll();
      return isOff;
    },
    async destroy() {
      const pid = leader?.pid ?? 0;
      if (leader?.exitCode === null && leader.signalCode === null)
        for (const process of [...descendantsOf(pid), String(pid)]) kill(Number(process));
      endAll();
      await until(10_000, () => descendantsOf(pid).length === 0);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function lineOf(text: string): JournalLine {
  if (!text.startsWith("{")) return { text };
  const event = JSON.parse(text) as Readonly<Record<string, unknown>>;
  return { text, event, topic: String(event["topic"]) };
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has gone meanwhile.
  }
}

/** As the kernel cuts it: 15 characters; empty when there is no such process. */
function nameOf(pid: string): string {
  return textOf(`/proc/${pid}/comm`).trim();
}

function childrenOf(pid: number): readonly string[] {
  return textOf(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean);
}

/** A process may go between any two looks at it. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function descendantsOf(pid: number): readonly string[] {
  return childrenOf(pid).flatMap((child) => [...descendantsOf(Number(child)), child]);
}
