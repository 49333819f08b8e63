import type { Operation } from "../controller/commands.js";
import type { ControllerEvent, StoreView } from "../controller/events.js";
import type { FaultCode } from "../controller/faults.js";
import { characteristicByNumber } from "../controller/resolve.js";
import type { Store } from "../store/store.js";
import type { Keeper } from "./keeper.js";
import type { RunTask } from "./run-task.js";
import type { Upkeep } from "./upkeep.js";

/** Where the controller's orders meet the store: changes are made, and what is known is told. */
export interface StoreDesk {
  commit(turn: number, operation: Operation): void;
  gatherStatus(turn: number): void;
  /** What the controller may know of the store now; who works is told to the voices. */
  view(): StoreView;
}

interface StoreDeskDeps {
  readonly keeper: Keeper;
  readonly store: Pick<Store, "countRecords">;
  readonly upkeep: Upkeep;
  /** Midnight of today in wall ms, of the device's local time. */
  readonly startOfDayMs: () => number;
  readonly clockTrusted: () => boolean;
  readonly faults: () => readonly FaultCode[];
  readonly inspectorIs: (inspector: string | undefined) => void;
  readonly runTask: RunTask;
  readonly dispatch: (event: ControllerEvent) => void;
}

const dayMs = 86_400_000;

/** Builds it. */
export function createStoreDesk(deps: StoreDeskDeps): StoreDesk {
  const { keeper, store, upkeep, startOfDayMs, clockTrusted, faults, inspectorIs, runTask, dispatch } = deps;

  function view(): StoreView {
    const now = keeper.view();
    inspectorIs(now.context.inspector);
    return now;
  }

  return {
    commit(turn, operation) {
      const outcome = keeper.carryOut(operation);
      if (outcome.ok) dispatch({ kind: "committed", turn, outcome: outcome.value, view: view() });
      else dispatch({ kind: "commit_failed", turn, failure: outcome.error });
    },
    gatherStatus(turn) {
      runTask("status", async () => {
        await upkeep.lookAtSpace();
        const { plan, nextCharacteristic } = keeper.view();
        const next = characteristicByNumber(plan, nextCharacteristic);
        const fromWallMs = startOfDayMs();
        dispatch({
          kind: "status_gathered",
          turn,
          report: {
            recordsToday: store.countRecords({ fromWallMs, untilWallMs: fromWallMs + dayMs }),
            freeMegabytes: Math.round(upkeep.freeMegabytes()),
            clockTrusted: clockTrusted(),
            faults: faults(),
            ...(next === undefined ? {} : { nextName: next.name }),
          },
        });
      });
    },
    view,
  };
}
