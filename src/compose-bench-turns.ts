import { join } from "node:path";
import type { Pcm } from "./audio/pcm.js";
import { type Figure, figure } from "./compose-bench-figures.js";
import { between, type Moment, openSeat } from "./compose-bench-seat.js";
import { systemClock } from "./compose-parts.js";
import type { Configuration } from "./service/configuration.js";

/** Whole turns with the whole device, from the press to the answer, each `count` times with the words of `sound`. */
export async function* measureTurns(
  configuration: Configuration,
  folder: string,
  sound: Pcm,
  count: number,
): AsyncGenerator<Figure> {
  const startedMs = systemClock.monotonicMs();
  const seat = await openSeat({
    configuration,
    stateDirectory: join(folder, "turns"),
    speakerPath: join(folder, "bench.wav"),
    stickDirectory: join(folder, "no-stick"),
    sound,
  });
  if (seat === undefined) return;
  yield figure("cold start to ready", [systemClock.monotonicMs() - startedMs], "ms");
  const turns: ReadonlyMap<Moment, number>[] = [];
  for (let n = 0; n < count; n += 1) turns.push(await seat.turn());
  await seat.close();
  for (const [name, from, to] of parts) {
    const values = between(turns, from, to);
    if (values.length > 0) yield figure(name, values, "ms");
  }
}

const parts: readonly (readonly [string, Moment, Moment])[] = [
  ["press → gate open", "press", "gate"],
  ["end of speech → first sample of the answer", "speech end", "speech"],
  ["  of it: endpoint wait", "speech end", "endpoint"],
  ["  of it: decode of the rest", "endpoint", "transcribed"],
  ["  of it: parse and commit", "transcribed", "committed"],
  ["  of it: synthesis and player start", "committed", "speech"],
];
