import type { Gpio } from "onoff";
import { messageOf } from "../runtime/assert.js";
import { type BackoffOptions, backoffDelays } from "../runtime/backoff.js";
import type { Clock, Timer } from "../runtime/clock.js";
import type { Result } from "../runtime/result.js";
import type { LineError } from "./gpio-line.js";

/** What button and lamp need of a line; `onoff` gives it. */
export type Line = Pick<Gpio, "watch" | "readSync" | "writeSync" | "unexport">;

/** A line of the header that may come late and go: udev permits it a while after the boot, a chip may appear later. */
export interface HeldLine {
  /** Undefined while it is not there. */
  line(): Line | undefined;
  /** It has failed in use: it is opened anew. */
  lose(detail: string): void;
  close(): void;
}

export interface HeldLineDeps {
  readonly clock: Clock;
  /** 0 ≤ x < 1, for the backoff. */
  readonly random: () => number;
  readonly open: () => Result<Line, LineError>;
  /** What it throws counts as a failure of the line. */
  readonly onOpen: (line: Line) => void;
  /** Once each time that it is gone, with what to do. */
  readonly onFault: (detail: string) => void;
}

/** The first retry comes when udev has usually done its work. */
const backoff: BackoffOptions = { firstMs: 250, factor: 2, limitMs: 5_000, jitter: 0.2 };

/** What may pass by itself is told when it has not within so many milliseconds. */
const patienceMs = 2_000;

/** Opens the line at once, and again for as long as it takes. */
export function holdLine({ clock, random, open, onOpen, onFault }: HeldLineDeps): HeldLine {
  let line: Line | undefined;
  let timer: Timer | undefined;
  let delays = backoffDelays(backoff, random);
  let isTold = false;
  let goneSinceMs = clock.monotonicMs();
  let closed = false;

  function attempt(): void {
    const opened = open();
    if (!opened.ok) {
      retry(opened.error);
      return;
    }
    line = opened.value;
    try {
      onOpen(line);
    } catch (thrown) {
      drop();
      retry({ detail: messageOf(thrown), mayPass: false });
      return;
    }
    isTold = false;
    delays = backoffDelays(backoff, random);
  }

  function retry({ detail, mayPass }: LineError): void {
    // Set up before anybody is told: whoever hears of it may close it.
    timer = clock.startTimer("open a GPIO line", delays.next().value, attempt);
    if (isTold || (mayPass && clock.monotonicMs() - goneSinceMs < patienceMs)) return;
    isTold = true;
    onFault(detail);
  }

  function drop(): void {
    const gone = line;
    line = undefined;
    try {
      gone?.unexport();
    } catch {
      // A chip that is gone took its lines along.
    }
  }

  attempt();

  return {
    line: () => line,
    lose(detail) {
      if (closed || line === undefined) return;
      drop();
      goneSinceMs = clock.monotonicMs();
      retry({ detail, mayPass: false });
    },
    close() {
      closed = true;
      timer?.cancel();
      drop();
    },
  };
}
