import { statfs } from "node:fs/promises";

/** How much room the card has left, as the dialogue tells it. */
export type CardSpace = "plenty" | "low" | "full";

export interface CardLimits {
  /** Below this the operator is warned, in megabytes (10^6 bytes). */
  readonly warnMegabytes: number;
  /** Below this new records are refused; the stick still works. */
  readonly refuseMegabytes: number;
}

/** Free megabytes of the file system that holds `directory`; throws when it cannot be asked. */
export async function freeMegabytes(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return (bavail * bsize) / 1e6;
}

/** Judges free space by the limits. */
export function cardSpaceOf(free: number, { warnMegabytes, refuseMegabytes }: CardLimits): CardSpace {
  if (free < refuseMegabytes) return "full";
  return free < warnMegabytes ? "low" : "plenty";
}
