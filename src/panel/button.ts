/** The one physical button, as raw edges: bounces and repeated values included, `gestures.ts` makes sense of them. */
export interface Button {
  /**
   * Called once. A button that cannot be used, or is lost later, is told by `onFault` in one line that says what to do;
   * an adapter that can come back does so by itself, and tells it by `onUsable`.
   */
  start(onEdge: (edge: ButtonEdge) => void, onFault: (detail: string) => void, onUsable: () => void): void;
  close(): Promise<void>;
}

export interface ButtonEdge {
  /** True is the finger going down. */
  readonly pressed: boolean;
  /** Monotonic milliseconds of the edge. */
  readonly atMs: number;
  /** The level that the button was found in, not a movement: down already at the start is no press. */
  readonly atStart?: boolean;
}

/** What a hand meant; made from edges and time by `gestures.ts`. */
export type Gesture =
  /** The finger went down; the listening tone is due now, whatever the gesture turns out to be. */
  | { readonly kind: "press" }
  /** Released before 400 ms. */
  | { readonly kind: "tap" }
  /** Still down after 400 ms. */
  | { readonly kind: "hold" }
  /** The end of a hold; a hold that became `stuck` ends with `unstuck` instead. */
  | { readonly kind: "release" }
  /** Second press within 350 ms of a tap's release; nothing else is told of this press, save that it is stuck. */
  | { readonly kind: "double_tap" }
  /** Held for 6 s (warn) and 9 s (halt). */
  | { readonly kind: "long_hold"; readonly stage: "warn" | "halt" }
  /** Held for 60 s, found down at the start, or chattering without end; and free again. */
  | { readonly kind: "stuck" }
  | { readonly kind: "unstuck" };
