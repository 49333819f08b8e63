// Writes the SHA-256 of the bundled models' files into manifest.json. Run it after a new export:
//   node models/update-manifest.mjs && npm run format
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = dirname(fileURLToPath(import.meta.url));
const path = join(folder, "manifest.json");
const manifest = JSON.parse(readFileSync(path, "utf8"));
for (const model of manifest.models.filter(({ bundled }) => bundled)) {
  for (const file of Object.values(model.files)) {
    const content = readFileSync(join(folder, model.directory, file.path));
    file.sha256 = createHash("sha256").update(content).digest("hex");
  }
}
writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
