import type { FaultCode } from "../controller/faults.js";
import type { Clock, Timer } from "../runtime/clock.js";
import type { Store } from "../store/store.js";
import type { RunTask } from "./run-task.js";

/** What must be looked at now and then: the room on the card, the board, the clock, a store that has refused. */
export interface Upkeep {
  /** Looks at the card now. Never rejects: a card that cannot be asked is a fault that is told. */
  lookAtSpace(): Promise<void>;
  /** Free room on the card in megabytes at the last look; infinite before the first. */
  freeMegabytes(): number;
  /** Begins to look, every 30 s. */
  start(): void;
  close(): void;
}

/** What the appliance is given for it. */
export interface UpkeepParts {
  /** Free room on the card in megabytes; may throw where the card cannot be asked. */
  readonly freeMegabytes: () => Promise<number>;
  readonly cardLimits: { readonly warnMegabytes: number; readonly refuseMegabytes: number };
  readonly clockTrusted: () => boolean;
  /** What the board says of its power and heat. */
  readonly boardHealth: () => Promise<{ readonly undervoltage: boolean; readonly overheating: boolean }>;
  /** What is to be done now and then, while nobody speaks. */
  readonly maintain: (signal: AbortSignal) => Promise<void>;
}

interface UpkeepDeps {
  readonly clock: Clock;
  readonly parts: UpkeepParts;
  readonly store: Pick<Store, "probe">;
  readonly runTask: RunTask;
  readonly setFault: (fault: FaultCode, standing: boolean) => void;
  readonly faults: () => readonly FaultCode[];
  /** Whether nobody speaks. */
  readonly isIdle: () => boolean;
}

const everyMs = 30_000;

/** Builds it; nothing is looked at yet. */
export function createUpkeep(deps: UpkeepDeps): Upkeep {
  const { clock, parts, store, runTask, setFault, faults, isIdle } = deps;
  const { warnMegabytes, refuseMegabytes } = parts.cardLimits;
  let free = Number.POSITIVE_INFINITY;
  let timer: Timer | undefined;

  async function lookAtSpace(): Promise<void> {
    try {
      free = await parts.freeMegabytes();
    } catch {
      // The probe of the next look ends this fault where the card takes changes again.
      setFault("store_unusable", true);
      return;
    }
    const full = free < refuseMegabytes;
    setFault("card_full", full);
    setFault("card_low", !full && free < warnMegabytes);
  }

  async function lookAtBoard(): Promise<void> {
    const { undervoltage, overheating } = await parts.boardHealth();
    setFault("undervoltage", undervoltage);
    setFault("overheating", overheating);
  }

  function start(): void {
    timer = clock.startTimer("upkeep", everyMs, () => {
      // What has refused once must not be refused for ever.
      if (faults().includes("store_unusable") && store.probe().ok) setFault("store_unusable", false);
      runTask("look at the card", lookAtSpace);
      runTask("look at the board", lookAtBoard);
      if (isIdle()) runTask("maintenance", parts.maintain);
      setFault("clock_untrusted", !parts.clockTrusted());
      start();
    });
  }

  return { lookAtSpace, freeMegabytes: () => free, start, close: () => timer?.cancel() };
}
