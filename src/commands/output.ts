import { once } from "node:events";

/** Writes one line to standard output and waits when the reader is slower than we are. A closed pipe ends quietly. */
export async function printLine(text: string): Promise<void> {
  if (!process.stdout.write(`${text}\n`)) await once(process.stdout, "drain");
}

/** One value as one line of JSON. */
export function printJson(value: unknown): Promise<void> {
  return printLine(JSON.stringify(value));
}
