import { readFileSync } from "node:fs";

/** Ends a process and all that it has started, at once; none of them must be there any more. */
export function killTree(pid: number): void {
  for (const process of [...descendantsOf(pid), String(pid)]) kill(Number(process));
}

export function descendantsOf(pid: number): readonly string[] {
  return childrenOf(pid).flatMap((child) => [...descendantsOf(Number(child)), child]);
}

export function childrenOf(pid: number): readonly string[] {
  return textOf(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean);
}

/** As the kernel cuts it: 15 characters; empty when there is no such process. */
export function nameOf(pid: string): string {
  return textOf(`/proc/${pid}/comm`).trim();
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
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
