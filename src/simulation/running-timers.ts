/** The timers that run, with their numbers on the agenda. They are three at most: a list finds them sooner than a map. */
export interface RunningTimers {
  /** A timer that runs already goes on under the new number. */
  start(key: string, order: number): void;
  /** Takes a timer off; gives its number, undefined when it does not run. */
  end(key: string): number | undefined;
  isRunning(key: string): boolean;
}

/** None runs yet. */
export function createRunningTimers(): RunningTimers {
  const keys: string[] = [];
  const orders: number[] = [];
  return {
    start(key, order) {
      const at = keys.indexOf(key);
      if (at === -1) {
        keys.push(key);
        orders.push(order);
      } else orders[at] = order;
    },
    end(key) {
      const at = keys.indexOf(key);
      if (at === -1) return undefined;
      keys.splice(at, 1);
      return orders.splice(at, 1)[0];
    },
    isRunning: (key) => keys.includes(key),
  };
}
