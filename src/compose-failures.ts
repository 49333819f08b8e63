import type { Appliance } from "./appliance/appliance.js";
import { systemClock } from "./compose-parts.js";
import type { FaultCode } from "./controller/faults.js";
import { createErrorHandler, type ErrorHandler } from "./runtime/error-handler.js";
import type { EventBus } from "./runtime/event-bus.js";
import type { FailureCode } from "./runtime/failure.js";

/** What is said, shown and written down when one of these parts fails; the others say it themselves. */
const faultOfPart: Readonly<Record<string, FaultCode>> = {
  voice: "voice_replaced",
  backup: "backup_failed",
  recordings: "recording_failed",
};

/** Where the parts report that they fail and that they work again. */
export interface Failures {
  readonly errors: ErrorHandler;
  failed(part: string, detail: string, code?: FailureCode): void;
  works(part: string): void;
}

/** `appliance` and `stop` are called when a part reports, which none does before both are there. */
export function composeFailures(
  bus: EventBus,
  appliance: () => Pick<Appliance, "raise" | "clear">,
  stop: (reason: string) => void,
): Failures {
  const errors = createErrorHandler({
    clock: systemClock,
    bus,
    onTell({ part }) {
      const fault = faultOfPart[part];
      if (fault !== undefined) appliance().raise(fault);
    },
    onDegrade: () => undefined,
    onStop: ({ detail }) => stop(detail),
  });
  return {
    errors,
    failed(part, detail, code = "not_permitted") {
      errors.handle({ part, code, detail });
    },
    works(part) {
      errors.recovered(part);
      const fault = faultOfPart[part];
      if (fault !== undefined) appliance().clear(fault);
    },
  };
}
