import { StringDecoder } from "node:string_decoder";
import type { Clock } from "./clock.js";

/** Cuts a child's standard error into lines that cannot flood a log. */
export interface StderrLines {
  take(chunk: Buffer): void;
  /** Tells the line that has no end. */
  end(): void;
  /** The last lines, throttled ones included. */
  last(): readonly string[];
}

const longestLine = 400;
const linesKept = 10;
const linesPerSecond = 20;

/** Builds the cutter; `onLine` gets at most 20 lines in a second, then one that says how many were left out. */
export function createStderrLines(clock: Clock, onLine: (line: string) => void): StderrLines {
  const decoder = new StringDecoder("utf8");
  const kept: string[] = [];
  let rest = "";
  let windowFromMs = clock.monotonicMs();
  let told = 0;
  let leftOut = 0;

  function line(raw: string): void {
    const text = raw.slice(0, longestLine).trimEnd();
    if (text === "") return;
    kept.push(text);
    if (kept.length > linesKept) kept.shift();
    if (clock.monotonicMs() - windowFromMs >= 1_000) openWindow();
    if (told < linesPerSecond) {
      told += 1;
      onLine(text);
    } else leftOut += 1;
  }

  function openWindow(): void {
    if (leftOut > 0) onLine(`(${leftOut} more lines were left out)`);
    windowFromMs = clock.monotonicMs();
    told = 0;
    leftOut = 0;
  }

  return {
    take(chunk) {
      const parts = (rest + decoder.write(chunk)).split(/\r\n|\n|\r/u);
      // A child that never ends its line must not fill the memory.
      rest = (parts.pop() ?? "").slice(0, longestLine);
      for (const part of parts) line(part);
    },
    end() {
      line(rest + decoder.end());
      rest = "";
      openWindow();
    },
    last: () => [...kept],
  };
}
