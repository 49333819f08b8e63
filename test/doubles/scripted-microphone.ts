import type { Microphone, MicrophoneFault, MicrophoneListener } from "../../src/audio/microphone.js";

/** A microphone in the hands of the test: it delivers what and when the test says. */
export interface ScriptedMicrophone extends Microphone {
  deliver(samples: Int16Array): void;
  lose(fault: MicrophoneFault): void;
  recover(): void;
  /** Samples were lost before what is delivered next. */
  hole(): void;
  closed(): boolean;
}

export function createScriptedMicrophone(): ScriptedMicrophone {
  let listener: MicrophoneListener | undefined;
  let closed = false;
  return {
    start(to) {
      listener = to;
    },
    deliver: (samples) => listener?.onChunk(samples),
    lose: (fault) => listener?.onLost(fault),
    recover: () => listener?.onRecovered(),
    hole: () => listener?.onHole?.(),
    closed: () => closed,
    close() {
      closed = true;
      return Promise.resolve();
    },
  };
}
