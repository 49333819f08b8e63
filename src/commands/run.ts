import type { Command } from "commander";
import { composeDevice, type Device } from "../compose.js";
import { cardWhenOpened, composeButton, composeLeds, systemClock } from "../compose-parts.js";
import { isFaultShown, ledPatterns, ledSignal } from "../controller/led.js";
import type { ControllerState } from "../controller/state.js";
import { createGestureDriver } from "../panel/gesture-driver.js";
import { standardGestureLimits } from "../panel/gestures.js";
import { createLedPlayer } from "../panel/led-player.js";
import { type Shutdown, wireSignals } from "../runtime/shutdown.js";
import type { Configuration } from "../service/configuration.js";
import { createLogger } from "../service/logger.js";
import { printConfiguration } from "../service/print-configuration.js";
import { createServiceManager } from "../service/systemd-notify.js";
import { createWatchdog, watchdogLimitMs } from "../service/watchdog.js";
import { CommandFailure } from "./failure.js";
import { printLine } from "./output.js";
import { readConfiguration } from "./settings.js";

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
      const configuration = await readConfiguration(options.config);
      if (options.printConfig === true) {
        await printLine(printConfiguration(configuration).trimEnd());
        return;
      }
      await runAppliance(configuration);
    });
}

async function runAppliance(configuration: Configuration): Promise<void> {
  const underJournald = process.env["JOURNAL_STREAM"] !== undefined;
  const logger = createLogger(
    configuration.log.level,
    (line) => void process.stderr.write(line),
    underJournald,
  );
  const manager = createServiceManager(process.env["NOTIFY_SOCKET"], (detail) =>
    logger.warn({ detail }, "systemd was not told"),
  );
  const sound = cardWhenOpened(configuration);
  let powerOff: () => void = () => undefined;
  const halted = new Promise<void>((resolve) => {
    powerOff = resolve;
  });
  const lamps = lampsOf(configuration, (detail) => logger.warn({ detail }, "no lamp"));
  const composed = await composeDevice({
    configuration,
    sound,
    stateDirectory: configuration.storage.directory,
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
  await device.start();
  await manager.ready();
  const watchdog = createWatchdog({
    clock: systemClock,
    limitMs: watchdogLimitMs(process.env["WATCHDOG_USEC"]),
    missing: device.missing,
    feed: () => void manager.alive(ledSignal(device.appliance.state())),
    onMissing: (parts) => logger.error({ parts }, "the watchdog is not fed"),
  });
  watchdog.start();
  const reason = await Promise.race([halted.then(() => "switched off" as const), told]);
  watchdog.close();
  const report = await shutdown.begin(reason);
  await lamps.close();
  takeErrorsOff();
  logger.info({ tookMs: Math.round(report.tookMs), clean: report.clean }, "ended");
  if (reason === "switched off") process.exitCode = switchOffStatus;
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
  gestures.start(device.appliance.gesture, (detail) => {
    onMissing(detail);
    device.appliance.raise("button_missing");
  });
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
