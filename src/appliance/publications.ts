import type { Command } from "../controller/commands.js";
import type { ControllerEvent } from "../controller/events.js";
import type { ControllerState } from "../controller/state.js";
import { decimalToText } from "../language/decimal.js";
import type { Publication } from "../runtime/events.js";
import type { StepTrace } from "../runtime/interpreter.js";
import type { SpeechEvent } from "./mouth.js";

/** What onlookers are told of a step of the controller. */
export function publicationsOf({
  before,
  event,
  after,
  commands,
}: StepTrace<ControllerState, ControllerEvent, Command>): readonly Publication[] {
  const told: Publication[] = [...outcomesOf(event)];
  if (before.talk.kind !== after.talk.kind) {
    const change = { kind: "state", from: before.talk.kind, to: after.talk.kind, event: event.kind } as const;
    told.push({ topic: "system", event: change });
  }
  for (const command of commands) {
    if (command.kind === "export")
      told.push({ topic: "export", event: { kind: "started", stick: command.stickId } });
    if (command.kind === "note_fault") {
      told.push({
        topic: "system",
        event: command.raised
          ? { kind: "fault", code: command.fault, detail: "" }
          : { kind: "fault_cleared", code: command.fault },
      });
    }
  }
  return told;
}

/** What onlookers are told of the device's voice. */
export function speechPublication(event: SpeechEvent): Publication {
  switch (event.kind) {
    case "started":
      return { topic: "speech", event: { kind: "started", text: event.text, waitedMs: event.afterMs } };
    case "completed":
      return { topic: "speech", event: { kind: "completed", text: event.text, tookMs: event.tookMs } };
    case "cancelled":
      return { topic: "speech", event: { kind: "cancelled", text: event.text, reason: "stopped" } };
    case "failed":
      return {
        topic: "speech",
        event: { kind: "failed", text: event.text, error: "speech", detail: event.detail },
      };
  }
}

function outcomesOf(event: ControllerEvent): readonly Publication[] {
  switch (event.kind) {
    case "partial":
      return [{ topic: "text", event: { kind: "partial", turn: event.turn, text: event.text } }];
    case "endpoint":
      return [{ topic: "recognition", event: { kind: "endpoint", turn: event.turn } }];
    case "transcribed": {
      const { text, confidence, band, audioMs, decodeMs } = event.heard;
      const heard = {
        kind: "transcribed",
        turn: event.turn,
        text,
        confidence,
        band,
        audioMs,
        decodeMs,
      } as const;
      return [{ topic: "recognition", event: heard }];
    }
    case "recognition_failed":
      return [
        {
          topic: "recognition",
          event: { kind: "failed", turn: event.turn, error: event.fault ?? "timed_out" },
        },
      ];
    case "committed":
      return event.outcome.kind === "context_set" ? [] : [measurementOf(event.outcome)];
    case "commit_failed":
      return [{ topic: "measurement", event: { kind: "refused", reason: event.failure.kind } }];
    case "stick_arrived":
      return [{ topic: "export", event: { kind: "stick_arrived", stick: event.stickId } }];
    case "stick_gone":
      return [{ topic: "export", event: { kind: "stick_gone", stick: event.stickId } }];
    case "export_failed":
      return [
        { topic: "export", event: { kind: "failed", stick: event.stickId, error: event.fault, detail: "" } },
      ];
    default:
      return [];
  }
}

type CommittedRecord = Exclude<
  Extract<ControllerEvent, { kind: "committed" }>["outcome"],
  { kind: "context_set" }
>;

function measurementOf(outcome: CommittedRecord): Publication {
  const { record } = outcome;
  const value = decimalToText(record.value);
  switch (outcome.kind) {
    case "stored": {
      const { name, unit } = record;
      const named = { ...(name === undefined ? {} : { name }), ...(unit === undefined ? {} : { unit }) };
      return { topic: "measurement", event: { kind: "stored", record: record.id, value, ...named } };
    }
    case "corrected":
      return {
        topic: "measurement",
        event: { kind: "corrected", record: record.id, replaced: outcome.replaced, value },
      };
    case "withdrawn":
      return { topic: "measurement", event: { kind: "withdrawn", record: record.id } };
  }
}
