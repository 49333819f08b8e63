import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { writeDurably } from "../runtime/durable-file.js";

/** What each stick has got, so that only days that changed are written again. Kept on the card. */
export interface Deliveries {
  /** The state of a day as this stick has it. */
  digestOf(stickId: string, name: string): string | undefined;
  /** Whether the stick has got any day whose name begins so. */
  hasAny(stickId: string, start: string): boolean;
  note(stickId: string, name: string, digest: string): void;
  /** Puts what was noted on the card. A failure costs no more than files that are written twice. */
  save(): Promise<void>;
}

/** Sticks that are remembered; the one that was not seen for longest is forgotten first. */
const mostSticks = 50;
const fileName = "deliveries.json";

const schema = v.object({
  version: v.literal(1),
  sticks: v.record(v.string(), v.record(v.string(), v.string())),
});

/** Reads the deliveries of a folder; a missing or damaged file means that nothing is known. */
export async function openDeliveries(directory: string): Promise<Deliveries> {
  const path = join(directory, fileName);
  const sticks = new Map(
    Object.entries(await read(path)).map(([id, days]) => [id, new Map(Object.entries(days))]),
  );
  let changed = false;
  return {
    digestOf: (stickId, name) => sticks.get(stickId)?.get(name),
    hasAny: (stickId, start) =>
      [...(sticks.get(stickId)?.keys() ?? [])].some((name) => name.startsWith(start)),
    note(stickId, name, digest) {
      const days = sticks.get(stickId) ?? new Map<string, string>();
      days.set(name, digest);
      sticks.delete(stickId);
      sticks.set(stickId, days);
      changed = true;
    },
    async save() {
      if (!changed) return;
      const kept = [...sticks]
        .slice(-mostSticks)
        .map(([id, days]) => [id, Object.fromEntries(days)] as const);
      await mkdir(directory, { recursive: true });
      const written = await writeDurably(
        path,
        JSON.stringify({ version: 1, sticks: Object.fromEntries(kept) }),
      );
      if (written.ok) changed = false;
    },
  };
}

async function read(path: string): Promise<v.InferOutput<typeof schema>["sticks"]> {
  try {
    return v.parse(schema, JSON.parse(await readFile(path, "utf8"))).sticks;
  } catch {
    return {};
  }
}
