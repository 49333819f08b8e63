/** Runs work as a named task with a time limit; its signal aborts when it is cancelled or takes too long. */
export type RunTask = (
  name: string,
  work: (signal: AbortSignal) => Promise<void>,
) => {
  cancel(): void;
};
