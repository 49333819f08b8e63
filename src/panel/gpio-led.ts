import { err, ok, type Result } from "../runtime/result.js";
import { type LineOptions, openLine } from "./gpio-line.js";
import type { Led } from "./led.js";

/** A lamp on a pin of the header. */
export function openGpioLed(options: LineOptions): Result<Led, string> {
  const opened = openLine(options, "out", "none");
  if (!opened.ok) return err(opened.error);
  const line = opened.value;
  return ok({
    set(on) {
      line.writeSync(on ? 1 : 0);
    },
    close() {
      line.writeSync(0);
      line.unexport();
      return Promise.resolve();
    },
  });
}
