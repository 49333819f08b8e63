import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../src/runtime/compiled-module.js";
import { openBootPartition, partitionsOf } from "./card.js";
import { type EmulatedPi, makeEmulatedPi, whyNoEmulatedPi } from "./emulated-pi.js";

/** `1` makes the image; a path takes a copy of one that scripts/image has made. */
const asked = process.env["VOICEGAUGE_EMULATED_PI"];
const reason =
  asked === undefined
    ? "it takes some minutes; VOICEGAUGE_EMULATED_PI=1 asks for it (test/appliance/README.md)"
    : process.getuid?.() === 0
      ? whyNoEmulatedPi()
      : "only root can make the image";
if (reason !== undefined)
  console.warn(`skipped: the card for a Raspberry Pi is not started in an emulated one: ${reason}`);

const makeLimitMs = 3_600_000;
const startLimitMs = 1_200_000;

describe.skipIf(reason !== undefined)("the card in an emulated Raspberry Pi 3", () => {
  const folder = mkdtempSync(join(tmpdir(), "voicegauge-pi-card-"));
  const image = join(folder, "card.img");
  let pi: EmulatedPi;

  beforeAll(() => {
    if (asked === undefined || asked === "1") {
      const made = spawnSync(join(packageRoot(), "scripts/image"), ["--arch", "arm64", "-o", image], {
        encoding: "utf8",
        timeout: makeLimitMs,
      });
      expect(made, made.stderr).toMatchObject({ status: 0 });
    } else copyFileSync(asked, image);
    pi = makeEmulatedPi(image);
  }, makeLimitMs);
  afterAll(async () => {
    await pi.destroy();
    rmSync(folder, { recursive: true, force: true });
  }, 120_000);

  const value = async (command: string): Promise<string> => (await pi.run(command)).trim();
  /** The recorder is ready, and nothing of the system has failed. */
  async function start(): Promise<void> {
    await pi.boot();
    await pi.waitFor("systemctl is-active voicegauge", (output) => output === "active\n", startLimitMs);
    await pi.waitFor(
      "systemctl is-system-running",
      (output) => !/starting|initializing/.test(output),
      startLimitMs,
    );
    expect(await value("systemctl --failed --no-legend --plain")).toBe("");
  }

  test("the first start: its own kernel, a root that is not written, data to the end of the card, a recorder that tells what it lacks", {
    timeout: startLimitMs * 2,
  }, async () => {
    await start();
    expect(await value("tr -d '\\0' </proc/device-tree/model")).toBe("Raspberry Pi 3 Model B");
    expect(openBootPartition(image).names()).toContain(`vmlinuz-${await value("uname -r")}`);
    expect(await value("findmnt -no SOURCE,OPTIONS /")).toMatch(/^\/dev\/mmcblk0p2 +ro,/);
    expect(await value("findmnt -no OPTIONS /boot/firmware")).toMatch(/^ro,nosuid,nodev,noexec,/);
    expect(Number(await value("df --output=size -B1 /var | tail -n 1"))).toBeGreaterThan(
      (4 * 1024 ** 3 - (partitionsOf(image)[2]?.start ?? 0)) * 0.95,
    );
    // A Raspberry Pi without a microphone and a speaker.
    const status = await pi.waitFor(
      "systemctl show -P StatusText voicegauge",
      (output) => output.includes("speaker_lost"),
      startLimitMs,
    );
    expect(status).toMatch(/microphone_lost/);
    expect(status).not.toMatch(/store_unusable|recognizer_down|model_unusable|button_missing|records_lost/);
    const parts = await value("voicegauge doctor || true");
    expect(parts).toMatch(/^✘ microphone +no USB device/m);
    // Nothing pulls the pins of this machine up.
    expect(parts).toMatch(/^✘ button +GPIO 17 is down all the time/m);
    expect(await value("ls /sys/class/gpio")).toMatch(/^gpio\d+$/m);
    for (const part of ["recogniser", "voice", "card", "records", "stick"])
      expect(parts).toMatch(new RegExp(`^✔ ${part} `, "m"));
    await pi.run("echo kept >/var/lib/voicegauge/kept && sync -f /var/lib/voicegauge/kept");
  });

  test("after a power cut it starts with all data, and by the settings that Notepad wrote", {
    timeout: startLimitMs * 2,
  }, async () => {
    await pi.cutPower();
    openBootPartition(image).write("voicegauge.txt", '\uFEFF[device]\r\nname = "三号台"\r\n');
    await start();
    expect(await value("voicegauge run --print-config")).toContain('name = "三号台"');
    expect(await value("cat /var/lib/voicegauge/kept")).toBe("kept");
    expect(await value("journalctl --list-boots --no-pager | grep -c '^ *\\(-1\\|0\\) '")).toBe("2");
    expect(await value("systemctl show -P StatusText voicegauge")).not.toContain("configuration_refused");
  });
});
