import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Machine, makeMachine, whyNoMachine } from "./machine.js";
import { type Person, takeSeat } from "./person.js";
import { openPulseBench } from "./pulse-bench.js";

const reason = whyNoMachine();
if (reason !== undefined) console.warn(`skipped: the machine under systemd is not booted: ${reason}`);

interface StoredRow {
  readonly id: number;
  readonly name?: string;
  readonly value: string;
  readonly status: string;
}

describe.skipIf(reason !== undefined)("a machine under systemd, with a bench's sound and pedal", () => {
  let machine: Machine;
  let person: Person;

  beforeAll(async () => {
    machine = makeMachine();
    await machine.boot();
    person = await takeSeat(machine, await openPulseBench(machine));
    await person.hears(/声测就绪/, 0, 60_000);
  }, 180_000);
  afterAll(async () => {
    await person.leave();
    await machine.destroy();
  }, 60_000);

  const rows = (): readonly StoredRow[] =>
    machine
      .run("voicegauge", "records", "--json", "--state", "/var/lib/voicegauge")
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as StoredRow);
  const mainPid = (): string =>
    machine.run("systemctl", "show", "-p", "MainPID", "--value", "voicegauge").trim();

  test("starts as a hardened service of its own user", () => {
    expect(machine.run("systemctl", "is-active", "voicegauge").trim()).toBe("active");
    expect(machine.run("systemctl", "show", "-p", "User", "--value", "voicegauge").trim()).toBe("voicegauge");
    const security = machine.run("systemd-analyze", "security", "voicegauge", "--no-pager");
    expect(Number(/exposure level[^:]*: ([\d.]+)/.exec(security)?.[1])).toBeLessThanOrEqual(2.5);
    expect(machine.run("stat", "-c", "%U %a", "/var/lib/voicegauge").trim()).toBe("voicegauge 755");
  });

  test("hears a measurement, stores it and says it", { timeout: 120_000 }, async () => {
    const mark = await person.mark();
    const from = machine.journal.length;
    await person.sayAndConfirm("长度一百二十点五毫米");
    await person.hears(/^长度，一百二十点五毫米/, from);
    expect(rows().map(({ name, value, status }) => [name, value, status])).toEqual([
      ["长度", "120.5", "valid"],
    ]);
    expect(await person.understood(mark)).toContain("一百二十点五");
  });

  test("goes on after its recogniser was killed in the middle of a turn", { timeout: 120_000 }, async () => {
    await person.waitForCalm();
    const from = machine.journal.length;
    await person.press(100);
    await machine.waitFor("listening", from, ({ event }) => event?.["to"] === "listening");
    machine.run("pkill", "-KILL", "-f", "recognizer-child");
    await person.hears(/识别器正在恢复/, from);
    await person.hears(/识别器恢复/, from);
    await person.sayAndConfirm("外径五十毫米");
    expect(rows().at(-1)).toMatchObject({ value: "50", status: "valid" });
  });

  test("says that the microphone is gone, and that it is back", { timeout: 120_000 }, async () => {
    await person.waitForCalm();
    const from = machine.journal.length;
    // As with a plug: what records ends, and there is no such device until it is back.
    machine.run("sh", "-c", "sed -i 's/mic.monitor/gone.monitor/' /etc/asound.conf; pkill -KILL -x arecord");
    await machine.waitFor("the fault", from, ({ event }) => event?.["code"] === "microphone_lost", 3_000);
    await person.hears(/麦克风断开/, from);
    machine.run("sed", "-i", "s/gone.monitor/mic.monitor/", "/etc/asound.conf");
    await person.hears(/麦克风恢复/, from, 30_000);
  });

  test("keeps the running configuration when a broken one is reloaded, and says so", {
    timeout: 60_000,
  }, async () => {
    const from = machine.journal.length;
    const file = "/etc/voicegauge/config.toml";
    machine.run(
      "sh",
      "-c",
      `cp ${file} /tmp/good.toml; echo 'volume = 300' > ${file}; systemctl reload voicegauge`,
    );
    await person.hears(/配置/, from);
    machine.run("sh", "-c", `cp /tmp/good.toml ${file}`);
    expect(machine.run("systemctl", "is-active", "voicegauge").trim()).toBe("active");
  });

  test("writes a stick and lets it go", { timeout: 120_000 }, async () => {
    const from = machine.journal.length;
    const mount = "/run/voicegauge/sticks/AAAA-1111";
    machine.run("mkdir", "-m", "0555", mount);
    machine.run(
      "sh",
      "-c",
      `mount -t tmpfs -o uid=$(id -u voicegauge),gid=$(id -g voicegauge),mode=0700,nosuid,nodev,noexec tmpfs ${mount}`,
    );
    await machine.waitFor(
      "the export",
      from,
      ({ topic, event }) => topic === "export" && event?.["kind"] === "started",
    );
    for (let waited = 0; waited < 20_000; waited += 500) {
      if (machine.attempt("test", "-e", "/run/voicegauge/sticks-requests/AAAA-1111").status === 0) break;
      await pause(500);
    }
    const files = machine.run("find", mount, "-type", "f");
    for (const kind of ["xlsx", "csv", "html", "dfq"]) expect(files).toContain(`.${kind}\n`);
    // What root's unit does at the request, without a block device to do it for; the service may take it back first.
    machine.run(
      "sh",
      "-c",
      `umount ${mount} && rmdir ${mount} && rm -f /run/voicegauge/sticks-requests/AAAA-1111`,
    );
    await person.hears(/条记录，可以拔出/, from);
  });

  test("is started again by the watchdog when it hangs, with all its records", {
    timeout: 120_000,
  }, async () => {
    const before = rows();
    const pid = mainPid();
    const from = machine.journal.length;
    machine.run("kill", "-STOP", pid);
    await machine.waitFor("the watchdog", from, ({ text }) => /watchdog timeout/i.test(text), 60_000);
    await person.hears(/声测就绪/, from, 60_000);
    expect(mainPid()).not.toBe(pid);
    expect(rows()).toEqual(before);
  });

  test("stops in order within five seconds while it listens", { timeout: 120_000 }, async () => {
    await person.waitForCalm();
    const from = machine.journal.length;
    await person.press(100);
    await machine.waitFor("listening", from, ({ event }) => event?.["to"] === "listening");
    const begun = Date.now();
    machine.run("systemctl", "stop", "voicegauge");
    expect(Date.now() - begun).toBeLessThan(5_000);
    expect(machine.run("systemctl", "show", "-p", "Result", "--value", "voicegauge").trim()).toBe("success");
    machine.run("systemctl", "start", "voicegauge");
    await person.hears(/声测就绪/, from, 60_000);
  });

  test("has everything that it confirmed after the power was cut", { timeout: 120_000 }, async () => {
    const from = machine.journal.length;
    await person.sayAndConfirm("高度五十五毫米");
    await person.hears(/^高度，五十五毫米/, from);
    await machine.cutPower();
    const journal = machine.journal.length;
    await machine.boot();
    await person.leave();
    person = await takeSeat(machine, await openPulseBench(machine));
    await person.hears(/声测就绪/, journal, 60_000);
    expect(rows().at(-1)).toMatchObject({ name: "高度", value: "55", status: "valid" });
  });

  test("doctor names the part that is missing, and only that", { timeout: 120_000 }, async () => {
    const troubles = (): readonly string[] =>
      machine
        .attempt("voicegauge", "doctor", "--json")
        .output.split("\n")
        .filter((line) => line.startsWith("{"))
        .map((line) => JSON.parse(line) as { readonly part: string; readonly works: boolean })
        .filter(({ works }) => !works)
        .map(({ part }) => part);
    const whole = troubles();
    expect(whole.filter((part) => part !== "clock")).toEqual([]);
    const swap = (from: string, to: string, file: string) => [
      `sed -i 's/${from}/${to}/' ${file}`,
      `sed -i 's/${to}/${from}/' ${file}`,
    ];
    const move = (path: string) => [`mv ${path} ${path}.away`, `mv ${path}.away ${path}`];
    for (const [part, [takeAway = "", putBack = ""]] of [
      ["microphone", swap("mic.monitor", "gone.monitor", "/etc/asound.conf")],
      ["speaker", swap('"speaker"', '"gone"', "/etc/asound.conf")],
      ["button", move("/srv/bench/pedal")],
      ["recogniser", move("/opt/voicegauge/models/vg-zh-compact")],
      ["voice", move("/usr/bin/espeak-ng")],
      ["stick", move("/run/voicegauge/sticks")],
    ] as const) {
      machine.run("sh", "-c", takeAway);
      expect(
        troubles().filter((one) => !whole.includes(one)),
        part,
      ).toEqual([part]);
      machine.run("sh", "-c", putBack);
    }
    expect(troubles()).toEqual(whole);
    const mark = await person.mark();
    machine.attempt("voicegauge", "doctor", "--speak");
    expect(await person.mark()).toBeGreaterThan(mark);
  });

  test("switches the machine off after nine seconds on the pedal", { timeout: 120_000 }, async () => {
    await person.waitForCalm();
    await person.press(9_500);
    expect(await machine.isOffWithin(30_000)).toBe(true);
  });
});
