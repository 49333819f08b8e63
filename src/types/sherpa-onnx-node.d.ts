declare module "sherpa-onnx-node" {
  export interface OnlineStream {
    acceptWaveform(wave: { readonly sampleRate: number; readonly samples: Float32Array }): void;
  }

  export interface OnlineResult {
    readonly text: string;
    readonly tokens: readonly string[];
    readonly timestamps: readonly number[];
    readonly ys_probs?: readonly number[];
  }

  export interface OnlineRecognizerConfig {
    readonly featConfig: { readonly sampleRate: number; readonly featureDim: number };
    readonly modelConfig: {
      readonly transducer: { readonly encoder: string; readonly decoder: string; readonly joiner: string };
      readonly tokens: string;
      readonly numThreads: number;
      readonly provider: "cpu";
      readonly debug: 0 | 1;
    };
    readonly decodingMethod: "greedy_search" | "modified_beam_search";
    readonly enableEndpoint: 0 | 1;
  }

  export class OnlineRecognizer {
    constructor(config: OnlineRecognizerConfig);
    createStream(): OnlineStream;
    isReady(stream: OnlineStream): boolean;
    decode(stream: OnlineStream): void;
    getResult(stream: OnlineStream): OnlineResult;
  }

  export interface OfflineTtsConfig {
    readonly model: {
      readonly vits: { readonly model: string; readonly lexicon: string; readonly tokens: string };
      readonly numThreads: number;
      readonly provider: "cpu";
      readonly debug: 0 | 1;
    };
    /** Paths, joined by commas. */
    readonly ruleFsts: string;
    readonly maxNumSentences: number;
  }

  export class OfflineTts {
    constructor(config: OfflineTtsConfig);
    generate(request: {
      readonly text: string;
      readonly sid: number;
      readonly speed: number;
      readonly enableExternalBuffer: boolean;
    }): { readonly samples: Float32Array; readonly sampleRate: number };
  }
}
