import { type BackoffOptions, backoffDelays, standardBackoff } from "./backoff.js";
import { type Clock, sleep } from "./clock.js";
import { createRestartBudget, type RestartBudgetOptions, standardRestartBudget } from "./restart-budget.js";
import type { Result } from "./result.js";
import { within } from "./within.js";

/** Keeps something running that ends now and then: starts it again after a pause, as long as its budget lasts. */
export interface Supervisor<Reason> {
  /** Called once. */
  start(): void;
  health(): SupervisorHealth<Reason>;
  /** Stops it for good; resolves when it has ended or its limits are over. */
  stop(): Promise<void>;
}

export interface SupervisorHealth<Reason> {
  readonly state: "idle" | "starting" | "running" | "waiting" | "stopped";
  readonly restarts: number;
  /** Why it ended or did not start the last time. */
  readonly lastReason?: Reason;
  /** While waiting: how long, and whether it waits for the budget (it flaps) or only for the pause. */
  readonly waitMs?: number;
  readonly budgetEmpty?: boolean;
}

/** One life of the supervised thing. */
export interface SupervisedRun<Reason> {
  /** Resolves when it has ended by itself, or was stopped; never rejects. */
  readonly ended: Promise<Reason>;
  stop(): Promise<void>;
}

export interface SupervisorOptions<Reason> {
  readonly clock: Clock;
  readonly random: () => number;
  readonly name: string;
  /** Begins a life. A `Result` that is not ok counts as a life that ended at once; a throw is a bug and passes on. */
  readonly begin: (signal: AbortSignal) => Promise<Result<SupervisedRun<Reason>, Reason>>;
  /** The reason that is noted when `begin` does not come back in time. */
  readonly tooSlow: Reason;
  readonly onHealth?: (health: SupervisorHealth<Reason>) => void;
  readonly beginLimitMs?: number;
  readonly stopLimitMs?: number;
  /** A life this long was a good one: the pauses begin small again. */
  readonly stableAfterMs?: number;
  readonly backoff?: BackoffOptions;
  readonly budget?: RestartBudgetOptions;
}

/** Builds a supervisor; an empty budget makes it wait for the refill, it never gives up for good. */
export function createSupervisor<Reason>(options: SupervisorOptions<Reason>): Supervisor<Reason> {
  const { clock, random, name, begin, tooSlow, onHealth = () => undefined } = options;
  const { beginLimitMs = 10_000, stopLimitMs = 2_000, stableAfterMs = 30_000 } = options;
  const { backoff = standardBackoff, budget: budgetOptions = standardRestartBudget } = options;
  const budget = createRestartBudget(clock, budgetOptions);
  const stopping = new AbortController();
  let health: SupervisorHealth<Reason> = { state: "idle", restarts: 0 };
  let life: Promise<void> | undefined;

  /** What lasts over states is kept, what belongs to the last state (its wait) is not. */
  function enter(change: Partial<SupervisorHealth<Reason>> & Pick<SupervisorHealth<Reason>, "state">): void {
    const { restarts, lastReason } = health;
    health = { restarts, ...(lastReason === undefined ? {} : { lastReason }), ...change };
    onHealth(health);
  }

  /** One life from start to end; gives its reason, and how long it ran. */
  async function live(): Promise<{ readonly reason: Reason; readonly ranMs: number }> {
    enter({ state: "starting" });
    const abort = new AbortController();
    const onStop = (): void => abort.abort();
    stopping.signal.addEventListener("abort", onStop, { once: true });
    const beginning = begin(abort.signal);
    const begun = await within(clock, `begin ${name}`, beginLimitMs, beginning);
    stopping.signal.removeEventListener("abort", onStop);
    if (begun.kind === "late") {
      abort.abort();
      // It may come back after all: then nobody wants it any more.
      void beginning.then((late) => (late.ok ? late.value.stop() : undefined)).catch(() => undefined);
      return { reason: tooSlow, ranMs: 0 };
    }
    if (!begun.value.ok) return { reason: begun.value.error, ranMs: 0 };
    const run = begun.value.value;
    const fromMs = clock.monotonicMs();
    if (!isStopping()) enter({ state: "running" });
    const end = await endOf(run);
    if (end !== "stop") return { reason: end.reason, ranMs: clock.monotonicMs() - fromMs };
    await within(clock, `stop ${name}`, stopLimitMs, run.stop()).catch(() => undefined);
    return { reason: tooSlow, ranMs: clock.monotonicMs() - fromMs };
  }

  /** Not a race with one promise of the stop: that would keep something of every life until then. */
  async function endOf(run: SupervisedRun<Reason>): Promise<{ readonly reason: Reason } | "stop"> {
    return new Promise((resolve) => {
      const onStop = (): void => resolve("stop");
      if (isStopping()) onStop();
      else stopping.signal.addEventListener("abort", onStop, { once: true });
      void run.ended.then((reason) => {
        stopping.signal.removeEventListener("abort", onStop);
        resolve({ reason });
      });
    });
  }

  async function loop(): Promise<void> {
    let pauses = backoffDelays(backoff, random);
    while (!isStopping()) {
      const { reason, ranMs } = await live();
      if (isStopping()) break;
      if (ranMs >= stableAfterMs) pauses = backoffDelays(backoff, random);
      const refillMs = budget.msUntilNext();
      const waitMs = Math.max(pauses.next().value, refillMs);
      enter({ state: "waiting", lastReason: reason, waitMs, budgetEmpty: refillMs > 0 });
      await sleep(clock, `restart ${name}`, waitMs, stopping.signal);
      budget.take();
      enter({ state: "waiting", waitMs: 0, restarts: health.restarts + 1 });
    }
    enter({ state: "stopped" });
  }

  const isStopping = (): boolean => stopping.signal.aborted;

  return {
    start() {
      life ??= loop();
    },
    health: () => health,
    async stop() {
      stopping.abort();
      await life;
    },
  };
}
