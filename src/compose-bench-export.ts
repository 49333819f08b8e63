import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Pcm } from "./audio/pcm.js";
import { type Figure, figure, timed } from "./compose-bench-figures.js";
import { between, type Moment, openSeat } from "./compose-bench-seat.js";
import { composeExporter, systemClock } from "./compose-parts.js";
import { composeStore } from "./compose-store.js";
import { sleep } from "./runtime/clock.js";
import type { Configuration } from "./service/configuration.js";
import { backupName } from "./store/backup.js";
import { openDatabase } from "./store/open-database.js";
import { backupFolder, databaseFile } from "./store/recover.js";

/** Turns with an export and without. */
const turnsOfEach = 9;

/** Exports of so many records of a store that has at least one, one after the other, with the memory that each takes. */
export async function* measureExports(
  configuration: Configuration,
  stateDirectory: string,
  sizes: readonly number[],
): AsyncGenerator<Figure> {
  for (const rows of sizes) {
    fillStore(join(stateDirectory, databaseFile), rows);
    const opened = await composeStore(stateDirectory);
    if (!opened.ok) return;
    const { store } = opened.value;
    const { exporter, close } = composeExporter(configuration, store, stateDirectory, "bench");
    const target = join(stateDirectory, `stick-${rows}`);
    await mkdir(target);
    const memory = watchMemory();
    const took = await timed(() =>
      exporter.exportTo({ id: target, directory: target }, new AbortController().signal),
    );
    const peak = await memory.end();
    await close();
    store.close();
    await rm(target, { recursive: true });
    yield figure(`export of ${rows} records, verified`, [took], "ms");
    yield figure(`  peak memory of the process`, [peak / 1e6], "MB");
  }
}

/**
 * Turns with the whole device while its store is exported again and again by the same parts as in the service, alternating
 * with turns while nothing else goes on.
 */
export async function* measureTalkDuringExport(
  configuration: Configuration,
  stateDirectory: string,
  sound: Pcm,
): AsyncGenerator<Figure> {
  const seat = await openSeat({
    configuration,
    stateDirectory,
    speakerPath: join(stateDirectory, "bench.wav"),
    stickDirectory: join(stateDirectory, "no-stick"),
    sound,
  });
  if (seat === undefined) return;
  const { store } = seat.device;
  const rows = store.countRecords();
  // The day's backup, which would come in the middle of it.
  const today = new Date(systemClock.wallMs()).toISOString().slice(0, 10);
  await store.backup(join(stateDirectory, backupFolder, backupName(today)));
  const { exporter, close } = composeExporter(configuration, store, stateDirectory, "bench");
  const idle: ReadonlyMap<Moment, number>[] = [];
  const busy: ReadonlyMap<Moment, number>[] = [];
  let exports = 0;
  let peak = 0;

  async function exportAgain(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const target = join(stateDirectory, `stick-of-turns-${exports}`);
      await mkdir(target);
      const outcome = await exporter.exportTo({ id: target, directory: target }, signal);
      if (outcome.ok) exports += 1;
      await rm(target, { recursive: true });
      if (!outcome.ok && outcome.error.kind !== "aborted") throw new Error(`export: ${outcome.error.kind}`);
    }
  }

  for (let n = 0; n < turnsOfEach; n += 1) {
    idle.push(await seat.turn());
    const enough = new AbortController();
    const memory = watchMemory();
    const exporting = exportAgain(enough.signal);
    busy.push(await seat.turn());
    enough.abort();
    await exporting;
    peak = Math.max(peak, await memory.end());
  }
  await close();
  await seat.close();
  const parts = [
    ["press → gate open", "press", "gate"],
    ["end of speech → first sample of the answer", "speech end", "speech"],
  ] as const;
  yield figure(`export of ${rows} records beside the talk`, [exports], "times");
  for (const [name, from, to] of parts) {
    yield figure(`  ${name}`, between(busy, from, to), "ms", { of: "idle", values: between(idle, from, to) });
  }
  yield figure(`  peak memory of the main process`, [peak / 1e6], "MB");
}

/** Copies the first record until there are so many: by commits a hundred thousand would take minutes. */
function fillStore(path: string, rows: number): void {
  const opened = openDatabase(path, "recent");
  if (!opened.ok) throw new Error(opened.error.detail);
  const database = opened.value;
  const columns = database
    .prepare("SELECT * FROM records")
    .columns()
    .map(({ name }) => name);
  const copies = columns.map((name) => (name === "id" ? "n" : name));
  database.exec(`
    WITH RECURSIVE numbers (n) AS (
      SELECT max(id) + 1 FROM records UNION ALL SELECT n + 1 FROM numbers WHERE n < ${rows}
    )
    INSERT INTO records (${columns.join(", ")})
      SELECT ${copies.join(", ")} FROM records, numbers WHERE id = 1 AND n <= ${rows}`);
  database.close();
}

/** Looks at the memory of this process until the end, which tells the highest that was seen, in bytes. */
function watchMemory(): { end(): Promise<number> } {
  const ending = new AbortController();
  let peak = 0;
  const watching = watch();
  async function watch(): Promise<void> {
    while (!ending.signal.aborted) {
      peak = Math.max(peak, process.memoryUsage.rss());
      await sleep(systemClock, "look at the memory", 20, ending.signal);
    }
  }
  return {
    async end() {
      ending.abort();
      await watching;
      return peak;
    },
  };
}
