import { messageOf } from "./assert.js";
import type { Clock } from "./clock.js";
import { within } from "./within.js";

/** Owns what must be closed, and closes it in the reverse order, each with a time limit of its own. */
export interface ResourceStack {
  /** Takes a resource that has a `close` and gives it back. */
  own<T extends Closable>(name: string, resource: T): T;
  /** Takes anything else that must be undone. */
  defer(name: string, close: () => Promise<void> | void): void;
  /**
   * Hands everything over to a new stack and leaves this one empty: while something is being built its parts belong to
   * the builder, who closes them when it fails; a finished thing takes them along.
   */
  move(): ResourceStack;
  /** Closes all, never throws; the second call gives the same report. `limitMs` is for each one. */
  closeAll(limitMs: number): Promise<readonly CloseReport[]>;
}

export interface Closable {
  close(): Promise<void> | void;
}

export interface CloseReport {
  readonly name: string;
  readonly outcome: "closed" | "late" | "failed";
  readonly tookMs: number;
  /** What it failed with. */
  readonly detail?: string;
}

/** Builds an empty stack; `onReport` hears of each one as it is closed. */
export function createResourceStack(
  clock: Clock,
  onReport: (report: CloseReport) => void = () => undefined,
): ResourceStack {
  return stackOf(clock, onReport, []);
}

interface Owned {
  readonly name: string;
  readonly close: () => Promise<void> | void;
}

function stackOf(clock: Clock, onReport: (report: CloseReport) => void, owned: Owned[]): ResourceStack {
  let closing: Promise<readonly CloseReport[]> | undefined;

  function push(name: string, close: () => Promise<void> | void): void {
    if (closing !== undefined) throw new Error(`${name} was given to a resource stack that is closed`);
    owned.push({ name, close });
  }

  async function closeOne({ name, close }: Owned, limitMs: number): Promise<CloseReport> {
    const fromMs = clock.monotonicMs();
    const took = (): number => clock.monotonicMs() - fromMs;
    try {
      const outcome = await within(clock, `close ${name}`, limitMs, Promise.resolve(close()));
      return { name, outcome: outcome.kind === "settled" ? "closed" : "late", tookMs: took() };
    } catch (thrown) {
      return { name, outcome: "failed", tookMs: took(), detail: messageOf(thrown) };
    }
  }

  async function closeEach(limitMs: number): Promise<readonly CloseReport[]> {
    const reports: CloseReport[] = [];
    for (let next = owned.pop(); next !== undefined; next = owned.pop()) {
      const report = await closeOne(next, limitMs);
      reports.push(report);
      onReport(report);
    }
    return reports;
  }

  return {
    own(name, resource) {
      push(name, () => resource.close());
      return resource;
    },
    defer: push,
    move: () => stackOf(clock, onReport, owned.splice(0)),
    closeAll(limitMs) {
      closing ??= closeEach(limitMs);
      return closing;
    },
  };
}
