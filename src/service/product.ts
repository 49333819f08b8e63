import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../runtime/compiled-module.js";

/** Version of the product, from package.json. */
export function productVersion(): string {
  const text = readFileSync(join(packageRoot(), "package.json"), "utf8");
  const content: unknown = JSON.parse(text);
  if (typeof content !== "object" || content === null || !("version" in content)) return "unknown";
  return String(content.version);
}

/** Identifies this boot of the machine, so that monotonic times of different boots are told apart. */
export function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "unknown";
  }
}
