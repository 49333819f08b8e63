import type { ControllerEvent } from "../controller/events.js";
import type { StickFault } from "../controller/stick-faults.js";
import type { Result } from "../runtime/result.js";
import type { ExportOutcome, MountedStick, StickError, StickExporter, StickWatcher } from "../stick/stick.js";
import type { RunTask } from "./run-task.js";

/** Carries out what the controller orders for sticks. */
export interface StickKeeper {
  start(): void;
  export(stickId: string): void;
  release(stickId: string): void;
  abandon(stickId: string): void;
  close(): Promise<void>;
}

interface StickKeeperDeps {
  readonly watcher: StickWatcher;
  readonly exporter: StickExporter;
  readonly dispatch: (event: ControllerEvent) => void;
  readonly runTask: RunTask;
}

/** Knows the sticks that are plugged in by their ids; the controller speaks of ids only. */
export function createStickKeeper(deps: StickKeeperDeps): StickKeeper {
  const { watcher, exporter, dispatch, runTask } = deps;
  const sticks = new Map<string, MountedStick>();
  const running = new Map<string, { cancel(): void }>();

  function withStick(
    stickId: string,
    name: string,
    work: (stick: MountedStick, signal: AbortSignal) => Promise<void>,
  ): void {
    const stick = sticks.get(stickId);
    if (stick === undefined) {
      dispatch({ kind: "export_failed", stickId, fault: "pulled" });
      return;
    }
    running.get(stickId)?.cancel();
    running.set(
      stickId,
      runTask(name, (signal) => work(stick, signal)),
    );
  }

  return {
    start() {
      watcher.start({
        onArrived(stick) {
          sticks.set(stick.id, stick);
          dispatch({ kind: "stick_arrived", stickId: stick.id });
        },
        onRefused(error) {
          dispatch({ kind: "stick_refused", fault: faultOfStickError(error) });
        },
        onGone(stickId) {
          sticks.delete(stickId);
          dispatch({ kind: "stick_gone", stickId });
        },
      });
    },
    export(stickId) {
      withStick(stickId, "export", async (stick, signal) => {
        const outcome = await exporter.exportTo(stick, signal);
        if (!signal.aborted) dispatch(eventOfExport(stickId, outcome));
      });
    },
    release(stickId) {
      withStick(stickId, "release stick", async (stick, signal) => {
        const outcome = await watcher.release(stick, signal);
        if (signal.aborted) return;
        dispatch(
          outcome.ok
            ? { kind: "released", stickId }
            : { kind: "export_failed", stickId, fault: faultOfStickError(outcome.error) },
        );
      });
    },
    abandon(stickId) {
      running.get(stickId)?.cancel();
      running.delete(stickId);
    },
    async close() {
      for (const task of running.values()) task.cancel();
      running.clear();
      await watcher.close();
    },
  };
}

function eventOfExport(stickId: string, outcome: Result<ExportOutcome, StickError>): ControllerEvent {
  if (!outcome.ok) return { kind: "export_failed", stickId, fault: faultOfStickError(outcome.error) };
  const { recordCount, plan } = outcome.value;
  const planNews =
    plan === undefined
      ? {}
      : {
          plan: plan.ok ? { adopted: plan.value.characteristics } : { problems: plan.error.problems.length },
        };
  return { kind: "exported", stickId, records: recordCount, ...planNews };
}

function faultOfStickError(error: StickError): StickFault {
  return error.kind === "aborted" ? "timed_out" : error.kind;
}
