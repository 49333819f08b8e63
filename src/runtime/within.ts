import type { Clock } from "./clock.js";

/**
 * Waits for `promise` at most `limitMs`. The promise itself goes on: its owner must know how to end it. What it rejects
 * with is passed on while it is waited for, and swallowed after that.
 */
export async function within<T>(
  clock: Clock,
  name: string,
  limitMs: number,
  promise: Promise<T>,
): Promise<{ readonly kind: "settled"; readonly value: T } | { readonly kind: "late" }> {
  return new Promise((resolve, reject) => {
    const timer = clock.startTimer(name, limitMs, () => {
      resolve({ kind: "late" });
    });
    promise.then(
      (value) => {
        timer.cancel();
        resolve({ kind: "settled", value });
      },
      (error: unknown) => {
        timer.cancel();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}
