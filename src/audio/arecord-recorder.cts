/**
 * A recorder for node-record-lpcm16, which loads it with `require` and calls what the module exports: hence CommonJS.
 * The recorders of the package pass no buffer sizes and leave the language of messages to the environment.
 */
interface ArecordOptions {
  readonly arecordProgram: string;
  readonly device: string;
  readonly sampleRate: number;
  readonly channels: number;
  readonly periodFrames: number;
  readonly bufferFrames: number;
}

module.exports = (options: ArecordOptions) => ({
  cmd: options.arecordProgram,
  args: [
    "-q",
    "-D",
    options.device,
    // Raw has no end; a WAV stream ends by itself after 18.6 hours.
    "-t",
    "raw",
    "-f",
    "S16_LE",
    "-r",
    String(options.sampleRate),
    "-c",
    String(options.channels),
    `--period-size=${options.periodFrames}`,
    `--buffer-size=${options.bufferFrames}`,
  ],
  spawnOptions: { env: { ...process.env, LC_ALL: "C" }, stdio: ["ignore", "pipe", "pipe"] },
});
