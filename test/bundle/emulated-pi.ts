import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtempSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { until } from "../appliance/journal.js";
import { mustRun, run } from "./bundle-bench.js";
import { openBootPartition } from "./card.js";

/** A Raspberry Pi 3 of qemu with an image as its card: no sound, no USB, and the firmware's part is played by qemu. */
export interface EmulatedPi {
  /** Starts what the card's config.txt names, and waits for a shell, which the card's own systemd gives. */
  boot(): Promise<void>;
  /** Runs a shell command as root; its two outputs. Throws when it fails. */
  run(command: string, limitMs?: number): Promise<string>;
  /** Asks again and again until the command's outputs are as wanted; the last ones. */
  waitFor(command: string, isIt: (output: string) => boolean, limitMs: number): Promise<string>;
  /** All of it ends at once. */
  cutPower(): Promise<void>;
  destroy(): Promise<void>;
}

const program = "qemu-system-aarch64";
/** qemu takes cards of a power of two only. */
const cardBytes = 4 * 1024 ** 3;
const bootLimitMs = 600_000;
const commandLimitMs = 300_000;
/** No machine outlives its test by more than this, however the test ends. */
const lifeLimitS = 3_600;

/** Why there is no such machine here; undefined when there is. */
export function whyNoEmulatedPi(): string | undefined {
  const machines = run(program, "-machine", "help");
  if (machines.status !== 0) return `${program} is missing: apt-get install qemu-system-arm`;
  return /^raspi3b /m.test(machines.stdout) ? undefined : `${program} knows no raspi3b`;
}

/** Makes the machine, not yet started; what it writes is written to the image. */
export function makeEmulatedPi(image: string): EmulatedPi {
  truncateSync(image, cardBytes);
  const folder = mkdtempSync(join(tmpdir(), "voicegauge-pi-"));
  let machine: ChildProcessWithoutNullStreams | undefined;
  let lines: string[] = [];
  let lastId = 0;

  const isOff = (): boolean =>
    machine === undefined || machine.exitCode !== null || machine.signalCode !== null;
  const seen = (): string => lines.slice(-40).join("\n");

  async function boot(): Promise<void> {
    lines = [];
    const options = bootOptions(image, folder);
    const started = spawn("timeout", ["--kill-after=5", String(lifeLimitS), program, ...options]);
    machine = started;
    for (const stream of [started.stdout, started.stderr])
      createInterface({ input: stream }).on("line", (line) => lines.push(line.replaceAll("\r", "")));
    // A machine that is cut does not read any more.
    started.stdin.on("error", () => undefined);
    const end = Date.now() + bootLimitMs;
    while (Date.now() < end && !isOff()) {
      started.stdin.write("stty -echo; dmesg -n 1; echo THE''RE\n");
      if (await until(5_000, () => isOff() || lines.some((line) => line.includes("THERE")))) break;
    }
    if (isOff() || !lines.some((line) => line.includes("THERE")))
      throw new Error(`no shell within ${bootLimitMs / 1_000} s:\n${seen()}`);
    // One that takes lines as they come.
    started.stdin.write("exec bash --norc --noediting\n");
  }

  async function attempt(command: string, limitMs: number): Promise<{ status: number; output: string }> {
    const id = ++lastId;
    const asked = Buffer.from(command).toString("base64");
    const carryOut = `bash -c "$(base64 -d <<<${asked})" 2>&1 </dev/null | base64 -w 0; exit "\${PIPESTATUS[0]}"`;
    machine?.stdin.write(`answer=$(${carryOut}); echo "ANS""WER ${id} $? $answer"\n`);
    const pattern = new RegExp(`ANSWER ${id} (\\d+) (\\S*)$`);
    let answer: RegExpExecArray | undefined;
    await until(limitMs, () => {
      answer = lines.map((line) => pattern.exec(line)).find((match) => match !== null) ?? undefined;
      return answer !== undefined || isOff();
    });
    if (answer === undefined)
      throw new Error(`${command}: no answer within ${limitMs / 1_000} s:\n${seen()}`);
    return { status: Number(answer[1]), output: Buffer.from(answer[2] ?? "", "base64").toString() };
  }

  async function cutPower(): Promise<void> {
    if (!isOff() && machine?.pid !== undefined) {
      // `timeout` would give qemu the time to write.
      for (const pid of run("pgrep", "-P", String(machine.pid)).stdout.split("\n").filter(Boolean))
        process.kill(Number(pid), "SIGKILL");
    }
    await until(30_000, isOff);
  }

  return {
    boot,
    async run(command, limitMs = commandLimitMs) {
      const { status, output } = await attempt(command, limitMs);
      if (status !== 0) throw new Error(`${command}: exit status ${status}\n${output}`);
      return output;
    },
    async waitFor(command, isIt, limitMs) {
      const end = Date.now() + limitMs;
      let output = "";
      while (Date.now() < end) {
        output = (await attempt(command, limitMs)).output;
        if (isIt(output)) return output;
        await pause(2_000);
      }
      throw new Error(`${command}: not as wanted within ${limitMs / 1_000} s, but ${output}`);
    },
    cutPower,
    async destroy() {
      await cutPower();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function bootOptions(image: string, folder: string): readonly string[] {
  const card = openBootPartition(image);
  const config = card.read("config.txt");
  const fetch = (name: string): string => {
    const path = join(folder, name);
    mustRun("mcopy", "-n", "-o", "-i", card.place, `::${name}`, path);
    return path;
  };
  const named = (key: RegExp): string => fetch(key.exec(config)?.[1] ?? "config.txt names none");
  return [
    ...["-machine", "raspi3b", "-display", "none", "-monitor", "none", "-no-reboot"],
    // A nanosecond of the machine for each instruction: its limits of time do not depend on the speed of this one.
    ...["-icount", "shift=0", "-accel", "tcg,tb-size=1024"],
    ...["-kernel", named(/^kernel=(.+)$/m), "-initrd", named(/^initramfs (\S+)/m)],
    ...["-dtb", fetch("bcm2837-rpi-3-b.dtb")],
    // The serial line on the pins is the shell's, which systemd has for people who want one.
    ...["-append", `console=ttyS1,115200 ${card.read("cmdline.txt").trim()} systemd.debug_shell=ttyS1`],
    ...["-drive", `if=sd,format=raw,file=${image}`],
    ...["-serial", "null", "-chardev", "stdio,id=line,signal=off", "-serial", "chardev:line"],
  ];
}
