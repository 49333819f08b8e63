import type { Result } from "../runtime/result.js";

/** Watches for sticks; a stick is a mounted folder that appeared. Adapters: a folder (desk), systemd-mounted (Pi). */
export interface StickWatcher {
  start(listener: StickListener): void;
  /** Flushes and unmounts, so that it may be pulled. */
  release(stick: MountedStick, signal: AbortSignal): Promise<Result<void, StickError>>;
  close(): Promise<void>;
}

export interface StickListener {
  onArrived(stick: MountedStick): void;
  /** Something was plugged in that cannot be used: file system unknown, not mountable. */
  onRefused(error: StickError): void;
  onGone(stickId: string): void;
}

export interface MountedStick {
  /** File-system UUID or another name that stays the same between insertions; sticks that were copied share it. */
  readonly id: string;
  readonly directory: string;
}

/** Copies the shift to a stick in the safe order and verifies it. */
export interface StickExporter {
  exportTo(stick: MountedStick, signal: AbortSignal): Promise<Result<ExportOutcome, StickError>>;
}

export interface ExportOutcome {
  /** Records in the files that were written; when the stick had everything already, those of the newest day's file. */
  readonly recordCount: number;
  /** Paths on the stick, verified by reading them back. Empty when it had everything already. */
  readonly files: readonly string[];
  /** Whether every file was read back from the medium; `cache` where the file system has no direct reads. */
  readonly readFrom?: "medium" | "cache";
  /** A plan found on the stick and taken over, or the reason why it was not. */
  readonly plan?: Result<{ readonly characteristics: number }, { readonly problems: readonly string[] }>;
}

export type StickError =
  | { readonly kind: "full"; readonly detail: string }
  | { readonly kind: "read_only"; readonly detail: string }
  | { readonly kind: "unsupported"; readonly detail: string }
  | { readonly kind: "pulled"; readonly detail: string }
  | { readonly kind: "verify_failed"; readonly detail: string }
  | { readonly kind: "write_failed"; readonly detail: string }
  /** The card or the store of this device, which is no fault of the stick. */
  | { readonly kind: "card_failed"; readonly detail: string }
  | { readonly kind: "timed_out"; readonly detail: string }
  | { readonly kind: "aborted" };
