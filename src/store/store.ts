import type { Characteristic, InspectionPlan } from "../inspection/plan.js";
import type { MeasurementDraft, StoredRecord, WorkContext } from "../inspection/record.js";
import type { Result } from "../runtime/result.js";

/**
 * Everything that must outlive a power cut. Each method returns after the row is on the card (`synchronous=FULL`):
 * a success may be spoken.
 */
export interface Store {
  /** Appends one record, with the work context, the plan's limits and the time of now. */
  commitMeasurement(draft: MeasurementDraft): Result<StoredRecord, StoreError>;
  /** In one transaction: appends `draft` and marks `recordId` as superseded by it. */
  correct(recordId: number, draft: MeasurementDraft): Result<StoredRecord, StoreError>;
  /** Marks a valid record as withdrawn and returns it. */
  withdraw(recordId: number): Result<StoredRecord, StoreError>;
  /** The newest record that is still valid. */
  latestValid(): StoredRecord | undefined;
  record(id: number): StoredRecord | undefined;
  /** Streams records in id order without holding them in memory. */
  records(range?: RecordRange): Iterable<StoredRecord>;
  countRecords(range?: RecordRange): number;
  workContext(): WorkContext;
  /** Replaces the given fields, keeps the others. */
  setWorkContext(change: WorkContext): Result<WorkContext, StoreError>;
  /** “下一件”: the running order begins again; a part number that was set belonged to the piece before and is dropped. */
  beginPiece(): Result<WorkContext, StoreError>;
  /** Numbers of the plan's characteristics that have a valid record for the present piece, each once, the newest last. */
  measuredInPiece(): readonly number[];
  plan(): InspectionPlan | undefined;
  /** Takes a whole plan over as the next version. */
  adoptPlan(source: string, characteristics: readonly Characteristic[]): Result<InspectionPlan, StoreError>;
  /** Notes which records went into which file with which hash. */
  noteExport(entry: ExportEntry): Result<ExportEntry, StoreError>;
  exports(): readonly ExportEntry[];
  /** Names of the recordings whose records went into a file. */
  exportedAudio(): ReadonlySet<string>;
  /** Something that the user must be able to see later (sheet 设备): a fault, a clock step; of now, unless it is told. */
  noteEvent(event: DeviceEvent, wallMs?: number): Result<void, StoreError>;
  events(limit: number): readonly (DeviceEvent & { readonly wallMs: number })[];
  device(): DeviceInfo;
  /** Whether a change can be committed, by one that changes nothing. */
  probe(): Result<void, StoreError>;
  /** Online backup to `path`, durable when it resolves. */
  backup(path: string): Promise<Result<{ readonly bytes: number }, StoreError>>;
  close(): void;
}

export interface RecordRange {
  /** Inclusive. */
  readonly fromId?: number;
  readonly toId?: number;
  /** Inclusive and exclusive wall time in ms. */
  readonly fromWallMs?: number;
  readonly untilWallMs?: number;
}

export interface ExportEntry {
  readonly stickId: string;
  readonly fileName: string;
  readonly firstRecordId: number;
  readonly lastRecordId: number;
  readonly recordCount: number;
  readonly sha256: string;
}

export interface DeviceEvent {
  readonly kind: "fault" | "recovered" | "clock" | "note";
  readonly code: string;
  readonly detail: string;
}

export interface DeviceInfo {
  /** Random, made at the first start; the same for ever. */
  readonly deviceId: string;
  readonly schemaVersion: number;
}

export type StoreError =
  | { readonly kind: "card_full"; readonly detail: string }
  | { readonly kind: "read_only"; readonly detail: string }
  | { readonly kind: "corrupt"; readonly detail: string }
  | { readonly kind: "not_found"; readonly detail: string }
  | { readonly kind: "not_valid"; readonly detail: string }
  | { readonly kind: "busy"; readonly detail: string }
  | { readonly kind: "failed"; readonly detail: string };
