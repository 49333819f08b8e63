/**
 * The part of node-record-lpcm16 1.0.1 that is used; the package ships no types. It is CommonJS whose exports Node cannot
 * see before it runs, hence `export =`: a named import would compile and fail on the device.
 */
declare module "node-record-lpcm16" {
  import type { ChildProcess } from "node:child_process";
  import type { Readable } from "node:stream";

  namespace lpcm16 {
    interface RecordOptions {
      readonly sampleRate?: number;
      readonly channels?: number;
      readonly audioType?: "wav" | "raw";
      /** Absolute path of a CommonJS module that exports `(options) => ({ cmd, args, spawnOptions })`. */
      readonly recorder?: string;
      readonly device?: string;
      /** Every other option is handed to the recorder module as it is. */
      readonly [extra: string]: unknown;
    }

    interface Recording {
      readonly process: ChildProcess;
      stream(): Readable;
      /** A bare SIGTERM; makes the stream emit `error` with a string. */
      stop(): void;
    }

    function record(options?: RecordOptions): Recording;
  }

  export = lpcm16;
}
