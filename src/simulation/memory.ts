import type { Operation } from "../controller/commands.js";
import type { CommitFailure, CommitOutcome, StoreView } from "../controller/events.js";
import type { MeasurementDraft, StoredRecord } from "../inspection/record.js";

/** A store in memory with the store's semantics. */
export interface Memory {
  change(operation: Operation): { readonly outcome: CommitOutcome } | { readonly failure: CommitFailure };
  records(): readonly StoredRecord[];
  view(): StoreView;
}

/** An empty one; `nowMs` is the time of its records. */
export function createMemory(nowMs: () => number): Memory {
  const records: StoredRecord[] = [];
  let context: StoreView["context"] = {};

  function append(draft: MeasurementDraft): StoredRecord {
    const record: StoredRecord = {
      ...draft,
      id: records.length + 1,
      deviceId: "simulated",
      status: "valid",
      wallMs: nowMs(),
      bootId: "simulated",
      monotonicMs: nowMs(),
      clockTrusted: true,
    };
    records.push(record);
    return record;
  }

  return {
    change(operation) {
      switch (operation.kind) {
        case "measure":
          return { outcome: { kind: "stored", record: append(operation.draft) } };
        case "correct": {
          const index = records.findIndex(
            ({ id, status }) => id === operation.recordId && status === "valid",
          );
          const old = records[index];
          if (old === undefined) return { failure: { kind: "not_found", recordNumber: operation.recordId } };
          const record = append(operation.draft);
          records[index] = { ...old, status: "superseded", supersededBy: record.id };
          return { outcome: { kind: "corrected", record, replaced: old.id } };
        }
        case "withdraw": {
          const index = records.findIndex(
            ({ id, status }) => id === operation.recordId && status === "valid",
          );
          const old = records[index];
          if (old === undefined) return { failure: { kind: "not_found", recordNumber: operation.recordId } };
          const record: StoredRecord = { ...old, status: "withdrawn" };
          records[index] = record;
          return { outcome: { kind: "withdrawn", record } };
        }
        case "set_context":
          context = { ...context, ...operation.change };
          return { outcome: { kind: "context_set" } };
        case "next_part":
          return { outcome: { kind: "context_set" } };
      }
    },
    records: () => records,
    view() {
      const last = records.findLast((record) => record.status === "valid");
      return { context, ...(last === undefined ? {} : { last }) };
    },
  };
}
