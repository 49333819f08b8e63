import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Folder of this package: the nearest one above this file that holds a package.json. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) {
    const above = dirname(folder);
    if (above === folder)
      throw new Error("VoiceGauge has been torn out of its package: no package.json above its code");
    folder = above;
  }
  return folder;
}

/**
 * Absolute path of a compiled module, named below `src` as it is after compiling (`recognition/recognizer-child.js`).
 * Workers and children are started by plain Node, which cannot read TypeScript, also when this code runs from source.
 */
export function compiledModulePath(name: string): string {
  const path = join(packageRoot(), "dist", name);
  if (!existsSync(path)) throw new Error(`${path} is missing: run npm run build`);
  return path;
}
