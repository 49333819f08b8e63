import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MeasurementDraft, StoredRecord } from "../../src/inspection/record.js";
import { type Decimal, decimalFromText } from "../../src/language/decimal.js";
import type { UnitSymbol } from "../../src/language/units.js";
import { createSystemClock } from "../../src/runtime/clock.js";
import type { StickExporter } from "../../src/stick/stick.js";
import { createStickExporter, type StickExporterDeps } from "../../src/stick/stick-exporter.js";
import { openDatabase } from "../../src/store/open-database.js";
import { createSqliteStore } from "../../src/store/sqlite-store.js";
import type { Store } from "../../src/store/store.js";
import { createExceljsWorkbook } from "../../src/workbook/exceljs-workbook.js";
import type { ReportOutput, WorkbookRequest, WorkbookWriter } from "../../src/workbook/workbook.js";

/** A device without sound: a real database whose wall clock the test sets, a real workbook writer, folders of its own. */
export interface StickBench {
  readonly folder: string;
  readonly databasePath: string;
  readonly scratchDirectory: string;
  readonly store: Store;
  readonly workbook: WorkbookWriter;
  /** The wall time of the records that follow; it does not run. */
  setWallMs(ms: number): void;
  /** Commits a measurement; `extra` adds to it. */
  measure(name: string, value: string, extra?: Partial<MeasurementDraft>): StoredRecord;
  /** Commits many measurements in one transaction, which spares the test the waiting for the disk. */
  fill(count: number): void;
  /** An exporter with the given parts replaced. */
  exporter(parts?: Partial<StickExporterDeps>): StickExporter;
  request(outputs: readonly ReportOutput[]): WorkbookRequest;
  close(): Promise<void>;
}

/** 2026-11-25 08:30:05 in China, which is UTC+8. */
export const benchWallMs = Date.UTC(2026, 10, 25, 0, 30, 5);
export const chinaMinutes = 480;

/** @param deviceId what the device calls itself when its database is new */
export async function createStickBench(
  deviceId = "5f0c0000-1111-4222-8333-444455556666",
): Promise<StickBench> {
  const folder = await mkdtemp(join(tmpdir(), "voicegauge-stick-"));
  const databasePath = join(folder, "voicegauge.db");
  const scratchDirectory = join(folder, "scratch");
  await mkdir(join(folder, "stick"));
  let wallMs = benchWallMs;
  const system = createSystemClock();
  const opened = openDatabase(databasePath);
  if (!opened.ok) throw new Error(opened.error.detail);
  const made = createSqliteStore({
    database: opened.value,
    clock: { ...system, wallMs: () => wallMs },
    bootId: "boot",
    clockTrusted: () => true,
    newDeviceId: () => deviceId,
  });
  if (!made.ok) throw new Error(made.error.detail);
  const store = made.value;
  const workbook = createExceljsWorkbook(system);
  const common = {
    databasePath,
    language: "zh",
    productVersion: "0.1.0",
    deviceId: "5f0c",
    modelId: "vg-zh-compact",
  } as const;

  function measure(name: string, value: string, extra: Partial<MeasurementDraft> = {}): StoredRecord {
    const stored = store.commitMeasurement({
      name,
      value: decimal(value),
      unit: "mm" satisfies UnitSymbol,
      transcript: `${name}${value}毫米`,
      confidence: 0.97,
      confirmedByQuestion: false,
      ...extra,
    });
    if (!stored.ok) throw new Error(stored.error.detail);
    return stored.value;
  }

  return {
    folder,
    databasePath,
    scratchDirectory,
    store,
    workbook,
    setWallMs(ms) {
      wallMs = ms;
    },
    measure,
    fill(count) {
      opened.value.exec("BEGIN");
      for (let index = 0; index < count; index += 1) measure("长度", (index % 100).toFixed(2));
      opened.value.exec("COMMIT");
    },
    exporter: (parts = {}) =>
      createStickExporter({
        ...common,
        clock: system,
        store,
        workbook,
        scratchDirectory,
        deviceName: "三号台",
        reports: ["xlsx", "csv"],
        modelId: () => common.modelId,
        utcOffsetMinutes: () => chinaMinutes,
        newMark: randomUUID,
        ...parts,
      }),
    request: (outputs) => ({
      ...common,
      outputs,
      fromId: 1,
      toId: 1_000_000,
      utcOffsetMinutes: chinaMinutes,
      events: [],
    }),
    async close() {
      await workbook.close();
      store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function decimal(text: string): Decimal {
  const value = decimalFromText(text);
  if (value === undefined) throw new Error(`${text} is no decimal`);
  return value;
}
