/** A queue that never grows beyond its limit: the oldest fall out, and are counted. */
export interface BoundedBuffer<T> {
  /** Gives how many had to fall out, 0 or 1. */
  push(item: T): number;
  shift(): T | undefined;
  size(): number;
  /** All that ever fell out. */
  dropped(): number;
  clear(): void;
}

/** Builds a buffer of `limit` items. Old sound is the worthless one: a consumer that is late wants the present. */
export function createBoundedBuffer<T>(limit: number): BoundedBuffer<T> {
  const items: T[] = [];
  let dropped = 0;
  return {
    push(item) {
      items.push(item);
      if (items.length <= limit) return 0;
      items.shift();
      dropped += 1;
      return 1;
    },
    shift: () => items.shift(),
    size: () => items.length,
    dropped: () => dropped,
    clear() {
      items.length = 0;
    },
  };
}
