import { randomInt, randomUUID } from "node:crypto";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { audioFolder, createRecordings, type Recordings } from "./appliance/recordings.js";
import type { Message } from "./controller/messages.js";
import type { WeighingThresholds } from "./controller/weigh.js";
import type { Button } from "./panel/button.js";
import { createGpioButton } from "./panel/gpio-button.js";
import { createGpioLed } from "./panel/gpio-led.js";
import { createInputEventButton } from "./panel/input-event-button.js";
import { createKeyboardButton } from "./panel/keyboard-button.js";
import type { Led } from "./panel/led.js";
import { createScriptedButton, type ScriptedButton } from "./panel/scripted-button.js";
import { createTerminalLed } from "./panel/terminal-led.js";
import { chooseModel, type Model, type ModelError, readManifest, verifyModel } from "./recognition/model.js";
import type { Recognizer } from "./recognition/recognizer.js";
import { createRecognizerProcess, type RecognizerProcessOptions } from "./recognition/recognizer-process.js";
import { createSystemClock } from "./runtime/clock.js";
import { packageRoot } from "./runtime/compiled-module.js";
import { ok, type Result } from "./runtime/result.js";
import type { ClockTrust } from "./service/clock-trust.js";
import type { Configuration } from "./service/configuration.js";
import { productVersion } from "./service/product.js";
import { readPlanFile } from "./stick/plan-check.js";
import { createPlanReader, type PlanReading } from "./stick/plan-file.js";
import { createStickExporter } from "./stick/stick-exporter.js";
import { databaseFile } from "./store/recover.js";
import type { Store } from "./store/store.js";
import { createExceljsWorkbook } from "./workbook/exceljs-workbook.js";

export type { ScriptedButton } from "./panel/scripted-button.js";

/** The clock that everything composed here runs on. */
export const systemClock = createSystemClock();

/** The folder of the models. */
export const modelsDirectory = join(packageRoot(), "models");

/** Only backoff draws on it. */
export const random = (): number => randomInt(2 ** 32) / 2 ** 32;

/** Sound from a file comes all at once: how long a slow processor may be busy with it, in ms, before it is given up. */
export const fileLimits = { finishLimitMs: 120_000, heartbeatMs: 120_000 };

/** The recogniser of the configuration, not yet started; `encoderOfVoice` is asked whenever it loads its files. */
export async function composeRecognizer(
  configuration: Configuration,
  encoderOfVoice: (model: Model) => Promise<string | undefined> = () => Promise.resolve(undefined),
  limits: Pick<RecognizerProcessOptions, "finishLimitMs" | "heartbeatMs"> = {},
): Promise<Result<{ readonly recognizer: Recognizer; readonly model: Model }, ModelError>> {
  const manifest = await readManifest(modelsDirectory);
  if (!manifest.ok) return manifest;
  const chosen = chooseModel(manifest.value, configuration.recognition.model, configuration.language);
  if (!chosen.ok) return chosen;
  const model = chosen.value;
  const verify = async () => {
    const files = await verifyModel(modelsDirectory, model);
    if (!files.ok) return files;
    const encoder = await encoderOfVoice(model);
    return encoder === undefined ? files : ok({ ...files.value, encoder, isVoiceLearnt: true });
  };
  const recognizer = recognizerOf(configuration, model, verify, limits);
  return ok({ recognizer, model });
}

/** A recogniser of files that `verify` names before each start, judged as the configuration and the model say. */
export function recognizerOf(
  { recognition }: Configuration,
  model: Model,
  verify: RecognizerProcessOptions["verify"],
  limits: Pick<RecognizerProcessOptions, "finishLimitMs" | "heartbeatMs"> = {},
): Recognizer {
  return createRecognizerProcess({
    ...limits,
    clock: systemClock,
    random,
    modelId: model.id,
    language: model.language,
    thresholds: thresholdsOf({ recognition }, model),
    phasesMs: model.weighed_at_ms,
    verify,
  });
}

/** From which confidence a value is stored, and from which it is asked: the configuration's word, else the model's. */
export function thresholdsOf(
  { recognition }: Pick<Configuration, "recognition">,
  { thresholds }: Model,
): WeighingThresholds {
  const unsure = recognition.unsure ?? thresholds.unsure;
  // Who names a confidence names it for every sentence.
  return recognition.sure === undefined ? { ...thresholds, unsure } : { sure: recognition.sure, unsure };
}

/** The sounds of the turns, kept as the configuration allows. */
export function composeRecordings(
  { storage }: Configuration,
  store: Store,
  stateDirectory: string,
  clockTrust: ClockTrust,
  onWritten: (problem: string | undefined) => void,
): Recordings {
  return createRecordings({
    clock: systemClock,
    directory: join(stateDirectory, audioFolder),
    longestMs: storage.audio_days * 86_400_000,
    mostBytes: storage.audio_mb * 1_000_000,
    onSticks: () => store.exportedAudio(),
    // The network corrects a wrong step within the hour.
    canTellAge: () => clockTrust.isTrusted() && clockTrust.steadyForMs() >= 60 * 60_000,
    onWritten,
  });
}

