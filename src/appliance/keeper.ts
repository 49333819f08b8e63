import type { Operation } from "../controller/commands.js";
import type { CommitFailure, CommitOutcome, StoreView } from "../controller/events.js";
import type { FaultCode } from "../controller/faults.js";
import { nextInOrder } from "../inspection/running-order.js";
import { err, ok, type Result } from "../runtime/result.js";
import type { Store, StoreError } from "../store/store.js";

/** Carries the controller's changes to the store and tells it what it may know of it. */
export interface Keeper {
  /** On the card when it returns a success: it may be spoken. */
  carryOut(operation: Operation): Result<CommitOutcome, CommitFailure>;
  view(): StoreView;
}

/** `mayRecord` says no when the card is too full for new records; withdrawals and corrections of the context go on. */
export function createKeeper(store: Store, mayRecord: () => boolean): Keeper {
  function carryOut(operation: Operation): Result<CommitOutcome, CommitFailure> {
    switch (operation.kind) {
      case "measure": {
        if (!mayRecord()) return err({ kind: "fault", fault: "card_full" });
        const stored = store.commitMeasurement(operation.draft);
        return stored.ok ? ok({ kind: "stored", record: stored.value }) : failed(stored.error);
      }
      case "correct": {
        if (!mayRecord()) return err({ kind: "fault", fault: "card_full" });
        const corrected = store.correct(operation.recordId, operation.draft);
        if (corrected.ok)
          return ok({ kind: "corrected", record: corrected.value, replaced: operation.recordId });
        return failed(corrected.error, operation.recordId);
      }
      case "withdraw": {
        const withdrawn = store.withdraw(operation.recordId);
        if (withdrawn.ok) return ok({ kind: "withdrawn", record: withdrawn.value });
        return failed(withdrawn.error, operation.recordId);
      }
      case "set_context": {
        const changed = store.setWorkContext(operation.change);
        return changed.ok ? ok({ kind: "context_set" }) : failed(changed.error);
      }
      case "next_part": {
        const begun = store.beginPiece();
        return begun.ok ? ok({ kind: "context_set" }) : failed(begun.error);
      }
    }
  }

  /** A record that is not there, or no longer valid, is the operator's slip; everything else is the store's fault. */
  function failed(error: StoreError, recordId?: number): Result<never, CommitFailure> {
    if (recordId !== undefined && error.kind === "not_found")
      return err({ kind: "not_found", recordNumber: recordId });
    if (recordId !== undefined && error.kind === "not_valid") {
      const record = store.record(recordId);
      return record === undefined
        ? err({ kind: "not_found", recordNumber: recordId })
        : err({ kind: "already_withdrawn", record });
    }
    return err({ kind: "fault", fault: faultOfStoreError(error) });
  }

  return {
    carryOut,
    view() {
      const last = store.latestValid();
      const plan = store.plan();
      const next = plan === undefined ? undefined : nextInOrder(plan, store.measuredInPiece());
      return {
        context: store.workContext(),
        ...(last === undefined ? {} : { last }),
        ...(plan === undefined ? {} : { plan }),
        ...(next === undefined ? {} : { nextCharacteristic: next.number }),
      };
    },
  };
}

/** The fault that the operator hears when the store cannot do its duty. */
export function faultOfStoreError(error: StoreError): FaultCode {
  return error.kind === "card_full" ? "card_full" : "store_unusable";
}
