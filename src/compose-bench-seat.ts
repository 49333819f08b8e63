import type { Pcm } from "./audio/pcm.js";
import { composeDevice, type Device } from "./compose.js";
import { composeScriptedButton, systemClock } from "./compose-parts.js";
import { createGestureDriver } from "./panel/gesture-driver.js";
import { sleep } from "./runtime/clock.js";
import type { Configuration } from "./service/configuration.js";

/** The moments of a turn: the button goes down, the microphone is open, the sentence is over, … the answer begins. */
export type Moment = "press" | "gate" | "speech end" | "endpoint" | "transcribed" | "committed" | "speech";

/** The whole device with somebody before it who presses its button and speaks. */
export interface Seat {
  readonly device: Device;
  /** A turn from the press to the end of the answer. The moments that came, in ms of the monotonic clock. */
  turn(): Promise<ReadonlyMap<Moment, number>>;
  close(): Promise<void>;
}

export interface SeatOptions {
  readonly configuration: Configuration;
  readonly stateDirectory: string;
  /** What the device says is written there. */
  readonly speakerPath: string;
  /** A folder that does not exist: no stick is plugged in. */
  readonly stickDirectory: string;
  /** What is said in each turn. */
  readonly sound: Pcm;
}

/** Starts the device; undefined where it cannot be built. */
export async function openSeat(options: SeatOptions): Promise<Seat | undefined> {
  const { configuration, stateDirectory, speakerPath, stickDirectory, sound } = options;
  const times = new Map<Moment, number>();
  const mark = (moment: Moment): void => {
    times.set(moment, systemClock.monotonicMs());
  };
  const composed = await composeDevice({
    // Every turn takes the whole way to a stored record, however sure the recogniser is of espeak-ng's voice.
    configuration: { ...configuration, recognition: { ...configuration.recognition, sure: 0, unsure: 0 } },
    sound: { kind: "files", speakerPath },
    stateDirectory,
    stick: { kind: "folder", directory: stickDirectory },
    onHalt: () => undefined,
    onStep({ event }) {
      if (event.kind === "gate_opened") mark("gate");
      if (event.kind === "endpoint") mark("endpoint");
      if (event.kind === "transcribed") mark("transcribed");
      if (event.kind === "committed") mark("committed");
    },
  });
  if (!composed.ok) return undefined;
  const device = composed.value;
  const { appliance, bus, fileMicrophone, shutdown } = device;
  await device.start();
  bus.subscribe("bench", ["speech"], ({ event }) => {
    if (event.kind === "started") mark("speech");
  });
  const button = composeScriptedButton();
  const gestures = createGestureDriver({ button, clock: systemClock });
  gestures.start(appliance.gesture, () => undefined);
  const talk = () => appliance.state().talk.kind;

  return {
    device,
    async turn() {
      await until(() => talk() === "ready");
      // The same words sooner after the read-back would be taken for the device's own voice.
      await sleep(systemClock, "between two turns", 1_600);
      times.clear();
      mark("press");
      button.press();
      await sleep(systemClock, "finger", 90);
      button.release();
      await until(() => times.has("gate"));
      await fileMicrophone?.say(sound).ended;
      mark("speech end");
      await until(() => times.has("speech") || talk() === "ready");
      const seen = new Map(times);
      await until(() => talk() === "ready" || talk() === "asking");
      if (talk() === "asking") appliance.gesture({ kind: "tap" });
      return seen;
    },
    async close() {
      await gestures.close();
      await shutdown.begin("the bench is done");
    },
  };
}

/** Milliseconds from one moment of a turn to another, of the turns in which both came in this order. */
export function between(
  turns: readonly ReadonlyMap<Moment, number>[],
  from: Moment,
  to: Moment,
): readonly number[] {
  return turns.flatMap((times) => {
    const [begin, end] = [times.get(from), times.get(to)];
    return begin !== undefined && end !== undefined && end >= begin ? [end - begin] : [];
  });
}

async function until(seen: () => boolean): Promise<void> {
  for (let waited = 0; waited < 20_000 && !seen(); waited += 5) await sleep(systemClock, "bench waits", 5);
}
