/** One lamp. Patterns are drawn by `led-player.ts`; an adapter only switches. */
export interface Led {
  set(on: boolean): void;
  close(): Promise<void>;
}

/** Alternating on and off times in milliseconds, beginning with on, repeated; `[]` is off, `[Infinity]` is on. */
export type LedPattern = readonly number[];
