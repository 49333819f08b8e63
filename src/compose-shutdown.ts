import type { Appliance } from "./appliance/appliance.js";
import { systemClock } from "./compose-parts.js";
import type { EventBus } from "./runtime/event-bus.js";
import type { ResourceStack } from "./runtime/resource.js";
import { createShutdown, type Shutdown } from "./runtime/shutdown.js";

/** Limit for each part in milliseconds. */
export const closeLimitMs = 2_000;

/** The orderly way down, within 5 s. */
export function composeShutdown(appliance: Appliance, owned: ResourceStack, bus: EventBus): Shutdown {
  return createShutdown({
    clock: systemClock,
    phases: [
      { name: "end the turn", limitMs: 2_000, run: () => appliance.stop() },
      {
        name: "close the parts",
        limitMs: 2_500,
        run: async () => {
          await owned.closeAll(closeLimitMs);
        },
      },
      {
        name: "report",
        limitMs: 300,
        run: async () => {
          await bus.close(250);
        },
      },
    ],
    onPhase: ({ name, outcome, tookMs }) =>
      bus.publish({
        topic: "system",
        event: { kind: "shutdown_phase", phase: name, outcome, tookMs: Math.round(tookMs) },
      }),
  });
}
