import type { FileHandle } from "node:fs/promises";

/**
 * The content of an open file from its beginning, piece by piece in one buffer, which is filled anew for the next piece:
 * a buffer for each piece would fill the memory before anybody collects it. Throws what the file system threw.
 */
export async function* readPieces(file: FileHandle, pieceBytes: number): AsyncGenerator<Buffer> {
  const piece = Buffer.allocUnsafeSlow(pieceBytes);
  for (let position = 0; ; ) {
    const { bytesRead } = await file.read(piece, 0, pieceBytes, position);
    if (bytesRead === 0) return;
    yield piece.subarray(0, bytesRead);
    position += bytesRead;
  }
}
