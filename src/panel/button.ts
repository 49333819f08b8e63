/** The one physical button, as edges after debouncing. `pressed: true` is the finger going down. */
export interface Button {
  start(onEdge: (edge: ButtonEdge) => void, onFault: (detail: string) => void): void;
  close(): Promise<void>;
}

export interface ButtonEdge {
  readonly pressed: boolean;
  /** Monotonic milliseconds of the edge. */
  readonly atMs: number;
}

/** What a hand meant; made from edges and time by `gestures.ts`. */
export type Gesture =
  /** The finger went down; the listening tone is due now, whatever the gesture turns out to be. */
  | { readonly kind: "press" }
  /** Released before 400 ms. */
  | { readonly kind: "tap" }
  /** Still down after 400 ms. */
  | { readonly kind: "hold" }
  /** The end of a hold. */
  | { readonly kind: "release" }
  /** Second press within 350 ms of a tap's release; no `press` or `tap` is told for it. */
  | { readonly kind: "double_tap" }
  /** Held for 6 s (warn) and 9 s (halt). */
  | { readonly kind: "long_hold"; readonly stage: "warn" | "halt" }
  /** Held for more than 60 s, or found down at the start; and free again. */
  | { readonly kind: "stuck" }
  | { readonly kind: "unstuck" };
