import { isDeepStrictEqual } from "node:util";
import type { Clock, Timer } from "../runtime/clock.js";
import type { Result } from "../runtime/result.js";
import type { Configuration } from "./configuration.js";
import type { ConfigurationRefused, LoadedConfiguration } from "./load-configuration.js";

/** Takes a changed configuration file over when nobody is in the middle of something. */
export interface Reload {
  /** Reads the file again; called on SIGHUP, as often as it likes. */
  request(): Promise<void>;
  close(): void;
}

interface ReloadDeps {
  readonly clock: Clock;
  /** The configuration in force. */
  readonly current: Configuration;
  readonly load: () => Promise<Result<LoadedConfiguration, ConfigurationRefused>>;
  /** Nobody talks and no stick is written. */
  readonly isIdle: () => boolean;
  /** The file is wrong: the configuration in force stays. */
  readonly onRefused: (refused: ConfigurationRefused) => void;
  /** The file is right; told also when nothing in it has changed. */
  readonly onAccepted: () => void;
  /** The file is right, says something else than what is in force, and now is the moment. */
  readonly onDue: () => void;
}

const idleLookMs = 200;

/** Builds it. */
export function createReload(deps: ReloadDeps): Reload {
  const { clock, current, load, isIdle, onRefused, onAccepted, onDue } = deps;
  let timer: Timer | undefined;
  let closed = false;

  function waitForIdle(): void {
    timer?.cancel();
    if (closed) return;
    if (isIdle()) onDue();
    else timer = clock.startTimer("wait with the new configuration", idleLookMs, waitForIdle);
  }

  return {
    async request() {
      const loaded = await load();
      if (closed) return;
      timer?.cancel();
      if (!loaded.ok) {
        onRefused(loaded.error);
        return;
      }
      onAccepted();
      if (!isDeepStrictEqual(loaded.value.configuration, current)) waitForIdle();
    },
    close() {
      closed = true;
      timer?.cancel();
    },
  };
}
