import type { Command } from "commander";
import { composeDevice, type Device } from "../compose.js";
import { composeButton, composeLeds, systemClock } from "../compose-parts.js";
import { cardWhenOpened } from "../compose-sound.js";
import { isFaultShown, ledPatterns, ledSignal } from "../controller/led.js";
import type { ControllerState } from "../controller/state.js";
import { createGestureDriver } from "../panel/gesture-driver.js";
import { standardGestureLimits } from "../panel/gestures.js";
import { createLedPlayer } from "../panel/led-player.js";
import { type Shutdown, wireSignals } from "../runtime/shutdown.js";
import { type Configuration, defaultConfiguration } from "../service/configuration.js";
import {
  type ConfigurationRefused,
  type LoadedConfiguration,
  loadConfiguration,
} from "../service/load-configuration.js";
import { createLogger } from "../service/logger.js";
import { printConfiguration } from "../service/print-configuration.js";
import { createReload } from "../service/reload.js";
import { createServiceManager } from "../service/systemd-notify.js";
import { createWatchdog, watchdogLimitMs } from "../service/watchdog.js";
import { CommandFailure } from "./failure.js";
import { printLine } from "./output.js";

/** Asks systemd/voicegauge.service to switch the machine off, which this user may not. */
const switchOffStatus = 42;

interface RunOptions {
  readonly config?: string;
  readonly printConfig?: true;
}

/** `voicegauge run`: the appliance, as systemd starts it. */
export function addRunCommand(program: Command): void {
  program
    .command("run")
    .description("the appliance (systemd starts this)")
    .option("--config <file>", "configuration file (default: /etc/voicegauge/config.toml)")
    .option("--print-config", "print the configuration in force and end")
    .action(async (options: RunOptions) => {
      const loaded = await loadConfiguration(options.config);
      if (options.printConfig === true) {
        await printLine(printConfiguration(orFail(loaded).configuration).trimEnd());
        return;
      }
      // Nobody reads an error at the bench: with a broken installed file the device starts by its defaults and says so.
      const started =
        loaded.ok || options.config !== undefined ? orFail(loaded).configuration : defaultConfiguration;
      await runAppliance(
        started,
        () => loadConfiguration(options.config),
        loaded.ok ? undefined : loaded.error,
      );
    });
}

function orFail(loaded: Awaited<ReturnType<typeof loadConfiguration>>): LoadedConfiguration {
  if (loaded.ok) return loaded.value;
  throw new CommandFailure(`${loaded.error.path}: ${loaded.error.problems.join("; ")}`);
}

