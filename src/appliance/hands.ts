import type { Command } from "../controller/commands.js";
import type { ControllerEvent } from "../controller/events.js";
import { assertNever } from "../runtime/assert.js";
import type { DeviceEvent } from "../store/store.js";
import type { CommandTimers } from "./command-timers.js";
import type { Ear } from "./ear.js";
import type { Mouth } from "./mouth.js";
import type { Pupil } from "./pupil.js";
import type { RunTask } from "./run-task.js";
import type { StickKeeper } from "./stick-keeper.js";
import type { StoreDesk } from "./store-desk.js";

/** The parts that carry out what the controller orders. */
export interface Hands {
  readonly ear: Ear;
  readonly mouth: Mouth;
  readonly desk: StoreDesk;
  readonly pupil: Pupil;
  readonly sticks: StickKeeper;
  readonly timers: CommandTimers;
  readonly note: (event: DeviceEvent) => void;
  readonly runTask: RunTask;
  readonly dispatch: (event: ControllerEvent) => void;
  readonly halt: () => void;
}

/** Gives each command to the part whose duty it is. */
export function carryOut(command: Command, hands: Hands): void {
  const { ear, mouth, desk, pupil, sticks, timers, note, runTask, dispatch, halt } = hands;
  switch (command.kind) {
    case "listen":
      ear.listen(command.turn);
      return;
    case "finish_recognition":
      ear.finish(command.turn);
      return;
    case "abandon_turn":
      ear.abandon(command.turn);
      return;
    case "commit":
      desk.commit(command.turn, command.operation);
      return;
    case "gather_status":
      desk.gatherStatus(command.turn);
      return;
    case "speak":
      mouth.speak(command.turn, command.message, command.cue);
      return;
    case "stop_speaking":
      mouth.stop(command.turn);
      return;
    case "keep_reading":
      pupil.keepReading(command.sentence, command.isFirst);
      return;
    case "learn_voice":
      pupil.learn(command.inspector);
      return;
    case "tick":
      mouth.tick();
      return;
    case "start_timer":
      timers.start(command);
      return;
    case "cancel_timer":
      timers.cancel(command.key);
      return;
    case "export":
      sticks.export(command.stickId);
      return;
    case "abandon_export":
      sticks.abandon(command.stickId);
      return;
    case "release_stick":
      sticks.release(command.stickId);
      return;
    case "prepare_halt":
      // Every commit is on the card already; what is left is to let the stick go.
      runTask("prepare halt", async () => {
        await sticks.close();
        dispatch({ kind: "halt_prepared" });
      });
      return;
    case "halt":
      halt();
      return;
    case "note_fault":
      note({ kind: command.raised ? "fault" : "recovered", code: command.fault, detail: "" });
      return;
    default:
      assertNever(command);
  }
}
