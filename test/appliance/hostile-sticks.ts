import { basename } from "node:path";
import { makeZip, workbookParts } from "../stick/make-zip.js";
import type { KernelMachine } from "./kernel-machine.js";
import { makeStick, putOnStick, type StickFormat } from "./stick-images.js";

/** A stick with a plan that must be refused; what it is completes the sentence "a plan that …". */
interface HostileStick {
  readonly what: string;
  readonly format: StickFormat;
  make(image: string, machine: KernelMachine): Promise<void>;
}

/** A plan in a place where only a link can reach it; it would be taken over. */
const secret = "/var/lib/voicegauge/plan-of-another.csv";

export const hostileSticks: readonly HostileStick[] = [
  {
    what: "unpacks to 200 megabytes and says that it is small",
    format: "vfat",
    make(image) {
      makeStick(image, "vfat");
      const parts = workbookParts("0".repeat(200 * 1024 * 1024));
      const lying = parts.map((part) => ({ ...part, claimedSize: Math.min(part.content.length, 9_000) }));
      putOnStick(image, "plan.xlsx", makeZip(lying));
      return Promise.resolve();
    },
  },
  {
    what: "is a link to a plan on the machine, among ten thousand files, one endless and one with two lines in its name",
    format: "ntfs",
    async make(image, machine) {
      const text = "序号,名称,标称,上偏差,下偏差,单位\\n1,外径,50,0.2,-0.2,mm\\n";
      await machine.run(`printf '${text}' > ${secret} && chown voicegauge ${secret}`);
      const files = `for i in {1..10000}; do : > "$i"; done; : > $'a\nb'; truncate -s 1T film`;
      await fill(image, machine, `ln -s ${secret} plan.csv && { ${files}; }`);
    },
  },
];

/** By the machine's own kernel: what mtools cannot write. */
async function fill(image: string, machine: KernelMachine, commands: string): Promise<void> {
  makeStick(image, "ntfs");
  await machine.run(
    `mkdir -p /mnt/stick && mount -t ntfs3 -o loop,sparse /mnt/host/${basename(image)} /mnt/stick && cd /mnt/stick && { ${commands}; }; status=$?; cd /; umount /mnt/stick && exit $status`,
    90_000,
  );
}