async function runAppliance(
  configuration: Configuration,
  load: () => ReturnType<typeof loadConfiguration>,
  refused: ConfigurationRefused | undefined,
): Promise<void> {
  const underJournald = process.env["JOURNAL_STREAM"] !== undefined;
  const logger = createLogger(
    configuration.log.level,
    (line) => void process.stderr.write(line),
    underJournald,
  );
  const manager = createServiceManager(process.env["NOTIFY_SOCKET"], (detail) =>
    logger.warn({ detail }, "systemd was not told"),
  );
  const sound = cardWhenOpened(configuration, (detail) =>
    logger.warn({ detail }, "the sound card's levels stay as they are"),
  );
  let powerOff: () => void = () => undefined;
  const halted = new Promise<void>((resolve) => {
    powerOff = resolve;
  });
  const lamps = lampsOf(configuration, (detail) => logger.warn({ detail }, "no lamp"));
  const composed = await composeDevice({
    configuration,
    sound,
    stateDirectory: configuration.storage.directory,
    // The folder that systemd made for the service (StateDirectory=) had the installer's mark before its first start.
    areRecordsExpected: configuration.storage.directory === process.env["STATE_DIRECTORY"],
    stick: { kind: "mounted", directory: configuration.stick.directory },
    onHalt: () => powerOff(),
    onStep: ({ after }) => lamps.show(after),
  });
  if (!composed.ok) throw new CommandFailure(composed.error.detail);
  const device = composed.value;
  device.bus.subscribe("log", "all", ({ topic, event, number }) => {
    const grave = event.kind === "fault" || event.kind === "failed" || event.kind === "failure";
    logger[grave ? "error" : topic === "text" ? "debug" : "info"]({ topic, number, ...event }, event.kind);
  });
  const takeErrorsOff = device.errors.install(process);
  lamps.show(device.appliance.state());
  const gestures = startButton(
    configuration,
    device,
    (detail) => logger.warn({ detail }, "no button"),
    () => void process.kill(process.pid, "SIGTERM"),
  );
  // Presses end before anything else does.
  const shutdown: Shutdown = {
    begun: device.shutdown.begun,
    begin: async (reason) => {
      await gestures?.close();
      return device.shutdown.begin(reason);
    },
  };
  const told = new Promise<"told to stop">((resolve) => {
    wireSignals(process, shutdown, () => resolve("told to stop"));
  });
  const refuse = ({ path, problems }: ConfigurationRefused): void => {
    logger.error({ path, problems }, "the configuration is refused");
    device.appliance.raise("configuration_refused");
  };
  let restart: () => void = () => undefined;
  const changed = new Promise<"the configuration has changed">((resolve) => {
    restart = () => resolve("the configuration has changed");
  });
  const reload = createReload({
    clock: systemClock,
    current: configuration,
    load,
    isIdle: () => isIdle(device.appliance.state()),
    onRefused: refuse,
    onAccepted: () => device.appliance.clear("configuration_refused"),
    // Every key is read at the start only; systemd starts the service again at once.
    onDue: () => restart(),
  });
  const onHangUp = (): void => void reload.request();
  process.on("SIGHUP", onHangUp);
  await device.start();
  if (refused !== undefined) refuse(refused);
  await manager.ready();
  const watchdog = createWatchdog({
    clock: systemClock,
    limitMs: watchdogLimitMs(process.env["WATCHDOG_USEC"]),
    missing: device.missing,
    feed: () => void manager.alive(statusOf(device.appliance.state())),
    onMissing: (parts) => logger.error({ parts }, "the watchdog is not fed"),
  });
  watchdog.start();
  const reason = await Promise.race([halted.then(() => "switched off" as const), told, changed]);
  process.off("SIGHUP", onHangUp);
  reload.close();
  watchdog.close();
  const report = await shutdown.begin(reason);
  await lamps.close();
  takeErrorsOff();
  logger.info({ tookMs: Math.round(report.tookMs), clean: report.clean }, "ended");
  if (reason === "switched off") process.exitCode = switchOffStatus;
}

/** For `systemctl status`: what the lamp shows, and the codes of all faults. */
function statusOf(state: ControllerState): string {
  return [ledSignal(state), ...state.faults].join(", ");
}

function isIdle({ talk, stick }: ControllerState): boolean {
  return talk.kind === "ready" && stick.kind !== "writing" && stick.kind !== "releasing";
}

function startButton(
  configuration: Configuration,
  device: Device,
  onMissing: (detail: string) => void,
  onQuit: () => void,
) {
  const button = composeButton(configuration, onQuit);
  if (button === undefined) return undefined;
  const limits = { ...standardGestureLimits, debounceMs: configuration.button.debounce_ms };
  const gestures = createGestureDriver({ button, clock: systemClock }, limits);
  gestures.start(
    device.appliance.gesture,
    (detail) => {
      onMissing(detail);
      device.appliance.raise("button_missing");
    },
    () => device.appliance.clear("button_missing"),
  );
  return gestures;
}

/** Both lamps as players; a fault is on the second one where there is a second one. */
function lampsOf(configuration: Configuration, onMissing: (detail: string) => void) {
  const { main, fault } = composeLeds(configuration, onMissing);
  const lamp = main === undefined ? undefined : createLedPlayer(systemClock, main);
  const second = fault === undefined ? undefined : createLedPlayer(systemClock, fault);
  return {
    show(state: ControllerState) {
      lamp?.show(ledPatterns[ledSignal(state)]);
      second?.show(isFaultShown(state) ? ledPatterns.fault : ledPatterns.halted);
    },
    async close() {
      await lamp?.close();
      await second?.close();
    },
  };
}
