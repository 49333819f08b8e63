// Tells whether node_modules is what package-lock.json asks for; with --load also whether the native modules load
// in this very Node; with --load-only FOLDER only that, for the node_modules of FOLDER. Exit status 1 and one line a fault
// otherwise.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [mode, folder] = process.argv.slice(2);
const root = folder === undefined ? new URL("../../", import.meta.url) : pathToFileURL(folder);
const require = createRequire(new URL("package.json", root));

const faults = [
  ...(mode === "--load-only" ? [] : missingPackages()),
  ...(mode === undefined ? [] : unloadableModules()),
];
for (const fault of faults) console.error(fault);
process.exitCode = faults.length === 0 ? 0 : 1;

function* missingPackages() {
  const lock = JSON.parse(readFileSync(new URL("package-lock.json", root), "utf8"));
  const hiddenLock = new URL("node_modules/.package-lock.json", root);
  if (!existsSync(hiddenLock)) return yield "node_modules is missing";
  const installed = JSON.parse(readFileSync(hiddenLock, "utf8")).packages;
  for (const [path, { version, optional = false }] of Object.entries(lock.packages)) {
    if (path === "" || installed[path]?.version === version) continue;
    // Binaries of other platforms are optional and absent; of ours, `--load` finds out.
    if (!(optional && installed[path] === undefined)) yield `${path}: ${version} wanted`;
  }
}

function* unloadableModules() {
  const attempts = {
    "better-sqlite3": (Database) => new Database(":memory:").close(),
    epoll: () => {},
    "@resvg/resvg-js": () => {},
    "sherpa-onnx-node": () => {},
  };
  for (const [name, use] of Object.entries(attempts)) {
    try {
      use(require(name));
    } catch (error) {
      yield `${name}: ${error.message}`;
    }
  }
}
