import { readFileSync } from "node:fs";

/** What a program did to files, in the order in which it came to an end; `begunAt` is the place at which it began. */
export type FileEvent =
  | { readonly kind: "create"; readonly path: string }
  | { readonly kind: "truncate"; readonly path: string; readonly length: number }
  | { readonly kind: "write"; readonly path: string; readonly offset: number; readonly bytes: Buffer }
  | { readonly kind: "sync"; readonly path: string; readonly begunAt: number }
  | { readonly kind: "rename"; readonly from: string; readonly to: string }
  | { readonly kind: "remove"; readonly path: string }
  | { readonly kind: "say"; readonly text: string };

/** The calls that a trace must hold. */
export const tracedCalls =
  "openat,creat,write,pwrite64,writev,pwritev,ftruncate,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,copy_file_range,sendfile,fallocate,link,linkat";

/** Calls that change files in a way that is not modelled: a trace that holds one on a file of ours cannot be used. */
const unknownCalls = /^(?:pwritev|copy_file_range|sendfile|fallocate|link|linkat|creat)$/;

/** Reads what `strace -f -y -xx` wrote about the files below `roots`, and what was said on standard output. */
export function readTrace(logPath: string, roots: readonly string[]): readonly FileEvent[] {
  const events: FileEvent[] = [];
  /** Calls that another thread interrupted, by thread. */
  const begun = new Map<string, { readonly text: string; readonly at: number }>();
  /** Where the next plain write into an open file goes. */
  const offsets = new Map<string, number>();
  const isOurs = (path: string): boolean => roots.some((root) => path.startsWith(`${root}/`));

  for (const line of readFileSync(logPath, "latin1").split("\n")) {
    const [, thread = "", rest = ""] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const unfinished = /^(.*) <unfinished \.\.\.>$/.exec(rest)?.[1];
    if (unfinished !== undefined) {
      begun.set(thread, { text: unfinished, at: events.length });
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest)?.[1];
    const start = resumed === undefined ? undefined : begun.get(thread);
    const whole = start === undefined ? rest : start.text + (resumed ?? "");
    const [, name = "", given = "", result = ""] = /^(\w+)\((.*)\) += (-?\d+)/.exec(whole) ?? [];
    if (name === "" || result.startsWith("-")) continue;
    take(name, given, Number(result), whole, start?.at ?? events.length);
  }
  return events;

  function take(name: string, given: string, result: number, whole: string, begunAt: number): void {
    const [fd = "", fdPath = ""] = descriptorOf(given);
    const paths = [...given.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, hex = ""]) => bytesOf(hex));
    const path = (paths[0] ?? Buffer.alloc(0)).toString("utf8");
    if (unknownCalls.test(name)) {
      if (isOurs(fdPath) || isOurs(path)) throw new Error(`${name} on ${fdPath}${path} is not modelled`);
      return;
    }
    switch (name) {
      case "openat": {
        if (!isOurs(path)) return;
        const [newFd = ""] = /= (\d+)/.exec(whole)?.slice(1) ?? [];
        offsets.set(newFd, 0);
        if (given.includes("O_CREAT")) events.push({ kind: "create", path });
        if (given.includes("O_TRUNC")) events.push({ kind: "truncate", path, length: 0 });
        return;
      }
      case "write":
      case "writev": {
        const bytes = Buffer.concat(paths).subarray(0, result);
        if (fd === "1") events.push({ kind: "say", text: bytes.toString("utf8") });
        if (!isOurs(fdPath)) return;
        const offset = offsets.get(fd) ?? 0;
        offsets.set(fd, offset + result);
        events.push({ kind: "write", path: fdPath, offset, bytes });
        return;
      }
      case "pwrite64": {
        if (!isOurs(fdPath)) return;
        const offset = Number(/, (\d+)$/.exec(given)?.[1]);
        events.push({
          kind: "write",
          path: fdPath,
          offset,
          bytes: (paths[0] ?? Buffer.alloc(0)).subarray(0, result),
        });
        return;
      }
      case "ftruncate":
        if (isOurs(fdPath))
          events.push({ kind: "truncate", path: fdPath, length: Number(/, (\d+)$/.exec(given)?.[1]) });
        return;
      case "fsync":
      case "fdatasync":
        if (isOurs(fdPath) || roots.includes(fdPath)) events.push({ kind: "sync", path: fdPath, begunAt });
        return;
      case "rename":
      case "renameat":
      case "renameat2":
        if (isOurs(path))
          events.push({ kind: "rename", from: path, to: (paths[1] ?? Buffer.alloc(0)).toString("utf8") });
        return;
      case "unlink":
      case "unlinkat":
        if (isOurs(path)) events.push({ kind: "remove", path });
    }
  }
}

/** `19<\x2f…>, …` → number and path. */
function descriptorOf(given: string): readonly string[] {
  const [, fd = "", hex = ""] = /^(\d+)<((?:\\x[0-9a-f]{2})*)>/.exec(given) ?? [];
  return [fd, bytesOf(hex).toString("utf8")];
}

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex.replaceAll("\\x", ""), "hex");
}
