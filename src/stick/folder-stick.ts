import { stat } from "node:fs/promises";
import type { Clock, Timer } from "../runtime/clock.js";
import { fsyncDirectory } from "../runtime/durable-file.js";
import { err, ok } from "../runtime/result.js";
import type { MountedStick, StickListener, StickWatcher } from "./stick.js";

/** How often the folder is looked for, in milliseconds. */
const lookMs = 500;

/** A folder that plays the stick at a desk: it arrives when it exists and is gone when it does not. */
export function createFolderStick(clock: Clock, directory: string): StickWatcher {
  let listener: StickListener | undefined;
  let present: MountedStick | undefined;
  let timer: Timer | undefined;
  let closed = false;
  let looking: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    const found = await stat(directory).then(
      (entry) => entry.isDirectory(),
      () => false,
    );
    if (closed) return;
    if (found && present === undefined) {
      present = { id: `folder:${directory}`, directory };
      listener?.onArrived(present);
    } else if (!found && present !== undefined) {
      const { id } = present;
      present = undefined;
      listener?.onGone(id);
    }
    timer = clock.startTimer("look for the stick", lookMs, () => {
      looking = look();
    });
  }

  return {
    start(given) {
      listener = given;
      looking = look();
    },
    async release(stick) {
      try {
        await fsyncDirectory(stick.directory);
        return ok(undefined);
      } catch {
        return err({ kind: "pulled", detail: `${stick.directory} is gone` });
      }
    },
    async close() {
      closed = true;
      timer?.cancel();
      await looking;
    },
  };
}
