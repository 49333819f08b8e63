import { readFileSync } from "node:fs";

/** Ends a process and all that it has started, at once; none of them must be there any more. */
export function killTree(pid: number): void {
  // Stopped, none of them starts another while they are counted.
  for (const process of [String(pid), ...descendantsOf(pid)]) signal(Number(process), "SIGSTOP");
  for (const process of [...descendantsOf(pid), String(pid)]) signal(Number(process), "SIGKILL");
}

export function descendantsOf(pid: number): readonly string[] {
  return childrenOf(pid).flatMap((child) => [...descendantsOf(Number(child)), child]);
}

export function childrenOf(pid: number): readonly string[] {
  return textOf(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean);
}

/** Program and arguments; empty when there is no such process. */
export function commandOf(pid: string): string {
  return textOf(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim();
}

function signal(pid: number, name: "SIGSTOP" | "SIGKILL"): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has gone meanwhile.
  }
}

/** A process may go between any two looks at it. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
