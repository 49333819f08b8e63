import type { Database } from "better-sqlite3";
import { err, type Result } from "../runtime/result.js";
import type { StoreError } from "./store.js";
import { storeErrorOf } from "./store-errors.js";

/** Runs a change in one transaction and names what can go wrong with it. A change that answers an error is rolled back. */
export function inTransaction<T>(
  database: Database,
  work: () => Result<T, StoreError>,
): Result<T, StoreError> {
  try {
    return database
      .transaction(() => {
        const outcome = work();
        if (!outcome.ok) throw new Refused(outcome.error);
        return outcome;
      })
      .immediate();
  } catch (thrown) {
    return err(thrown instanceof Refused ? thrown.reason : storeErrorOf(thrown));
  }
}

/** Rolls a transaction back without being a bug. */
class Refused extends Error {
  readonly reason: StoreError;
  constructor(reason: StoreError) {
    super(reason.detail);
    this.reason = reason;
  }
}
