import type { StoredRecord } from "../inspection/record.js";
import type { SheetText } from "../wording/sheet-text.js";
import { type Cell, countCell, emptyCell, textCell, timeCell } from "./report-rows.js";
import type { WorkbookRequest } from "./workbook.js";

/** What the sheet of the device tells: what made the file, what is in it, and what happened to the device. */
export interface DeviceTable {
  add(record: StoredRecord): void;
  rows(): readonly (readonly Cell[])[];
}

export function createDeviceTable(request: WorkbookRequest, text: SheetText, madeAtMs: number): DeviceTable {
  const { deviceRows } = text;
  const { utcOffsetMinutes } = request;
  let records = 0;
  let valid = 0;
  let untrusted = 0;
  let firstMs = Number.POSITIVE_INFINITY;
  let lastMs = Number.NEGATIVE_INFINITY;

  return {
    add(record) {
      records += 1;
      if (record.status === "valid") valid += 1;
      if (!record.clockTrusted) untrusted += 1;
      firstMs = Math.min(firstMs, record.wallMs);
      lastMs = Math.max(lastMs, record.wallMs);
    },
    rows() {
      const times =
        records === 0
          ? []
          : [
              [textCell(deviceRows.firstTime), timeCell(firstMs, utcOffsetMinutes)],
              [textCell(deviceRows.lastTime), timeCell(lastMs, utcOffsetMinutes)],
            ];
      const events = request.events.map(({ kind, code, detail, wallMs }) => [
        textCell(deviceRows.events),
        textCell(text.eventKinds[kind] ?? kind),
        textCell(code),
        textCell(detail),
        timeCell(wallMs, utcOffsetMinutes),
      ]);
      return [
        [textCell(deviceRows.device), textCell(request.deviceId)],
        [textCell(deviceRows.version), textCell(request.productVersion)],
        [textCell(deviceRows.model), textCell(request.modelId)],
        [textCell(deviceRows.records), countCell(records)],
        [textCell(deviceRows.valid), countCell(valid)],
        [textCell(deviceRows.changed), countCell(records - valid)],
        [textCell(deviceRows.untrusted), countCell(untrusted)],
        ...times,
        [textCell(deviceRows.made), timeCell(madeAtMs, utcOffsetMinutes)],
        [emptyCell],
        ...(events.length > 0 ? events : [[textCell(deviceRows.events), textCell(deviceRows.noEvents)]]),
      ];
    },
  };
}
