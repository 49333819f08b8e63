import { describe, expect, it } from "vitest";
import { createLevelMeter } from "../../src/audio/level.js";
import { durationMs } from "../../src/audio/pcm.js";
import { resample } from "../../src/audio/resample.js";
import { createTones } from "../../src/audio/tones.js";

const sine = (hz: number, rate: number, seconds = 0.5): Float32Array =>
  Float32Array.from(
    { length: rate * seconds },
    (_, index) => 0.5 * Math.sin((2 * Math.PI * hz * index) / rate),
  );

/** Amplitude of one frequency in the middle of a sound, away from its edges. */
function amplitudeAt(samples: Float32Array, hz: number, rate: number): number {
  const from = Math.round(samples.length * 0.2);
  // A whole number of periods of any multiple of 10 Hz.
  const length = Math.floor((samples.length * 0.6) / (rate / 10)) * (rate / 10);
  let re = 0;
  let im = 0;
  for (let index = 0; index < length; index += 1) {
    const angle = (2 * Math.PI * hz * index) / rate;
    re += (samples[from + index] ?? 0) * Math.cos(angle);
    im += (samples[from + index] ?? 0) * Math.sin(angle);
  }
  return (2 * Math.hypot(re, im)) / length;
}

const decibel = (ratio: number): number => 20 * Math.log10(ratio);

describe("resampling", () => {
  it.each([8_000, 22_050, 44_100, 48_000])(
    "keeps the voice band from %i Hz to 16 kHz within 0.1 dB",
    (rate) => {
      for (const hz of [50, 300, 1_000, 3_000]) {
        const output = resample(sine(hz, rate), rate, 16_000);
        expect(output).toHaveLength(8_000);
        expect(Math.abs(decibel(amplitudeAt(output, hz, 16_000) / 0.5))).toBeLessThan(0.1);
      }
    },
  );

  it("lets nothing above the new Nyquist frequency fold into the band", () => {
    // 10 kHz would fold to 6 kHz, 13 kHz to 3 kHz.
    for (const [hz, folded] of [
      [10_000, 6_000],
      [13_000, 3_000],
    ] as const) {
      const output = resample(sine(hz, 48_000), 48_000, 16_000);
      expect(decibel(amplitudeAt(output, folded, 16_000) / 0.5)).toBeLessThan(-70);
    }
  });

  it("makes no image above the old Nyquist frequency, and keeps a constant constant", () => {
    const output = resample(sine(3_000, 8_000), 8_000, 16_000);
    expect(decibel(amplitudeAt(output, 5_000, 16_000) / 0.5)).toBeLessThan(-70);
    const level = resample(new Float32Array(4_410).fill(0.25), 44_100, 16_000).subarray(100, 1_500);
    expect(level.every((value) => Math.abs(value - 0.25) < 1e-6)).toBe(true);
  });
});

describe("the tones", () => {
  it("are what the dialogue says: length, rise, count, soft edges", () => {
    const { listening, notUnderstood, fault, working } = createTones();
    expect(durationMs(listening)).toBeCloseTo(80, 0);
    const crossings = (samples: Int16Array): number =>
      samples.reduce(
        (count, sample, index) => count + (index > 0 && (samples[index - 1] ?? 0) < 0 && sample >= 0 ? 1 : 0),
        0,
      );
    const half = listening.samples.length / 2;
    expect(crossings(listening.samples.slice(half))).toBeGreaterThan(
      crossings(listening.samples.slice(0, half)),
    );
    const bursts = (samples: Int16Array): number => {
      let count = 0;
      let silence = 1_000;
      for (const sample of samples) {
        if (sample !== 0 && silence > 500) count += 1;
        silence = sample === 0 ? silence + 1 : 0;
      }
      return count;
    };
    expect([listening, notUnderstood, fault].map(({ samples }) => bursts(samples))).toEqual([1, 2, 3]);
    for (const tone of [listening, notUnderstood, fault, working]) {
      expect(Math.abs(tone.samples[0] ?? 1)).toBeLessThan(20);
      expect(Math.abs(tone.samples.at(-1) ?? 1)).toBeLessThan(20);
      expect(tone.samples.some((sample) => Math.abs(sample) > 2_000)).toBe(true);
      expect(tone.samples.every((sample) => Math.abs(sample) <= 0.31 * 32_768)).toBe(true);
    }
  });
});

describe("the level of a turn", () => {
  it.each([
    ["digital_silence", 0],
    ["too_quiet", 100],
    ["good", 3_000],
    ["clipping", 40_000],
  ] as const)("%s at amplitude %i", (verdict, amplitude) => {
    const meter = createLevelMeter();
    const samples = sine(440, 16_000, 0.2).map((value) =>
      Math.max(-32_768, Math.min(32_767, value * 2 * amplitude)),
    );
    meter.add(Int16Array.from(samples));
    expect(meter.level().verdict).toBe(verdict);
    if (amplitude === 3_000) {
      expect(meter.level().peakDbfs).toBeCloseTo(decibel(3_000 / 32_768), 1);
      expect(meter.level().rmsDbfs).toBeCloseTo(decibel(3_000 / 32_768 / Math.SQRT2), 1);
    }
  });
});
