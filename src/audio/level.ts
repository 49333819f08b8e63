/** What can be wrong with the level of a turn, the gravest first. */
export type LevelVerdict = "digital_silence" | "too_quiet" | "clipping" | "good";

export interface Level {
  readonly verdict: LevelVerdict;
  /** dBFS, 0 is full scale; -Infinity when all samples are 0. */
  readonly peakDbfs: number;
  readonly rmsDbfs: number;
  /** Share of samples at full scale, 0 to 1. */
  readonly clippedShare: number;
  readonly samples: number;
}

export interface LevelMeter {
  add(samples: Int16Array): void;
  level(): Level;
}

/** A voice at arm's length peaks near -20 dBFS; below this a microphone is covered, far, or turned down. */
const quietPeakDbfs = -45;
/** More than one sample in a thousand at full scale spoils words. */
const clippingShare = 0.001;

/** Measures the sound of one turn. */
export function createLevelMeter(): LevelMeter {
  let peak = 0;
  let squares = 0;
  let clipped = 0;
  let count = 0;
  return {
    add(samples) {
      for (const sample of samples) {
        const size = Math.abs(sample);
        if (size > peak) peak = size;
        if (size >= 32_767) clipped += 1;
        squares += sample * sample;
      }
      count += samples.length;
    },
    level() {
      const peakDbfs = dbfs(peak);
      const clippedShare = count === 0 ? 0 : clipped / count;
      const verdict =
        peak === 0
          ? "digital_silence"
          : peakDbfs < quietPeakDbfs
            ? "too_quiet"
            : clippedShare > clippingShare
              ? "clipping"
              : "good";
      const rmsDbfs = dbfs(count === 0 ? 0 : Math.sqrt(squares / count));
      return { verdict, peakDbfs, rmsDbfs, clippedShare, samples: count };
    },
  };
}

function dbfs(amplitude: number): number {
  return 20 * Math.log10(amplitude / 32_768);
}
