import type { Pcm } from "./pcm.js";

/** The sounds of the device that are not words. */
export interface Tones {
  /** One short rising tone: speak now. */
  readonly listening: Pcm;
  /** Two low ones. */
  readonly notUnderstood: Pcm;
  /** Three. */
  readonly fault: Pcm;
  /** A soft tick: still at work. */
  readonly working: Pcm;
  /** A short falling click: no longer listening. */
  readonly shutter: Pcm;
}

const sampleRateHz = 22_050;
/** Soft edges: a hard one clicks, and wakes a recogniser. */
const edgeMs = 8;

interface Note {
  readonly fromHz: number;
  readonly toHz: number;
  readonly ms: number;
  readonly restMs?: number;
}

/** Makes the tones at `volume` (0 to 1 of full scale). Pure: the same samples each time. */
export function createTones(volume = 0.3): Tones {
  const low: Note = { fromHz: 330, toHz: 330, ms: 120, restMs: 70 };
  const alarm: Note = { fromHz: 587, toHz: 587, ms: 140, restMs: 80 };
  return {
    listening: sound([{ fromHz: 660, toHz: 990, ms: 80 }], volume),
    notUnderstood: sound([low, { ...low, fromHz: 262, toHz: 262 }], volume),
    fault: sound([alarm, alarm, { ...alarm, fromHz: 440, toHz: 440 }], volume),
    working: sound([{ fromHz: 1320, toHz: 1320, ms: 20 }], volume * 0.4),
    shutter: sound([{ fromHz: 990, toHz: 660, ms: 40 }], volume * 0.7),
  };
}

function sound(notes: readonly Note[], volume: number): Pcm {
  const parts = notes.map((note, index) => sweep(note, volume, index === notes.length - 1));
  const samples = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    samples.set(part, offset);
    offset += part.length;
  }
  return { samples, sampleRateHz };
}

/** A linear sweep with raised-cosine edges, followed by its rest unless it is the last. */
function sweep({ fromHz, toHz, ms, restMs = 0 }: Note, volume: number, last: boolean): Int16Array {
  const length = samplesOf(ms);
  const edge = samplesOf(Math.min(edgeMs, ms / 2));
  const part = new Int16Array(length + (last ? 0 : samplesOf(restMs)));
  let phase = 0;
  for (let index = 0; index < length; index += 1) {
    const distance = Math.min(index, length - 1 - index);
    const gain = distance >= edge ? 1 : 0.5 - 0.5 * Math.cos((Math.PI * distance) / edge);
    part[index] = Math.round(32_767 * volume * gain * Math.sin(phase));
    phase += (2 * Math.PI * (fromHz + ((toHz - fromHz) * index) / length)) / sampleRateHz;
  }
  return part;
}

function samplesOf(ms: number): number {
  return Math.round((ms * sampleRateHz) / 1000);
}
