import { type Child, type ChildExit, startChild } from "../runtime/child.js";
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

/** One that has been read for so long is there: a missing one ends the reader at once. In milliseconds. */
const thereAfterMs = 500;

const stopGraceMs = 300;

/**
 * A USB pedal, a presenter, or a `gpio-key` overlay as the button. It may be pulled and plugged in again.
 *
 * The device is read by `cat`: a read in this process would block a thread of its pool until the next press, and Node
 * waits for that thread when it exits.
 */
export function createInputEventButton(clock: Clock, { device, keys }: InputEventButtonOptions): Button {
  let reader: Child | undefined;
  let timer: Timer | undefined;
  let there: Timer | undefined;
  let closed = false;
  let told = false;

  function open(...[onEdge, onFault, onUsable]: Parameters<Button["start"]>): void {
    const startedMs = clock.monotonicMs();
    let rest = Buffer.alloc(0);

    function take(chunk: Buffer): void {
      rest = Buffer.concat([rest, chunk]);
      for (; rest.length >= eventBytes; rest = rest.subarray(eventBytes)) {
        const code = rest.readUInt16LE(18);
        const value = rest.readInt32LE(20);
        const isOurs = rest.readUInt16LE(16) === keyEvent && (keys.length === 0 || keys.includes(code));
        // A key that is held repeats itself with another value.
        if (isOurs && (value === keyDown || value === keyUp)) {
          onEdge({ pressed: value === keyDown, atMs: clock.monotonicMs() });
        }
      }
    }

    function lose(exit: ChildExit): void {
      there?.cancel();
      if (closed) return;
      // Whatever was pressed is no longer: a pedal that is pulled must not stay down for ever.
      onEdge({ pressed: false, atMs: clock.monotonicMs() });
      // One that was there for a while is news when it goes; one that is looked for in vain is told once.
      if (clock.monotonicMs() - startedMs > reopenMs) told = false;
      const fault = faultOf(device, exit);
      if (fault !== undefined && !told) {
        told = true;
        onFault(fault);
      }
      timer = clock.startTimer("look for the pedal", reopenMs, () => open(onEdge, onFault, onUsable));
    }

    reader = startChild(clock, { program: "cat", args: ["--", device] }, { onStdout: take, onExit: lose });
    there = clock.startTimer("the pedal is there", thereAfterMs, onUsable);
  }

  return {
    start: open,
    async close() {
      closed = true;
      timer?.cancel();
      there?.cancel();
      await reader?.stop(stopGraceMs);
    },
  };
}

/** Undefined when the device only came to its end. */
function faultOf(device: string, exit: ChildExit): string | undefined {
  if (exit.kind !== "exited") return `${device} cannot be read: ${exit.kind}`;
  if (exit.code === 0) return undefined;
  return `${exit.lastLines.at(-1) ?? `${device} cannot be read`}; plug the pedal in, or correct button.device in the configuration`;
}
