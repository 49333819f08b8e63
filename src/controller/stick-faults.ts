/** What can go wrong with a stick, by the words that tell it. */
export const stickFaults = [
  "full",
  "read_only",
  "unsupported",
  "pulled",
  "verify_failed",
  "write_failed",
  "card_failed",
  "timed_out",
] as const;

export type StickFault = (typeof stickFaults)[number];
