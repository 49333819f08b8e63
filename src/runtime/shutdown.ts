import { messageOf } from "./assert.js";
import type { Clock } from "./clock.js";
import { within } from "./within.js";

/** Ends the device in order and in time, whatever hangs. */
export interface Shutdown {
  /** Runs the phases; every further call gives the same report. Never rejects. */
  begin(reason: string): Promise<ShutdownReport>;
  readonly begun: () => boolean;
}

/** One step of the way down; the usual order: stop taking presses, end the turn, flush, close, report. */
export interface ShutdownPhase {
  readonly name: string;
  readonly limitMs: number;
  /** Its signal aborts when its time is over. */
  run(signal: AbortSignal): Promise<void> | void;
}

export interface PhaseReport {
  readonly name: string;
  /** Skipped: nothing was left of the total. */
  readonly outcome: "done" | "late" | "failed" | "skipped";
  readonly tookMs: number;
  readonly detail?: string;
}

export interface ShutdownReport {
  readonly reason: string;
  readonly tookMs: number;
  readonly phases: readonly PhaseReport[];
  /** Every phase was done. */
  readonly clean: boolean;
}

export interface ShutdownDeps {
  readonly clock: Clock;
  readonly phases: readonly ShutdownPhase[];
  /** Limit of all phases together. Default 5 s; systemd kills later than that. */
  readonly totalLimitMs?: number;
  readonly onPhase?: (report: PhaseReport) => void;
}

/** Builds the orchestrator. */
export function createShutdown({
  clock,
  phases,
  totalLimitMs = 5_000,
  onPhase = () => undefined,
}: ShutdownDeps): Shutdown {
  let running: Promise<ShutdownReport> | undefined;

  async function runPhase(phase: ShutdownPhase, leftMs: number): Promise<PhaseReport> {
    const { name, limitMs } = phase;
    const fromMs = clock.monotonicMs();
    if (leftMs <= 0) return { name, outcome: "skipped", tookMs: 0 };
    const abort = new AbortController();
    const tookMs = (): number => clock.monotonicMs() - fromMs;
    try {
      const work = (async () => phase.run(abort.signal))();
      const outcome = await within(clock, `shutdown: ${name}`, Math.min(limitMs, leftMs), work);
      if (outcome.kind === "settled") return { name, outcome: "done", tookMs: tookMs() };
      abort.abort();
      return { name, outcome: "late", tookMs: tookMs() };
    } catch (thrown) {
      return { name, outcome: "failed", tookMs: tookMs(), detail: messageOf(thrown) };
    }
  }

  async function runAll(reason: string): Promise<ShutdownReport> {
    const fromMs = clock.monotonicMs();
    const reports: PhaseReport[] = [];
    for (const phase of phases) {
      const report = await runPhase(phase, totalLimitMs - (clock.monotonicMs() - fromMs));
      reports.push(report);
      onPhase(report);
    }
    const clean = reports.every(({ outcome }) => outcome === "done");
    return { reason, tookMs: clock.monotonicMs() - fromMs, phases: reports, clean };
  }

  return {
    begin(reason) {
      // Begun before the first phase runs: what it stops may ask for the shutdown itself.
      running ??= Promise.resolve().then(() => runAll(reason));
      return running;
    },
    begun: () => running !== undefined,
  };
}

/** The part of `process` that brings signals and ends it. */
export interface SignalSource {
  on(event: "SIGTERM" | "SIGINT", listener: (signal: "SIGTERM" | "SIGINT") => void): unknown;
  off(event: "SIGTERM" | "SIGINT", listener: (signal: "SIGTERM" | "SIGINT") => void): unknown;
  exit(code: number): void;
}

/**
 * The first SIGTERM or SIGINT begins the shutdown, and `onReport` gets its report and ends the process; the second one
 * exits at once. Gives what takes the handlers off.
 */
export function wireSignals(
  process: SignalSource,
  shutdown: Shutdown,
  onReport: (report: ShutdownReport) => void,
): () => void {
  let seen = false;
  const onSignal = (signal: "SIGTERM" | "SIGINT"): void => {
    if (seen) {
      process.exit(signal === "SIGTERM" ? 143 : 130);
      return;
    }
    seen = true;
    void shutdown.begin(signal).then(onReport);
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
  return () => {
    process.off("SIGTERM", onSignal);
    process.off("SIGINT", onSignal);
  };
}
