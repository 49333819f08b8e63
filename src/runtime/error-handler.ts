import { messageOf } from "./assert.js";
import type { Clock } from "./clock.js";
import type { EventBus } from "./event-bus.js";
import { type Failure, type FailureCode, type FailurePolicy, policyFor } from "./failure.js";
import {
  createRestartBudget,
  type RestartBudget,
  type RestartBudgetOptions,
  standardRestartBudget,
} from "./restart-budget.js";

/** The one place where failures are judged; whoever reports one does what the policy says about retrying. */
export interface ErrorHandler {
  /** Applies the policy. `retry` in the answer means that the reporter should try again. */
  handle(failure: Failure): FailurePolicy;
  /** The part works again: its next failure is news once more. */
  recovered(part: string): void;
  /** Treats uncaught errors as fatal failures; gives what takes the handlers off again. */
  install(process: ErrorSource): () => void;
}

/** The part of `process` that reports bugs. */
export interface ErrorSource {
  on(event: "uncaughtException" | "unhandledRejection", listener: (thrown: unknown) => void): unknown;
  off(event: "uncaughtException" | "unhandledRejection", listener: (thrown: unknown) => void): unknown;
}

export interface ErrorHandlerDeps {
  readonly clock: Clock;
  /** Once for a part and a code until the part has recovered: a fault is heard once. */
  readonly onTell: (failure: Failure) => void;
  /** Once for a part until it has recovered. */
  readonly onDegrade: (failure: Failure) => void;
  /** Once in a life: begin the orderly shutdown. */
  readonly onStop: (failure: Failure) => void;
  readonly bus?: EventBus;
  readonly retryBudget?: RestartBudgetOptions;
}

/** Builds the handler. */
export function createErrorHandler(deps: ErrorHandlerDeps): ErrorHandler {
  const { clock, onTell, onDegrade, onStop, bus, retryBudget = standardRestartBudget } = deps;
  const budgets = new Map<string, RestartBudget>();
  const told = new Map<string, Set<FailureCode>>();
  const degraded = new Set<string>();
  let stopping = false;

  function mayRetry(part: string): boolean {
    let budget = budgets.get(part);
    if (budget === undefined) {
      budget = createRestartBudget(clock, retryBudget);
      budgets.set(part, budget);
    }
    return budget.take();
  }

  function tellOnce(failure: Failure): void {
    const codes = told.get(failure.part) ?? new Set();
    told.set(failure.part, codes);
    if (codes.has(failure.code)) return;
    codes.add(failure.code);
    onTell(failure);
  }

  function stopOnce(failure: Failure): void {
    if (stopping) return;
    stopping = true;
    onStop(failure);
  }

  function handle(failure: Failure): FailurePolicy {
    // The budget is asked only by what could be tried again.
    const transient = policyFor(failure, true).retry;
    const policy = policyFor(failure, transient && mayRetry(failure.part));
    const { part, code, detail } = failure;
    bus?.publish({ topic: "system", event: { kind: "failure", part, code, severity: policy.class, detail } });
    try {
      if (policy.degrade && !degraded.has(part)) {
        degraded.add(part);
        onDegrade(failure);
      }
      if (policy.tell) tellOnce(failure);
    } catch (thrown) {
      // Telling must never hide what was to be told; a handler that fails is a bug of its own.
      stopOnce({
        part: "error handler",
        code: "uncaught_exception",
        detail: messageOf(thrown),
        cause: thrown,
      });
    }
    if (policy.stop) stopOnce(failure);
    return policy;
  }

  return {
    handle,
    recovered(part) {
      told.delete(part);
      degraded.delete(part);
    },
    install(process) {
      const report = (code: FailureCode) => (thrown: unknown) => {
        handle({ part: "process", code, detail: messageOf(thrown), cause: thrown });
      };
      const onException = report("uncaught_exception");
      const onRejection = report("unhandled_rejection");
      process.on("uncaughtException", onException);
      process.on("unhandledRejection", onRejection);
      return () => {
        process.off("uncaughtException", onException);
        process.off("unhandledRejection", onRejection);
      };
    },
  };
}
