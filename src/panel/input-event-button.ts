import { createReadStream, type ReadStream } from "node:fs";
import type { Clock, Timer } from "../runtime/clock.js";
import type { Button } from "./button.js";

export interface InputEventButtonOptions {
  /** Below /dev/input, best by its id. */
  readonly device: string;
  /** Key codes that are the button; any key when empty. */
  readonly keys: readonly number[];
}

/** `struct input_event` on a 64-bit kernel: time 16 bytes, type, code, value (Linux, Documentation/input/input.rst). */
const eventBytes = 24;
const keyEvent = 1;
const keyUp = 0;
const keyDown = 1;

/** A pedal or presenter that was pulled is looked for this often, in milliseconds. */
const reopenMs = 1_000;

/** A USB pedal, a presenter, or a `gpio-key` overlay as the button. It may be pulled and plugged in again. */
export function createInputEventButton(clock: Clock, { device, keys }: InputEventButtonOptions): Button {
  let stream: ReadStream | undefined;
  let timer: Timer | undefined;
  let closed = false;
  let told = false;

  function open(onEdge: Parameters<Button["start"]>[0], onFault: Parameters<Button["start"]>[1]): void {
    let rest = Buffer.alloc(0);
    const opened = createReadStream(device, { highWaterMark: eventBytes * 16 });
    stream = opened;
    opened.on("data", (chunk) => {
      rest = Buffer.concat([rest, Buffer.from(chunk)]);
      for (; rest.length >= eventBytes; rest = rest.subarray(eventBytes)) {
        const code = rest.readUInt16LE(18);
        const value = rest.readInt32LE(20);
        const isOurs = rest.readUInt16LE(16) === keyEvent && (keys.length === 0 || keys.includes(code));
        // A key that is held repeats itself with another value.
        if (isOurs && (value === keyDown || value === keyUp)) {
          onEdge({ pressed: value === keyDown, atMs: clock.monotonicMs() });
        }
      }
    });
    opened.on("open", () => {
      told = false;
    });
    opened.on("error", (error) => {
      if (!told) onFault(`${device}: ${error.message}`);
      told = true;
    });
    opened.on("close", () => {
      if (closed) return;
      // Whatever was pressed is no longer: a pedal that is pulled must not stay down for ever.
      onEdge({ pressed: false, atMs: clock.monotonicMs() });
      timer = clock.startTimer("look for the pedal", reopenMs, () => open(onEdge, onFault));
    });
  }

  return {
    start: open,
    close() {
      closed = true;
      timer?.cancel();
      stream?.destroy();
      return Promise.resolve();
    },
  };
}
