/**
 * Everything that can be wrong with the device, by a stable code. The code indexes the spoken text and the sheet 设备,
 * so a code is never renamed.
 */
export const faultCodes = [
  "microphone_lost",
  "microphone_silent",
  "speaker_lost",
  "recognizer_down",
  "model_unusable",
  "store_unusable",
  "card_low",
  "card_full",
  "clock_untrusted",
  "button_stuck",
  "button_missing",
  "undervoltage",
  "overheating",
  "configuration_refused",
  "not_answering",
  "voice_replaced",
  "backup_failed",
  "recording_failed",
  "records_lost",
] as const;

export type FaultCode = (typeof faultCodes)[number];

/** What stands while a fault lasts. */
interface FaultPolicy {
  /** A press cannot be served: it is answered with the fault's words instead. */
  readonly blocksListening: boolean;
  /** What is being said can no longer be heard or understood. */
  readonly endsListening: boolean;
  /** The LED shows it; a hint such as an untrusted clock does not keep the lamp blinking for a whole shift. */
  readonly shownOnLed: boolean;
  /** Its end is worth words (“麦克风恢复”). */
  readonly tellRecovery: boolean;
}

const hint: FaultPolicy = {
  blocksListening: false,
  endsListening: false,
  shownOnLed: false,
  tellRecovery: false,
};
const shown: FaultPolicy = { ...hint, shownOnLed: true };
const blocking: FaultPolicy = { ...shown, blocksListening: true, tellRecovery: true };
const deafening: FaultPolicy = { ...blocking, endsListening: true };

const policies: Readonly<Record<FaultCode, FaultPolicy>> = {
  microphone_lost: deafening,
  microphone_silent: shown,
  // Promise 2 needs ears: without a confirmation that can be heard nothing more is recorded.
  speaker_lost: blocking,
  recognizer_down: deafening,
  model_unusable: blocking,
  store_unusable: blocking,
  card_low: shown,
  card_full: blocking,
  clock_untrusted: hint,
  button_stuck: { ...shown, tellRecovery: true },
  button_missing: { ...shown, tellRecovery: true },
  undervoltage: shown,
  overheating: shown,
  configuration_refused: shown,
  not_answering: hint,
  // It is heard in every word.
  voice_replaced: hint,
  backup_failed: shown,
  recording_failed: shown,
  // Until a stick has taken files that tell of it.
  records_lost: shown,
};

/** How the controller treats a fault. */
export function faultPolicy(code: FaultCode): FaultPolicy {
  return policies[code];
}

/** The fault that keeps the device from listening, the gravest first; undefined when it can listen. */
export function blockingFault(faults: readonly FaultCode[]): FaultCode | undefined {
  return faultCodes.find((code) => faults.includes(code) && policies[code].blocksListening);
}
