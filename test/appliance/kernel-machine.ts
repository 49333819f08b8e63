import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Duplex } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { packageRoot } from "../../src/runtime/compiled-module.js";
import { createJournal, type Journal, until } from "./journal.js";
import { killTree } from "./processes.js";

/** A whole machine with a kernel of its own (User-mode Linux); its service's journal since it was made. */
export interface KernelMachine extends Journal {
  /** A folder of the host that the machine sees as `/mnt/host`. */
  readonly folder: string;
  /** Runs a shell command in the machine as root; throws when it fails. */
  run(command: string, limitMs?: number): Promise<string>;
  /** The same without the exception. */
  attempt(command: string, limitMs?: number): Promise<Answer>;
  boot(): Promise<void>;
  /** All of the machine ends at once, as when the plug is pulled: what it had not yet given to its disk is gone. */
  cutPower(): Promise<void>;
  /** Whether the machine has gone off by itself within `limitMs`. */
  isOffWithin(limitMs: number): Promise<boolean>;
  destroy(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly output: string;
}

/** Another disk than the appliance's own. */
export interface MachineDisk {
  readonly file: string;
  /**
   * What the kernel is told about it: its root, and whatever starts the remote hand of the tests, who find the shared
   * folder (the argument) at `/run/host` then. Asked for at each start.
   */
  commandLine(folder: string): readonly string[];
}

const appliance = join(packageRoot(), "scripts", "appliance");
const memoryMegabytes = 768;
const probeLimitS = 20;
const bootLimitMs = 120_000;
/** No machine outlives its test by more than this, however the test ends. */
const lifeLimitS = 1_200;

/** Why no such machine can be booted here; undefined when one can. */
export function whyNoKernelMachine(): string | undefined {
  if (process.getuid?.() !== 0) return "only root can make its disk";
  const made = spawnSync(appliance, ["kernel", "--made"], { encoding: "utf8", timeout: 30_000 });
  if (made.status !== 0) return "its kernel is not made: sudo scripts/appliance kernel";
  // The host's own files are its disk, read-only, and the first program says a word and ends.
  const word = "this-kernel-runs-here";
  const probe = [
    "mem=128M",
    "rootfstype=hostfs",
    "ro",
    "con=null",
    "con0=null,fd:1",
    "panic=-1",
    "init=/bin/echo",
  ];
  const booted = spawnSync("timeout", [...limitTo(probeLimitS), made.stdout.trim(), ...probe, "--", word], {
    encoding: "utf8",
    env: { ...process.env, TMPDIR: memoryFolder(128) },
    timeout: (probeLimitS + 10) * 1_000,
    killSignal: "SIGKILL",
  });
  if (new RegExp(`^${word}`, "m").test(booted.stdout)) return undefined;
  const last = (booted.stdout + booted.stderr).trim().split("\n").at(-1) ?? "";
  return `its kernel does not run here: ${last}`;
}

/** Makes a machine, not yet booted; by default with a new disk on which scripts/appliance has installed this clone. */
export function makeKernelMachine(given?: MachineDisk): KernelMachine {
  const place = mkdtempSync(join(tmpdir(), "voicegauge-kernel-"));
  const folder = join(place, "host");
  mkdirSync(folder);
  const disk = given?.file ?? join(place, "disk.img");
  const limits = { stdio: "pipe", timeout: 300_000, killSignal: "SIGKILL" } as const;
  if (given === undefined) execFileSync(appliance, ["image", disk], limits);
  const kernel = execFileSync(appliance, ["kernel", "--made"], { ...limits, encoding: "utf8" }).trim();
  const { journal, take, waitFor } = createJournal();
  let machine: ChildProcess | undefined;
  let agent: Duplex | undefined;
  let answers = new Map<number, Answer>();
  let isReady = false;
  let lastId = 0;
  const console: string[] = [];

  const isOff = (): boolean =>
    machine === undefined || machine.exitCode !== null || machine.signalCode !== null;

  function onConsole(line: string): void {
    console.push(line);
  }

  function onAgent(line: string): void {
    if (line.endsWith("READY")) isReady = true;
    const [, id, status, output = ""] = /^(\d+) (\d+) (\S*)$/.exec(line) ?? [];
    if (id === undefined) return;
    answers.set(Number(id), { status: Number(status), output: Buffer.from(output, "base64").toString() });
  }

  async function attempt(command: string, limitMs = 60_000): Promise<Answer> {
    const id = ++lastId;
    const mine = answers;
    agent?.write(`${id} ${Buffer.from(command).toString("base64")}\n`);
    const end = Date.now() + limitMs;
    while (Date.now() < end && !isOff()) {
      const answer = mine.get(id);
      if (answer !== undefined) return answer;
      await pause(20);
    }
    throw new Error(
      `${command}: ${isOff() ? "the machine is off" : `no answer within ${limitMs / 1_000} s`}`,
    );
  }

  async function run(command: string, limitMs?: number): Promise<string> {
    const { status, output } = await attempt(command, limitMs);
    if (status !== 0) throw new Error(`${command}: exit status ${status}\n${output}`);
    return output;
  }

  function kill(): void {
    if (machine?.pid !== undefined && !isOff()) killTree(machine.pid);
  }
  process.once("exit", kill);

  async function cutPower(): Promise<void> {
    kill();
    await until(10_000, isOff);
    agent?.destroy();
  }

  return {
    folder,
    journal,
    waitFor,
    attempt,
    run,
    cutPower,
    async boot() {
      answers = new Map();
      isReady = false;
      console.length = 0;
      const commandLine = given?.commandLine(folder) ?? ["root=/dev/ubda", "rw", "rootfstype=ext4"];
      const args = [...limitTo(lifeLimitS), kernel, ...kernelArguments(disk, place), ...commandLine];
      const env = { ...process.env, TMPDIR: memoryFolder(memoryMegabytes) };
      const stdio = ["ignore", "pipe", "pipe", "pipe", "pipe"] as const;
      machine = spawn("timeout", args, { stdio: [...stdio], env });
      const [, output, , command, journalLine] = machine.stdio;
      agent = command as Duplex;
      for (const [stream, onLine] of [
        [output, onConsole],
        [command, onAgent],
        [journalLine, take],
      ] as const) {
        // A machine that is cut takes its ends of the lines with it.
        stream?.on("error", () => undefined);
        createInterface({ input: stream as Duplex }).on("line", (text) => onLine(text.replace(/\r$/, "")));
      }
      if (!(await until(bootLimitMs, () => isReady || isOff())) || isOff()) {
        const last = console.slice(-20).join("\n");
        await cutPower();
        throw new Error(`the machine did not boot within ${bootLimitMs / 1_000} s:\n${last}`);
      }
      if (given === undefined) await run(`mkdir -p /mnt/host && mount -t hostfs none /mnt/host -o ${folder}`);
    },
    async isOffWithin(limitMs) {
      const wentOff = await until(limitMs, isOff);
      if (wentOff) agent?.destroy();
      return wentOff;
    },
    async destroy() {
      await cutPower();
      process.off("exit", kill);
      rmSync(place, { recursive: true, force: true });
    },
  };
}

/** First asked: a User-mode Linux then ends its processes, which would else go on without it. */
function limitTo(seconds: number): readonly string[] {
  return ["--kill-after=5", String(seconds)];
}

function kernelArguments(disk: string, place: string): readonly string[] {
  return [
    `mem=${memoryMegabytes}M`,
    `ubd0=${disk}`,
    // The console is our pipe, the first two serial lines the agent's and the journal's.
    "con=null",
    "con0=null,fd:1",
    "ssl=null",
    "ssl1=fd:3",
    "ssl2=fd:4",
    `uml_dir=${place}/`,
    "umid=machine",
    "quiet",
    "panic=-1",
    "systemd.show_status=0",
    // The first card's other end is spoken into, the second's is listened to.
    "snd_aloop.enable=1,1",
    "snd_aloop.index=0,1",
    "snd_aloop.id=Mic,Speaker",
  ];
}

/** Where the machine's memory is a file: in memory where there is room, as there is not in every container. */
function memoryFolder(megabytes: number): string {
  try {
    const { bavail, bsize } = statfsSync("/dev/shm");
    if (bavail * bsize > 2 * megabytes * 1024 * 1024) return "/dev/shm";
  } catch {
    // There is none.
  }
  return tmpdir();
}
