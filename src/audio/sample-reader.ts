/** Turns a stream of bytes into 16-bit samples; a pipe may cut a sample in two. */
export interface SampleReader {
  take(bytes: Buffer): Int16Array;
}

/** Builds a reader of S16LE. */
export function createSampleReader(): SampleReader {
  let rest = Buffer.alloc(0);
  return {
    take(bytes) {
      const whole = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      const samples = new Int16Array(whole.length >> 1);
      for (let index = 0; index < samples.length; index += 1) samples[index] = whole.readInt16LE(index * 2);
      rest = Buffer.from(whole.subarray(samples.length * 2));
      return samples;
    },
  };
}
