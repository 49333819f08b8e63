/** A failure as the error handler takes it: which part, what happened, in words for the log. */
export interface Failure {
  /** The part of the device, as the log names it: microphone, recogniser, store, stick … */
  readonly part: string;
  readonly code: FailureCode;
  readonly detail: string;
  readonly cause?: unknown;
}

export type FailureCode =
  /** A device is gone or taken; plugs slip and come back. */
  | "device_lost"
  /** A child process or a worker ended by itself. */
  | "child_ended"
  | "timed_out"
  /** A program, a model or a device that was never there. */
  | "part_missing"
  | "part_unusable"
  /** Only a person can help: a full card, a bad file, a wrong setting. */
  | "storage_full"
  | "input_refused"
  | "not_permitted"
  /** The store can no longer be trusted with a commit. */
  | "store_broken"
  /** Bugs. */
  | "uncaught_exception"
  | "unhandled_rejection";

/**
 * transient: try again, within a budget; degraded: go on without the part and say so; operator: say what a person must
 * do; fatal: stop in order, systemd starts afresh.
 */
export type FailureClass = "transient" | "degraded" | "operator" | "fatal";

export interface FailurePolicy {
  readonly class: FailureClass;
  readonly retry: boolean;
  readonly degrade: boolean;
  readonly tell: boolean;
  readonly stop: boolean;
}

const policies: Readonly<Record<FailureClass, FailurePolicy>> = {
  transient: { class: "transient", retry: true, degrade: false, tell: false, stop: false },
  degraded: { class: "degraded", retry: false, degrade: true, tell: true, stop: false },
  operator: { class: "operator", retry: false, degrade: false, tell: true, stop: false },
  fatal: { class: "fatal", retry: false, degrade: false, tell: false, stop: true },
};

const classes: Readonly<Record<FailureCode, FailureClass>> = {
  device_lost: "transient",
  child_ended: "transient",
  timed_out: "transient",
  part_missing: "degraded",
  part_unusable: "degraded",
  storage_full: "operator",
  input_refused: "operator",
  not_permitted: "operator",
  store_broken: "fatal",
  uncaught_exception: "fatal",
  unhandled_rejection: "fatal",
};

/** What must be done about a failure. A transient one with no retries left is a part to go on without. Pure. */
export function policyFor(failure: Failure, retriesLeft: boolean): FailurePolicy {
  const found = classes[failure.code];
  return policies[found === "transient" && !retriesLeft ? "degraded" : found];
}
