import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { arch, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../src/runtime/compiled-module.js";
import { faultLabels } from "../../src/wording/labels.js";
import { type KernelMachine, whyNoKernelMachine } from "../appliance/kernel-machine.js";
import { mustRun, run } from "./bundle-bench.js";
import {
  losePartition,
  machineWithCard,
  openBootPartition,
  overwriteBeginning,
  type Partition,
  partitionsOf,
} from "./card.js";

const program = join(packageRoot(), "scripts", "image");
const noImage =
  process.getuid?.() !== 0
    ? "only root can make one"
    : arch() === "x64"
      ? undefined
      : "this machine's processor is not amd64";
const noMachine = noImage ?? whyNoKernelMachine();
if (noImage !== undefined) console.warn(`skipped: no image of a card is made: ${noImage}`);
else if (noMachine !== undefined) console.warn(`skipped: the image of a card is not started: ${noMachine}`);

const cardBytes = 4e9;
const startLimitMs = 240_000;

test("wrong usage is told, and nothing is made", () => {
  expect(run(program, "--help").stdout).toContain("Not for a Pi 5");
  expect(run(program, "--arch", "armhf")).toMatchObject({ status: 2, stdout: "" });
  expect(run(program, "-o")).toMatchObject({ status: 2, stdout: "" });
});

describe.skipIf(noImage !== undefined)("the image of a card", () => {
  const folder = mkdtempSync(join(tmpdir(), "voicegauge-image-"));
  const image = join(folder, "card.img");

  beforeAll(() => {
    const made = spawnSync(program, ["--arch", "amd64", "-o", image], { encoding: "utf8", timeout: 600_000 });
    expect(made, made.stderr).toMatchObject({ status: 0, stdout: `${image}\n` });
  }, 610_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }), 60_000);

  /** A Linux partition by its number, as e2fsprogs take it. */
  const partition = (number: number) => `${image}?offset=${partitionsOf(image)[number - 1]?.start ?? 0}`;
  const onRoot = (request: string) => mustRun("debugfs", "-R", request, partition(2));

  test("has a FAT partition for people and two whole Linux partitions, without a hole or an overlap", () => {
    const partitions = partitionsOf(image);
    expect(partitions.map(({ type }) => type)).toEqual(["c", "83", "83"]);
    const [boot, root, data] = partitions;
    expect(root?.start).toBe((boot?.start ?? 0) + (boot?.size ?? 0));
    expect(data?.start).toBe((root?.start ?? 0) + (root?.size ?? 0));
    for (const number of [2, 3]) mustRun("e2fsck", "-fn", partition(number));
    expect(mustRun("dumpe2fs", "-h", partition(3))).toMatch(/volume name: +VGDATA[^]*has_journal/);
  });

  test("brings the settings, and how to change them, as Notepad likes it", () => {
    const boot = openBootPartition(image);
    expect(boot.names()).toEqual(expect.arrayContaining(["README.txt", "cmdline.txt", "voicegauge.txt"]));
    for (const name of ["README.txt", "voicegauge.txt"]) {
      const text = boot.read(name);
      expect(text.startsWith("\uFEFF")).toBe(true);
      expect(text).toMatch(/^[^\n]+(?<=\r)\n/);
      expect(text).not.toMatch(/[^\r]\n/);
    }
    expect(boot.read("README.txt")).toMatch(/记事本[^]*Notepad/);
    const set = boot
      .read("voicegauge.txt")
      .replace("\uFEFF", "")
      .split("\r\n")
      .filter((line) => /^[^#[]/.test(line));
    expect(set).toEqual([]);
    expect(boot.read("cmdline.txt")).toMatch(/^[^\n]* ro [^\n]*\n$/);
  });

  test("holds what scripts/install installs, and nobody who could log in", () => {
    expect(onRoot("stat /etc/voicegauge/config.toml")).toContain('"/boot/firmware/voicegauge.txt"');
    expect(onRoot("stat /etc/systemd/system/multi-user.target.wants/voicegauge.service")).toContain(
      '"/etc/systemd/system/voicegauge.service"',
    );
    const product = onRoot("ls -p /opt/voicegauge");
    for (const name of ["bin", "dist", "models", "node", "node_modules"])
      expect(product).toContain(`/${name}/`);
    expect(onRoot("cat /etc/passwd")).toMatch(/^voicegauge:/m);
    for (const line of onRoot("cat /etc/shadow").trim().split("\n")) expect(line).toMatch(/^[^:]+:[!*]+:/);
    expect(onRoot("ls -p /var")).not.toContain("lib");
  });

  describe.skipIf(noMachine !== undefined)("in a machine", () => {
    let machine: KernelMachine;
    let lost: Partition | undefined;
    beforeAll(() => {
      machine = machineWithCard(image, cardBytes);
    }, 60_000);
    afterAll(() => machine.destroy(), 60_000);

    /** Boots; what the service said since then begins at the returned place of the journal. */
    async function start(): Promise<number> {
      const from = machine.journal.length;
      await machine.boot();
      return from;
    }
    const isReady = ({ text }: { readonly text: string }) => text.startsWith("Started voicegauge.service");
    const value = async (command: string) => (await machine.run(command)).trim();

    test("the first start gives the data partition the whole card, and the recorder is ready", {
      timeout: startLimitMs * 2,
    }, async () => {
      const from = await start();
      await machine.waitFor("ready recorder", from, isReady, startLimitMs);
      expect(await value("systemctl --failed --no-legend --plain")).toBe("");
      expect(Number(await value("df --output=size -B1 /var | tail -n 1"))).toBeGreaterThan(
        (cardBytes - (partitionsOf(image)[2]?.start ?? 0)) * 0.95,
      );
      expect(await value("findmnt -no OPTIONS /")).toMatch(/^ro,/);
      expect(await machine.attempt("touch /etc/hostname")).not.toMatchObject({ status: 0 });
      const boot = (await value("findmnt -no OPTIONS /boot/firmware")).split(",");
      expect(boot).toEqual(expect.arrayContaining(["ro", "nosuid", "nodev", "noexec"]));
      await machine.run("echo kept >/var/lib/voicegauge/kept && sync -f /var/lib/voicegauge/kept");
    });

    test("after a power cut it starts with all data, and by the settings that Notepad wrote", {
      timeout: startLimitMs * 2,
    }, async () => {
      const firstId = await value("cat /etc/machine-id");
      await machine.cutPower();
      openBootPartition(image).write(
        "voicegauge.txt",
        '\uFEFF[device]\r\nname = "三号台"  \r\n\r\n[audio]\r\nspeaker = "plughw:CARD=Elsewhere" \t\r\n',
      );
      const from = await start();
      await machine.waitFor("ready recorder", from, isReady, startLimitMs);
      // There is no such card, and the recorder tries to speak through it.
      await machine.waitFor(
        "sound for the card",
        from,
        ({ text }) => text.includes("CARD=Elsewhere"),
        startLimitMs,
      );
      expect(await value("voicegauge run --print-config")).toContain('name = "三号台"');
      expect(await value("cat /var/lib/voicegauge/kept")).toBe("kept");
      expect(await value("cat /etc/machine-id")).toBe(firstId);
      const starts = (await value("journalctl --list-boots --no-pager")).split("\n");
      expect(starts.filter((line) => /^ *(?:-1|0) /.test(line))).toHaveLength(2);
      expect(await value("systemctl --failed --no-legend --plain")).toBe("");
    });

    test("when the beginning of its data partition was overwritten, it says that the records are gone, and goes on", {
      timeout: startLimitMs * 2,
    }, async () => {
      await machine.cutPower();
      overwriteBeginning(image, 3, 16 * 1024 * 1024);
      // Where somebody could hear it.
      openBootPartition(image).write(
        "voicegauge.txt",
        '[audio]\r\nspeaker = "plughw:CARD=Speaker,DEV=0"\r\n',
      );
      const from = await start();
      await machine.waitFor("ready recorder", from, isReady, startLimitMs);
      const words = faultLabels.records_lost.zh;
      await machine.waitFor(
        "words that were spoken to their end",
        from,
        ({ topic, event }) =>
          topic === "speech" && event?.["kind"] === "completed" && event["text"] === words,
        startLimitMs,
      );
      expect(await value("ls /var/lib/voicegauge")).not.toContain("kept");
      expect(await value("systemctl --failed --no-legend --plain")).toBe("");
      expect(await value("voicegauge doctor || true")).toMatch(/^✘ records .*→ /m);
      const status = await value("systemctl show -P StatusText voicegauge");
      expect(status).toContain("records_lost");
      expect(status).not.toContain("store_unusable");
    });

    test("without its data partition it takes no record, says so, and waits", {
      timeout: startLimitMs * 2,
    }, async () => {
      await machine.cutPower();
      lost = partitionsOf(image)[2];
      losePartition(image, 3);
      const from = await start();
      await machine.waitFor(
        "word of the partition",
        from,
        ({ text }) => text.includes("the data partition (/var) cannot be used"),
        startLimitMs,
      );
      await machine.waitFor("word of the card", from, ({ text }) => /✘ card/.test(text), startLimitMs);
      expect(await value("systemctl show -p ActiveState -p NRestarts voicegauge")).toBe(
        "NRestarts=0\nActiveState=inactive",
      );
    });

    test("it begins to work when the partition is there after all", {
      timeout: startLimitMs,
    }, async () => {
      const from = machine.journal.length;
      const place = `${(lost?.start ?? 0) / 512}, +, 83`;
      await machine.run(
        `echo "${place}" | sfdisk --no-reread --no-tell-kernel --append /dev/ubda && partx --add --nr 3 /dev/ubda`,
      );
      // What it would do itself within a minute.
      await machine.run("systemctl restart --no-block data-partition-missing");
      await machine.waitFor("ready recorder", from, isReady, startLimitMs);
      expect(await value("findmnt -no SOURCE /var")).toBe("/dev/ubda3");
    });
  });
});
