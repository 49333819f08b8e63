import { type ChildProcess, fork } from "node:child_process";
import { compiledModulePath } from "../runtime/compiled-module.js";
import { err, ok, type Result } from "../runtime/result.js";
import { type FromChild, readFromChild } from "./messages.js";
import type { RecognizerError } from "./recognizer.js";

/** How many of the last pieces of its error output are told when it ends, and the length of each in characters. */
const lastPieces = 3;
const pieceLength = 400;

/** One life of the recogniser's process. */
export interface ChildLife {
  readonly child: ChildProcess;
  /** Resident bytes when it has loaded its model. */
  readonly loaded: Promise<Result<number, RecognizerError>>;
  /** Why it ended. */
  readonly ended: Promise<RecognizerError>;
}

/** Starts the recogniser's process; `onMessage` is told everything but how loading went. */
export function startChild(signal: AbortSignal, onMessage: (message: FromChild) => void): ChildLife {
  const child = fork(compiledModulePath("recognition/recognizer-child.js"), [], {
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const lastWords: string[] = [];
  child.stderr?.on("data", (bytes: Buffer) => {
    lastWords.push(bytes.toString("utf8").slice(0, pieceLength));
    lastWords.splice(0, lastWords.length - lastPieces);
  });
  const ended = new Promise<RecognizerError>((resolve) => {
    child.once("error", (error) => resolve({ kind: "unavailable", detail: error.message }));
    child.once("exit", (code, killer) => {
      const how = killer === null ? `exit code ${code ?? "unknown"}` : `signal ${killer}`;
      resolve({ kind: "crashed", detail: `the recogniser ended with ${how}: ${lastWords.join(" ").trim()}` });
    });
  });
  const loaded = new Promise<Result<number, RecognizerError>>((resolve) => {
    child.on("message", (message) => {
      const known = readFromChild(message);
      if (known?.kind === "loaded") resolve(ok(known.residentBytes));
      else if (known?.kind === "load_failed") {
        resolve(err({ kind: "model_corrupt", detail: known.detail }));
        // Where it was loaded again, there is no recogniser any more.
        child.kill("SIGKILL");
      } else if (known !== undefined) onMessage(known);
    });
    signal.addEventListener("abort", () => resolve(err({ kind: "aborted" })), { once: true });
  });
  return { child, loaded, ended };
}
