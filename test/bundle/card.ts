import {
  closeSync,
  copyFileSync,
  fsyncSync,
  openSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/runtime/compiled-module.js";
import { type KernelMachine, makeKernelMachine } from "../appliance/kernel-machine.js";
import { mustRun } from "./bundle-bench.js";

/** One partition of an image, as sfdisk reads it; in bytes. */
export interface Partition {
  readonly start: number;
  readonly size: number;
  readonly type: string;
}

const sectorBytes = 512;

/** The table of partitions of an image. */
export function partitionsOf(image: string): readonly Partition[] {
  const { partitiontable } = JSON.parse(mustRun("sfdisk", "--json", image)) as {
    partitiontable: { partitions: readonly Partition[] };
  };
  return partitiontable.partitions.map(({ start, size, type }) => ({
    start: start * sectorBytes,
    size: size * sectorBytes,
    type,
  }));
}

/** The FAT partition of an image, as a PC sees it when the card is in its reader. */
export function openBootPartition(image: string) {
  const place = `${image}@@${partitionsOf(image)[0]?.start ?? 0}`;
  return {
    /** As mtools take it. */
    place,
    names: (): readonly string[] =>
      mustRun("mdir", "-b", "-i", place, "::")
        .split("\n")
        .filter(Boolean)
        .map((line) => line.replace("::/", "")),
    read: (name: string): string => mustRun("mcopy", "-i", place, `::${name}`, "-"),
    write(name: string, content: string): void {
      const local = `${image}.edited`;
      writeFileSync(local, content);
      mustRun("mcopy", "-o", "-i", place, local, `::${name}`);
    },
  };
}

/** The units that give the tests a hand in a machine whose disk has nothing of theirs, by systemd's credentials. */
const hand = (folder: string) => `[Unit]
DefaultDependencies=no
After=systemd-journald.service
[Service]
ExecStartPre=mkdir -p /run/host
ExecStartPre=mount -t hostfs none /run/host -o ${folder}
ExecStart=/run/host/agent /dev/ttyS1
`;
const journal = `[Unit]
DefaultDependencies=no
After=systemd-journal-flush.service
[Service]
ExecStartPre=stty -F /dev/ttyS2 raw -echo
ExecStart=journalctl -fb -n all -o cat
StandardOutput=file:/dev/ttyS2
`;

/** A machine with this image as its card, which has so many bytes; what is written, is written to the image. */
export function machineWithCard(image: string, bytes: number): KernelMachine {
  truncateSync(image, bytes);
  const machine = makeKernelMachine({
    file: image,
    commandLine: (folder) => [
      // Its own console is the kernel's.
      ...openBootPartition(image)
        .read("cmdline.txt")
        .trim()
        .split(" ")
        .filter((word) => !word.startsWith("console=")),
      ...Object.entries({ hand: hand(folder), journal }).flatMap(([name, unit]) => [
        `systemd.set_credential_binary=systemd.extra-unit.${name}.service:${Buffer.from(unit).toString("base64")}`,
        `systemd.wants=${name}.service`,
      ]),
    ],
  });
  copyFileSync(join(packageRoot(), "test/appliance/kernel/agent"), join(machine.folder, "agent"));
  return machine;
}

/** A partition is gone from the card's table. */
export function losePartition(image: string, number: number): void {
  mustRun("sfdisk", "--quiet", "--delete", image, String(number));
}

/** Zeros take the place of the first bytes of a partition. */
export function overwriteBeginning(image: string, number: number, bytes: number): void {
  const file = openSync(image, "r+");
  try {
    writeSync(file, Buffer.alloc(bytes), 0, bytes, partitionsOf(image)[number - 1]?.start ?? 0);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
