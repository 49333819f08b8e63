/** Growing pauses between attempts. */
export interface BackoffOptions {
  /** The first pause in milliseconds. */
  readonly firstMs: number;
  /** Each pause is this many times the last. */
  readonly factor: number;
  /** No pause is longer, in milliseconds. */
  readonly limitMs: number;
  /** Share of the pause that is drawn, 0 to 1: 0.2 gives 80 to 100 % of it. */
  readonly jitter: number;
}

/** For devices and children: quick enough for a plug that slipped, calm enough for one that is gone. */
export const standardBackoff: BackoffOptions = { firstMs: 250, factor: 2, limitMs: 5_000, jitter: 0.2 };

/** Yields pauses in milliseconds, without an end. `random` gives numbers from 0 to below 1. */
export function* backoffDelays(
  options: BackoffOptions,
  random: () => number,
): Generator<number, never, undefined> {
  const { firstMs, factor, limitMs, jitter } = options;
  for (let pauseMs = Math.min(firstMs, limitMs); ; pauseMs = Math.min(pauseMs * factor, limitMs)) {
    yield pauseMs * (1 - jitter * random());
  }
}
