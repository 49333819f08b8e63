import { setTimeout as pause } from "node:timers/promises";

/** What the service says in the journal, and what systemd says about it. */
export interface JournalLine {
  readonly text: string;
  readonly topic?: string;
  readonly event?: Readonly<Record<string, unknown>>;
}

/** The journal of a machine, growing. */
export interface Journal {
  readonly journal: readonly JournalLine[];
  /** Waits for a line after place `from`; the place after it. Throws after `limitMs`. */
  waitFor(
    what: string,
    from: number,
    isIt: (line: JournalLine) => boolean,
    limitMs?: number,
  ): Promise<number>;
}

/** An empty journal, and the way into it. */
export function createJournal(): Journal & { take(text: string): void } {
  const journal: JournalLine[] = [];
  return {
    journal,
    take(text) {
      journal.push(lineOf(text));
    },
    async waitFor(what, from, isIt, limitMs = 15_000) {
      let place = -1;
      const found = await until(limitMs, () => {
        const index = journal.slice(from).findIndex(isIt);
        if (index >= 0) place = from + index + 1;
        return index >= 0;
      });
      if (found) return place;
      const since = journal.slice(from).map(({ text }) => text);
      throw new Error(`no ${what} within ${limitMs / 1_000} s; the journal since:\n${since.join("\n")}`);
    },
  };
}

/** Looks ten times a second whether it is so; whether it was within `limitMs`. */
export async function until(limitMs: number, isSo: () => boolean): Promise<boolean> {
  const end = Date.now() + limitMs;
  while (Date.now() < end) {
    if (isSo()) return true;
    await pause(100);
  }
  return isSo();
}

function lineOf(text: string): JournalLine {
  if (!text.startsWith("{")) return { text };
  try {
    const event = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return { text, event, topic: String(event["topic"]) };
  } catch {
    // The line was cut with the power.
    return { text };
  }
}
