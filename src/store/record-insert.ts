import type { Database } from "better-sqlite3";
import type { Characteristic, InspectionPlan } from "../inspection/plan.js";
import type { MeasurementDraft } from "../inspection/record.js";
import { decimalToText } from "../language/decimal.js";

/** What a record has beside what was measured. */
export interface RecordCircumstances {
  readonly deviceId: string;
  readonly part: string | null;
  readonly batch: string | null;
  readonly inspector: string | null;
  readonly piece: number;
  readonly wallMs: number;
  readonly bootId: string;
  readonly monotonicMs: number;
  readonly clockTrusted: boolean;
}

/** Gives a function that writes a record and answers its id; it runs inside the caller's transaction. */
export function prepareRecordInsert(
  database: Database,
): (draft: MeasurementDraft, plan: InspectionPlan | undefined, around: RecordCircumstances) => number {
  const insert = database.prepare(insertRecordSql);
  return (draft, plan, around) => {
    const characteristic = plan?.characteristics.find(({ number }) => number === draft.characteristicNumber);
    const text = (value: Characteristic["nominal"]): string | null =>
      value === undefined ? null : decimalToText(value);
    const { judgement } = draft;
    const { lastInsertRowid } = insert.run({
      device_id: around.deviceId,
      name: draft.name ?? null,
      characteristic_number: draft.characteristicNumber ?? null,
      plan_version: characteristic === undefined ? null : (plan?.version ?? null),
      value: decimalToText(draft.value),
      unit: draft.unit ?? null,
      said_value: text(draft.said?.value),
      said_unit: draft.said?.unit ?? null,
      judgement: judgement?.kind ?? null,
      judged_by: judgement === undefined || judgement.kind === "within" ? null : decimalToText(judgement.by),
      nominal: text(characteristic?.nominal),
      lower_limit: text(characteristic?.lowerLimit),
      upper_limit: text(characteristic?.upperLimit),
      part: around.part,
      batch: around.batch,
      inspector: around.inspector,
      piece: around.piece,
      transcript: draft.transcript,
      confidence: draft.confidence,
      confirmed_by_question: draft.confirmedByQuestion ? 1 : 0,
      audio_path: draft.audioPath ?? null,
      wall_ms: Math.round(around.wallMs),
      boot_id: around.bootId,
      monotonic_ms: Math.round(around.monotonicMs),
      clock_trusted: around.clockTrusted ? 1 : 0,
    });
    return Number(lastInsertRowid);
  };
}

const columns = [
  "device_id",
  "name",
  "characteristic_number",
  "plan_version",
  "value",
  "unit",
  "said_value",
  "said_unit",
  "judgement",
  "judged_by",
  "nominal",
  "lower_limit",
  "upper_limit",
  "part",
  "batch",
  "inspector",
  "piece",
  "transcript",
  "confidence",
  "confirmed_by_question",
  "audio_path",
  "wall_ms",
  "boot_id",
  "monotonic_ms",
  "clock_trusted",
];

const insertRecordSql = `INSERT INTO records (${columns.join(", ")}) VALUES (${columns.map((one) => `$${one}`).join(", ")})`;
