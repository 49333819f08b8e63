import { createHash } from "node:crypto";
import { createWriteStream, type WriteStream } from "node:fs";
import { open, rm } from "node:fs/promises";
import { renameDurably } from "../runtime/durable-file.js";
import { readPieces } from "../runtime/read-pieces.js";

/** A file that appears under its name only when it is whole and on the card. */
export interface OutputFile {
  readonly path: string;
  readonly stream: WriteStream;
  /** Waits until the medium takes more, so that nothing piles up in memory. Throws what the file system threw. */
  drained(): Promise<void>;
  /** Takes the text at once; who writes much waits for `drained` now and then. */
  write(text: string): void;
  /** Waits for work that writes to the stream; throws at once what the file system threw: such work may hang on it. */
  during<T>(work: Promise<T>): Promise<T>;
  /** Ends the stream, flushes, reads the file back, and gives it its name. The SHA-256 in hex of what was read. */
  publish(): Promise<string>;
}

/** The temporary name of a file that is being made. */
export function unfinishedPath(path: string): string {
  return `${path}.unfinished`;
}

/** A file beside one that is being made, for what comes before its place in it. */
export function sidePath(path: string): string {
  return `${path}.side`;
}

/** Characters that are gathered before they are handed on: a buffer for each line would be most of an export's memory. */
const gathered = 32 * 1024;

const pieceBytes = 256 * 1024;

/** Opens `path` under its temporary name, over whatever an interrupted try left there. */
export async function createOutputFile(path: string): Promise<OutputFile> {
  const temporary = unfinishedPath(path);
  await rm(temporary, { force: true });
  const stream = createWriteStream(temporary, { flags: "wx" });
  const failed = new Promise<never>((_, reject) => stream.once("error", reject));
  // The failure is told by whichever call waits next; until then it must not end the process.
  failed.catch(() => undefined);
  const closed = new Promise<void>((resolve) => stream.once("close", resolve));

  let pending = "";
  function flush(): void {
    if (pending === "") return;
    stream.write(pending);
    pending = "";
  }

  async function drained(): Promise<void> {
    if (stream.writableNeedDrain) {
      await Promise.race([failed, new Promise<void>((resolve) => stream.once("drain", resolve))]);
    }
  }

  return {
    path,
    stream,
    drained,
    write(text) {
      pending += text;
      if (pending.length >= gathered) flush();
    },
    during: (work) => Promise.race([failed, work]),
    async publish() {
      flush();
      stream.end();
      await Promise.race([failed, closed]);
      const hash = createHash("sha256");
      const file = await open(temporary, "r+");
      try {
        await file.sync();
        for await (const piece of readPieces(file, pieceBytes)) hash.update(piece);
      } finally {
        await file.close();
      }
      await renameDurably(temporary, path);
      return hash.digest("hex");
    },
  };
}
