/** Mono 16-bit PCM, the only sound that passes between rooms. */
export interface Pcm {
  readonly samples: Int16Array;
  readonly sampleRateHz: number;
}

/** What the microphone delivers and the recogniser takes, in Hz. */
export const captureRateHz = 16_000;

/** Length of a sound in milliseconds. */
export function durationMs(pcm: Pcm): number {
  return (pcm.samples.length / pcm.sampleRateHz) * 1000;
}
