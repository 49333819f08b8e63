import { execFileSync } from "node:child_process";

/**
 * Compiles `src` to `dist` before the first test: worker threads, the recogniser child and the command line are
 * started by Node itself, which cannot read TypeScript.
 */
export function setup(): void {
  execFileSync("npx", ["tsc", "-p", "tsconfig.build.json"], { stdio: "inherit" });
}
