import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readPieces } from "../../src/runtime/read-pieces.js";
import { temporaryFolder } from "../doubles/temporary-store.js";

test.each([0, 1, 999, 1_000, 1_001, 5_000])(
  "a file of %i bytes comes whole, in one buffer",
  async (bytes) => {
    const path = join(temporaryFolder(), "file");
    const content = randomBytes(bytes);
    writeFileSync(path, content);
    const file = await open(path);
    const pieces: Buffer[] = [];
    const buffers = new Set<ArrayBufferLike>();
    for await (const piece of readPieces(file, 1_000)) {
      pieces.push(Buffer.from(piece));
      buffers.add(piece.buffer);
    }
    await file.close();
    expect(Buffer.concat(pieces)).toEqual(content);
    expect(buffers.size).toBe(bytes === 0 ? 0 : 1);
  },
);
