import { randomUUID } from "node:crypto";
import { random, systemClock } from "./compose-parts.js";
import type { Message } from "./controller/messages.js";
import { messageOf } from "./runtime/assert.js";
import { makeFolder } from "./runtime/make-folder.js";
import { err, ok, type Result } from "./runtime/result.js";
import { isClockTrusted } from "./service/clock-trust.js";
import { bootId } from "./service/product.js";
import { createLateStore } from "./store/late-store.js";
import { openOrRecover } from "./store/recover.js";
import { createSqliteStore } from "./store/sqlite-store.js";
import type { Store, StoreError } from "./store/store.js";
import { storeErrorOf } from "./store/store-errors.js";

/** A store, and what is to be said about its opening. */
export interface OpenedStore {
  readonly store: Store;
  readonly announcements: readonly Message[];
}

/** How the store is opened. */
export interface StoreOptions {
  readonly clockTrusted?: () => boolean;
  /** A state folder without a database has lost it, unless the installer has marked it as new. */
  readonly areRecordsExpected?: boolean;
}

/** Opens the store of a state folder; a damaged database is set aside, which is told. Never rejects. */
export async function composeStore(
  stateDirectory: string,
  options: StoreOptions = {},
): Promise<Result<OpenedStore, StoreError>> {
  try {
    await makeFolder(stateDirectory);
  } catch (thrown) {
    const detail = `cannot make the folder ${stateDirectory}: ${messageOf(thrown)}`;
    return err({ ...storeErrorOf(thrown), detail });
  }
  try {
    return await openStore(stateDirectory, options);
  } catch (thrown) {
    // A folder that may not be written shows in its first file, or in the one that is to be set aside.
    return err(storeErrorOf(thrown));
  }
}

async function openStore(
  stateDirectory: string,
  options: StoreOptions,
): Promise<Result<OpenedStore, StoreError>> {
  const { clockTrusted = () => isClockTrusted(systemClock.wallMs()), areRecordsExpected } = options;
  const stamp = String(Math.round(systemClock.wallMs()));
  const opened = await openOrRecover(stateDirectory, stamp, areRecordsExpected);
  if (!opened.ok) return opened;
  const { database, outcome } = opened.value;
  const store = createSqliteStore({
    database,
    clock: systemClock,
    bootId: bootId(),
    clockTrusted,
    newDeviceId: randomUUID,
  });
  if (!store.ok) return store;
  if (outcome.kind === "opened") return ok({ store: store.value, announcements: [] });
  // Its fault stands until somebody has taken note, and is told by that.
  if (outcome.kind === "lost") return ok({ store: store.value, announcements: [] });
  const detail = outcome.setAside ?? "the database was missing";
  store.value.noteEvent({ kind: "fault", code: `database_${outcome.kind}`, detail });
  const from = outcome.kind === "started_empty" ? "empty" : "backup";
  const { rescued } = outcome;
  return ok({ store: store.value, announcements: [{ kind: "database_restored", from, rescued }] });
}

/** The store of the appliance, which may come later than the appliance. */
export interface PatientStore extends OpenedStore {
  /** Why it is not there at the start. */
  readonly problem?: string;
  isOpen(): boolean;
  /** Begins to try again where it is not there; to be called once, when the news can be taken. */
  start(news: StoreNews): void;
}

export interface StoreNews {
  /** It is there now. */
  onOpen(announcements: readonly Message[]): void;
  /** It is not there, at the start or still. */
  onShut(detail: string): void;
}

/** As `composeStore`, but a store that cannot be opened is tried again until it can. */
export async function composePatientStore(
  stateDirectory: string,
  options: StoreOptions,
): Promise<PatientStore> {
  const opened = await composeStore(stateDirectory, options);
  if (opened.ok) return { ...opened.value, isOpen: () => true, start: () => undefined };
  let announcements: readonly Message[] = [];
  const late = createLateStore({
    clock: systemClock,
    random,
    reason: opened.error,
    async open() {
      const again = await composeStore(stateDirectory, options);
      if (!again.ok) return again;
      announcements = again.value.announcements;
      return ok(again.value.store);
    },
  });
  return {
    store: late.store,
    isOpen: late.isOpen,
    announcements: [],
    problem: opened.error.detail,
    start({ onOpen, onShut }) {
      onShut(opened.error.detail);
      late.start({
        onOpen: () => onOpen(announcements),
        onStillShut: ({ detail }) => onShut(detail),
      });
    },
  };
}
