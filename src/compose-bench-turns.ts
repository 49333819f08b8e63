import { join } from "node:path";
import type { Pcm } from "./audio/pcm.js";
import { composeDevice } from "./compose.js";
import { type Figure, figure } from "./compose-bench-figures.js";
import { composeScriptedButton, systemClock } from "./compose-parts.js";
import { createGestureDriver } from "./panel/gesture-driver.js";
import { sleep } from "./runtime/clock.js";
import type { Configuration } from "./service/configuration.js";

/** Whole turns with the whole device, from the press to the answer, each `count` times with the words of `sound`. */
export async function* measureTurns(
  configuration: Configuration,
  folder: string,
  sound: Pcm,
  count: number,
): AsyncGenerator<Figure> {
  const times = new Map<string, number>();
  const mark = (name: string): void => {
    times.set(name, systemClock.monotonicMs());
  };
  const startedMs = systemClock.monotonicMs();
  const composed = await composeDevice({
    // Every turn takes the whole way to a stored record, however sure the recogniser is of espeak-ng's voice.
    configuration: { ...configuration, recognition: { ...configuration.recognition, sure: 0, unsure: 0 } },
    sound: { kind: "files", speakerPath: join(folder, "bench.wav") },
    stateDirectory: join(folder, "turns"),
    stick: { kind: "folder", directory: join(folder, "no-stick") },
    onHalt: () => undefined,
    onStep({ event }) {
      if (event.kind === "gate_opened") mark("gate");
      if (event.kind === "endpoint") mark("endpoint");
      if (event.kind === "transcribed") mark("transcribed");
      if (event.kind === "committed") mark("committed");
    },
  });
  if (!composed.ok) return;
  const { appliance, fileMicrophone, shutdown, bus } = composed.value;
  await composed.value.start();
  yield figure("cold start to ready", [systemClock.monotonicMs() - startedMs], "ms");
  bus.subscribe("bench", ["speech"], ({ event }) => {
    if (event.kind === "started") mark("speech");
  });
  const button = composeScriptedButton();
  const gestures = createGestureDriver({ button, clock: systemClock });
  gestures.start(appliance.gesture, () => undefined);
  const parts: Record<string, number[]> = {};
  const note = (name: string, from: string, to: string): void => {
    const [begin, end] = [times.get(from), times.get(to)];
    if (begin !== undefined && end !== undefined && end >= begin)
      parts[name] = [...(parts[name] ?? []), end - begin];
  };
  for (let n = 0; n < count && fileMicrophone !== undefined; n += 1) {
    await until(() => appliance.state().talk.kind === "ready");
    // The same words sooner after the read-back would be taken for the device's own voice.
    await sleep(systemClock, "between two turns", 1_600);
    times.clear();
    mark("press");
    button.press();
    await sleep(systemClock, "finger", 90);
    button.release();
    await until(() => times.has("gate"));
    await fileMicrophone.say(sound).ended;
    mark("speech end");
    await until(() => times.has("speech") || appliance.state().talk.kind === "ready");
    note("press → gate open", "press", "gate");
    note("end of speech → first sample of the answer", "speech end", "speech");
    note("  of it: endpoint wait", "speech end", "endpoint");
    note("  of it: decode of the rest", "endpoint", "transcribed");
    note("  of it: parse and commit", "transcribed", "committed");
    note("  of it: synthesis and player start", "committed", "speech");
    await until(() => appliance.state().talk.kind === "ready" || appliance.state().talk.kind === "asking");
    if (appliance.state().talk.kind === "asking") appliance.gesture({ kind: "tap" });
  }
  await gestures.close();
  await shutdown.begin("the bench is done");
  for (const [name, values] of Object.entries(parts)) yield figure(name, values, "ms");
}

async function until(seen: () => boolean): Promise<void> {
  for (let waited = 0; waited < 20_000 && !seen(); waited += 5) await sleep(systemClock, "bench waits", 5);
}
