import type { Command } from "../controller/commands.js";
import type { ControllerEvent } from "../controller/events.js";
import { ledSignal } from "../controller/led.js";
import type { ControllerState } from "../controller/state.js";
import { timersOf } from "../controller/timers.js";
import type { StoredRecord } from "../inspection/record.js";
import type { World } from "./world.js";

/** Rules 1 and 3: nothing is spoken as stored or as written that is not, and the gate is shut before any sound. */
export function breachBefore(command: Command, world: World): string | undefined {
  if (command.kind !== "speak") return undefined;
  if (world.openTurn() !== undefined) return "it speaks while the gate is open";
  if (world.soundingTurn() !== undefined) return "it speaks with two voices";
  const { message } = command;
  if ((message.kind === "stick_done" || message.kind === "stick_released") && world.releases() === 0)
    return "it lets a stick be pulled that was not unmounted";
  if (message.kind !== "measurement_stored" && message.kind !== "measurement_corrected") return undefined;
  const stored = world.records()[message.record.id - 1];
  const same =
    stored?.value.unscaled === message.record.value.unscaled &&
    stored.value.scale === message.record.value.scale;
  return same ? undefined : `it confirms record ${message.record.id}, which is not stored so`;
}

/** Rules 2, 4 and 5: every press is answered, every state has its limit, no record vanishes, doubt is never stored. */
export function breachAfter(
  before: ControllerState,
  event: ControllerEvent,
  after: ControllerState,
  commands: readonly Command[],
  world: World,
): string | undefined {
  if (event.kind === "gesture" && event.gesture === "press" && before.talk.kind === "ready") {
    if (ledSignal(after) === ledSignal(before)) return "a press in ready does not show on the LED";
    if (!commands.some(({ kind }) => kind === "listen" || kind === "speak"))
      return "a press in ready is not heard";
  }
  if (after.talk.kind !== "ready" && after.talk.kind !== "halting" && !hasLimit(after, world))
    return `${after.talk.kind} has no time limit`;
  for (const command of commands) {
    if (command.kind !== "commit") continue;
    if (event.kind === "transcribed" && event.turn !== before.turn)
      return "words of a turn that is over are stored";
    if (isDoubtful(event, command)) return "a doubtful value is stored without a question";
  }
  return hasVanished(world.records()) ? "a record has vanished" : undefined;
}

function hasLimit(state: ControllerState, world: World): boolean {
  for (const { key } of timersOf(state)) if (world.isTimerRunning(key)) return true;
  return false;
}

/** They are numbered without a gap. */
function hasVanished(records: readonly StoredRecord[]): boolean {
  let number = 0;
  for (const { id } of records) {
    number += 1;
    if (id !== number) return true;
  }
  return false;
}

function isDoubtful(event: ControllerEvent, command: Extract<Command, { kind: "commit" }>): boolean {
  if (event.kind !== "transcribed" || command.operation.kind !== "measure") return false;
  return (
    !command.operation.draft.confirmedByQuestion &&
    (event.heard.band !== "sure" || event.heard.text === "二百五")
  );
}
