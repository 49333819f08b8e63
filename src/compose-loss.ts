import type { Appliance } from "./appliance/appliance.js";
import type { StickExporter } from "./stick/stick.js";
import { acknowledgeLoss, areRecordsLost } from "./store/lost-records.js";

/** Tells that records are gone, at each start, until somebody can know it. */
export interface LossWatch {
  /** Looks once; to be called when the store is there. */
  look(): Promise<void>;
  /** The exporter, after whose files nothing more is told: the sheet of the device among them says what happened. */
  readonly exporter: StickExporter;
}

/** `appliance` is called when the store is there and after an export. A folder that cannot be asked is a loss that stands. */
export function watchLoss(
  stateDirectory: string,
  exporter: StickExporter,
  appliance: () => Pick<Appliance, "raise" | "clear">,
): LossWatch {
  let stands = false;
  return {
    async look() {
      stands = await areRecordsLost(stateDirectory).catch(() => true);
      if (stands) appliance().raise("records_lost");
    },
    exporter: {
      async exportTo(stick, signal) {
        const outcome = await exporter.exportTo(stick, signal);
        if (stands && outcome.ok && outcome.value.files.length > 0) {
          // A card that refuses this tells it again at the next start, and has faults of its own by then.
          await acknowledgeLoss(stateDirectory).then(
            () => {
              stands = false;
              appliance().clear("records_lost");
            },
            () => undefined,
          );
        }
        return outcome;
      },
    },
  };
}
