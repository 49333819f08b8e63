import type { FaultCode } from "../controller/faults.js";
import type { RecognizerError, RecognizerHealth } from "../recognition/recognizer.js";

interface RecognizerFaultsDeps {
  readonly setFault: (fault: FaultCode, standing: boolean) => void;
  /** A part that only its owner can mend, for the log. */
  readonly onFailure: (part: string, detail: string) => void;
}

/** What the recogniser says of itself, as faults: its model, or its process. */
export function createRecognizerFaults({ setFault, onFailure }: RecognizerFaultsDeps) {
  return {
    onHealth(health: RecognizerHealth): void {
      const isDown = health.kind === "restarting";
      const isModel = isDown && isUnusable(health.reason);
      // The new fault first: between the two the device would seem well.
      if (isModel) setFault("model_unusable", true);
      setFault("recognizer_down", isDown && !isModel);
      if (!isModel) setFault("model_unusable", false);
      if (isDown) onFailure("recogniser", health.detail);
    },
    notStarted({ kind }: RecognizerError): void {
      setFault(isUnusable(kind) ? "model_unusable" : "recognizer_down", true);
    },
  };
}

/** Another start does not mend it. */
function isUnusable(reason: RecognizerError["kind"]): boolean {
  return reason === "model_missing" || reason === "model_corrupt";
}