/** The exporter of a store, with the writer that it owns. */
export function composeExporter(
  configuration: Configuration,
  store: Store,
  stateDirectory: string,
  modelId: string,
) {
  const workbook = createExceljsWorkbook(systemClock);
  const exporter = createStickExporter({
    clock: systemClock,
    store,
    databasePath: join(stateDirectory, databaseFile),
    workbook,
    scratchDirectory: join(stateDirectory, "scratch"),
    deviceName: configuration.device.name,
    language: configuration.language,
    reports: configuration.stick.reports,
    ...(configuration.stick.audio ? { audioDirectory: join(stateDirectory, audioFolder) } : {}),
    productVersion: productVersion(),
    modelId: () => modelId,
    utcOffsetMinutes: () => utcOffsetMinutes(configuration),
    newMark: randomUUID,
  });
  return { exporter, close: () => workbook.close() };
}

/** The space bar as the button. */
export function composeKeyboardButton(onQuit: () => void): Button {
  return createKeyboardButton({ clock: systemClock, input: process.stdin, onQuit });
}

/** A button that a program presses. */
export function composeScriptedButton(): ScriptedButton {
  return createScriptedButton(systemClock);
}

/** The button of the configuration; undefined when it has none. */
export function composeButton({ button, gpio }: Configuration, onQuit: () => void): Button | undefined {
  switch (button.source) {
    case "gpio":
      return createGpioButton(systemClock, random, {
        pin: button.pin,
        activeLow: button.active_low,
        ...(gpio.chip === undefined ? {} : { chipLabel: gpio.chip }),
      });
    case "input":
      return createInputEventButton(systemClock, { device: button.device ?? "", keys: button.keys });
    case "keyboard":
      return composeKeyboardButton(onQuit);
    case "none":
      return undefined;
  }
}

/** The lamps of the configuration; each that cannot be had is told with its reason. */
export function composeLeds(
  { led, gpio }: Configuration,
  onMissing: (detail: string) => void,
): { readonly main?: Led; readonly fault?: Led } {
  if (led.source === "terminal")
    return { main: createTerminalLed((text) => void process.stderr.write(text)) };
  if (led.source === "none") return {};
  const open = (pin: number): Led => {
    const chip = gpio.chip === undefined ? {} : { chipLabel: gpio.chip };
    return createGpioLed(systemClock, random, { pin, ...chip }, onMissing);
  };
  return { main: open(led.pin), ...(led.fault_pin === undefined ? {} : { fault: open(led.fault_pin) }) };
}

/** Reads a plan file as the device would. */
export function checkPlan(file: string): Promise<PlanReading> {
  return readPlanFile(createPlanReader(systemClock), file, new AbortController().signal);
}

/** Writes an empty plan. The library is large, so it is loaded for this alone; the service has it in a worker. */
export async function composePlanTemplate(path: string, language: Configuration["language"]) {
  const { writePlanTemplate } = await import("./workbook/plan-template.js");
  return writePlanTemplate(path, language);
}

/** Takes the configuration's plan file over, if it names one that is another than the plan in force. */
export async function adoptConfiguredPlan(
  { plan }: Configuration,
  store: Store,
): Promise<readonly Message[]> {
  if (plan.file === undefined) return [];
  const reading = await checkPlan(plan.file);
  if (reading.kind !== "plan") {
    return [{ kind: "plan_refused", problems: reading.kind === "refused" ? reading.problems.length : 1 }];
  }
  if (isDeepStrictEqual(store.plan()?.characteristics, reading.characteristics)) return [];
  const adopted = store.adoptPlan(plan.file, reading.characteristics);
  return adopted.ok ? [{ kind: "plan_adopted", characteristics: reading.characteristics.length }] : [];
}

/** Distance of the device's local time from UTC, in minutes. */
export function utcOffsetMinutes(configuration: Configuration): number {
  const match = /^([+-])(\d\d):(\d\d)$/.exec(configuration.time.utc_offset);
  if (match === null) return -new Date(systemClock.wallMs()).getTimezoneOffset();
  const [, sign, hours, minutes] = match;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** Midnight of today in the device's local time, in wall ms. */
export function startOfDayMs(configuration: Configuration): number {
  const offsetMs = utcOffsetMinutes(configuration) * 60_000;
  const local = systemClock.wallMs() + offsetMs;
  return local - (((local % dayMs) + dayMs) % dayMs) - offsetMs;
}

const dayMs = 86_400_000;
