import type { Decimal } from "../language/decimal.js";

/** The verdict on a value; `by` is the distance beyond the limit, positive, in the plan's unit. */
export type Judgement =
  | { readonly kind: "within" }
  | { readonly kind: "above"; readonly by: Decimal }
  | { readonly kind: "below"; readonly by: Decimal };
