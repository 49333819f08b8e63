import { type BackoffOptions, backoffDelays } from "../runtime/backoff.js";
import { type Clock, sleep } from "../runtime/clock.js";
import { err, type Result } from "../runtime/result.js";
import type { Store, StoreError } from "./store.js";

/** A store that may come later: its folder is read-only, its card is slow to appear, its database cannot be read. */
export interface LateStore {
  /** Holds nothing and refuses every change with the reason until the real one is there; then it is that one. */
  readonly store: Store;
  isOpen(): boolean;
  /** Begins to try; it ends when the store is there or is closed. */
  start(news: LateStoreNews): void;
}

export interface LateStoreNews {
  onOpen(): void;
  /** It was tried again in vain. */
  onStillShut(reason: StoreError): void;
}

export interface LateStoreOptions {
  readonly clock: Clock;
  /** 0 ≤ x < 1, for the backoff. */
  readonly random: () => number;
  /** Why it is not there. */
  readonly reason: StoreError;
  /** Tries again; never rejects. */
  readonly open: () => Promise<Result<Store, StoreError>>;
}

/** A card is not hurried: each attempt of an hour is told, so they are few. */
const backoff: BackoffOptions = { firstMs: 1_000, factor: 2, limitMs: 15_000, jitter: 0.2 };

/** Builds it; nothing is tried yet. */
export function createLateStore(options: LateStoreOptions): LateStore {
  const { clock, random, open } = options;
  const closing = new AbortController();
  const absent = absentStore(options.reason, () => closing.abort());
  let current = absent;

  async function wait({ onOpen, onStillShut }: LateStoreNews): Promise<void> {
    for (const delayMs of backoffDelays(backoff, random)) {
      if ((await sleep(clock, "open the store", delayMs, closing.signal)) === "aborted") return;
      const opened = await open();
      if (!opened.ok) onStillShut(opened.error);
      else if (closing.signal.aborted) {
        opened.value.close();
        return;
      } else {
        current = opened.value;
        onOpen();
        return;
      }
    }
  }
  return {
    isOpen: () => current !== absent,
    start: (news) => void wait(news),
    store: {
      commitMeasurement: (draft) => current.commitMeasurement(draft),
      correct: (recordId, draft) => current.correct(recordId, draft),
      withdraw: (recordId) => current.withdraw(recordId),
      latestValid: () => current.latestValid(),
      record: (id) => current.record(id),
      records: (range) => current.records(range),
      countRecords: (range) => current.countRecords(range),
      workContext: () => current.workContext(),
      setWorkContext: (change) => current.setWorkContext(change),
      beginPiece: () => current.beginPiece(),
      measuredInPiece: () => current.measuredInPiece(),
      plan: () => current.plan(),
      adoptPlan: (source, characteristics) => current.adoptPlan(source, characteristics),
      noteExport: (entry) => current.noteExport(entry),
      exports: () => current.exports(),
      exportedAudio: () => current.exportedAudio(),
      noteEvent: (event, wallMs) => current.noteEvent(event, wallMs),
      events: (limit) => current.events(limit),
      device: () => current.device(),
      probe: () => current.probe(),
      backup: (path) => current.backup(path),
      close: () => current.close(),
    },
  };
}

function absentStore(reason: StoreError, close: () => void): Store {
  const refuse = (): Result<never, StoreError> => err(reason);
  return {
    commitMeasurement: refuse,
    correct: refuse,
    withdraw: refuse,
    latestValid: () => undefined,
    record: () => undefined,
    records: () => [],
    countRecords: () => 0,
    workContext: () => ({}),
    setWorkContext: refuse,
    beginPiece: refuse,
    measuredInPiece: () => [],
    plan: () => undefined,
    adoptPlan: refuse,
    noteExport: refuse,
    exports: () => [],
    exportedAudio: () => new Set(),
    noteEvent: refuse,
    events: () => [],
    device: () => ({ deviceId: "", schemaVersion: 0 }),
    probe: refuse,
    backup: () => Promise.resolve(refuse()),
    close,
  };
}
