import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { packageRoot } from "../../src/runtime/compiled-module.js";
import { createJournal, type Journal, until } from "./journal.js";
import { childrenOf, commandOf, descendantsOf, killTree } from "./processes.js";

/** A whole machine under systemd, made by scripts/appliance and booted by systemd-nspawn; its service's journal since then. */
export interface Machine extends Journal {
  readonly root: string;
  /** Runs a command in the machine; throws when it fails. */
  run(...command: readonly string[]): string;
  /** The same without the exception: exit status and both outputs. */
  attempt(...command: readonly string[]): { readonly status: number | null; readonly output: string };
  /** Starts a command in the machine that goes on; it ends with the machine. */
  begin(...command: readonly string[]): ChildProcess;
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
  const { journal, take, waitFor } = createJournal();
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

  return {
    root,
    journal,
    run,
    attempt,
    begin,
    waitFor,
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
      if (follower.stdout !== null) createInterface({ input: follower.stdout }).on("line", take);
    },
    async cutPower() {
      const pid = leader?.pid ?? 0;
      killTree(pid);
      endAll();
      await until(10_000, () => leader?.exitCode !== null || leader.signalCode !== null);
    },
    async isOffWithin(limitMs) {
      // A container in a container may not end itself. All services have ended when its systemd has become this program.
      // Nothing is run in it to find out: who enters a machine that is ending may wait for its end for ever.
      const hasLetGo = (): boolean => /\/systemd-shutdown poweroff\b/.test(commandOf(init));
      const hasEnded = (): boolean => leader?.exitCode !== null || leader.signalCode !== null;
      const isOff = await until(limitMs, () => hasEnded() || hasLetGo());
      if (isOff) endAll();
      return isOff;
    },
    async destroy() {
      const pid = leader?.pid ?? 0;
      if (leader?.exitCode === null && leader.signalCode === null) killTree(pid);
      endAll();
      await until(10_000, () => descendantsOf(pid).length === 0);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
