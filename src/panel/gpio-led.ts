import { messageOf } from "../runtime/assert.js";
import type { Clock } from "../runtime/clock.js";
import { holdLine } from "./gpio-held-line.js";
import { type LineOptions, openLine } from "./gpio-line.js";
import type { Led } from "./led.js";

/**
 * A lamp on a pin of the header. A pin that cannot be used yet is tried again until it can, `onMissing` hears why, and then
 * the lamp shows what it is to show. `random` is for the backoff, `open` for tests.
 */
export function createGpioLed(
  clock: Clock,
  random: () => number,
  options: LineOptions,
  onMissing: (detail: string) => void,
  open: Parameters<typeof holdLine>[0]["open"] = () => openLine(options, "out", "none"),
): Led {
  let isOn = false;
  // It is dark at first; one that comes later shows what it is to show by then.
  const held = holdLine({
    clock,
    random,
    open,
    onFault: onMissing,
    onOpen: (line) => line.writeSync(isOn ? 1 : 0),
  });

  function show(): void {
    try {
      held.line()?.writeSync(isOn ? 1 : 0);
    } catch (thrown) {
      held.lose(messageOf(thrown));
    }
  }

  return {
    set(on) {
      isOn = on;
      show();
    },
    close() {
      isOn = false;
      show();
      held.close();
      return Promise.resolve();
    },
  };
}
