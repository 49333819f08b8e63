import { messageOf } from "./assert.js";
import type { Clock } from "./clock.js";
import type { BusEvent, Publication, Topic } from "./events.js";
import { within } from "./within.js";

/** Tells onlookers what happens. A subscriber that fails, hangs or is slow harms neither the publisher nor the others. */
export interface EventBus {
  /** Never throws and never waits. */
  publish(publication: Publication): void;
  /** Events of these topics, in their order; gives what ends the subscription (idempotent). */
  subscribe(name: string, topics: readonly Topic[] | "all", subscriber: Subscriber): () => void;
  stats(): readonly SubscriberStats[];
  /** Takes no more events and waits, `limitMs` at most, until the queues are empty; tells who was too slow. */
  close(limitMs: number): Promise<readonly string[]>;
}

/** A promise makes the next event wait until it settles. */
export type Subscriber = (event: BusEvent) => void | Promise<void>;

export interface SubscriberStats {
  readonly name: string;
  readonly delivered: number;
  readonly failed: number;
  readonly dropped: number;
  readonly queued: number;
}

export type BusProblem =
  | {
      readonly kind: "subscriber_failed";
      readonly name: string;
      readonly topic: Topic;
      readonly detail: string;
      readonly times: number;
    }
  /** The queue is full: the newest are dropped, so that what led to the trouble is kept. Told once a jam. */
  | { readonly kind: "dropping"; readonly name: string }
  /** The end of a jam and what it cost. */
  | { readonly kind: "dropped"; readonly name: string; readonly events: number };

export interface EventBusDeps {
  readonly clock: Clock;
  readonly onProblem?: (problem: BusProblem) => void;
  /** Events that wait for a slow subscriber. Default 256. */
  readonly queueLimit?: number;
}

interface Subscription {
  readonly name: string;
  readonly topics: ReadonlySet<Topic> | undefined;
  readonly subscriber: Subscriber;
  readonly queue: BusEvent[];
  pumping: boolean;
  jammed: number;
  delivered: number;
  failed: number;
  dropped: number;
  onIdle?: () => void;
}

/** Builds a bus. */
export function createEventBus({
  clock,
  onProblem = () => undefined,
  queueLimit = 256,
}: EventBusDeps): EventBus {
  const subscriptions = new Set<Subscription>();
  let number = 0;
  let closed = false;

  function enqueue(to: Subscription, event: BusEvent): void {
    if (to.queue.length < queueLimit) {
      to.queue.push(event);
      return;
    }
    to.dropped += 1;
    to.jammed += 1;
    if (to.jammed === 1) onProblem({ kind: "dropping", name: to.name });
  }

  function noteFailure(of: Subscription, event: BusEvent, thrown: unknown): void {
    of.failed += 1;
    onProblem({
      kind: "subscriber_failed",
      name: of.name,
      topic: event.topic,
      detail: messageOf(thrown),
      times: of.failed,
    });
  }

  /** Delivers what waits, until the queue is empty or the subscriber wants time. */
  function pump(to: Subscription): void {
    if (to.pumping) return;
    to.pumping = true;
    for (let event = to.queue.shift(); event !== undefined; event = to.queue.shift()) {
      const current = event;
      to.delivered += 1;
      try {
        const outcome = to.subscriber(current);
        if (outcome instanceof Promise) {
          const goOn = (): void => {
            to.pumping = false;
            pump(to);
          };
          outcome.catch((thrown: unknown) => noteFailure(to, current, thrown)).then(goOn, goOn);
          return;
        }
      } catch (thrown) {
        noteFailure(to, current, thrown);
      }
    }
    to.pumping = false;
    if (to.jammed > 0) onProblem({ kind: "dropped", name: to.name, events: to.jammed });
    to.jammed = 0;
    to.onIdle?.();
  }

  return {
    publish(publication) {
      if (closed) return;
      number += 1;
      const whole: BusEvent = {
        ...publication,
        number,
        monotonicMs: clock.monotonicMs(),
        wallMs: clock.wallMs(),
      };
      const wanting = [...subscriptions].filter(({ topics }) => topics?.has(whole.topic) !== false);
      // All queues first: what a subscriber publishes in its turn must come after this one for everybody.
      for (const subscription of wanting) enqueue(subscription, whole);
      for (const subscription of wanting) pump(subscription);
    },
    subscribe(name, topics, subscriber) {
      const subscription: Subscription = {
        name,
        topics: topics === "all" ? undefined : new Set(topics),
        subscriber,
        queue: [],
        pumping: false,
        jammed: 0,
        delivered: 0,
        failed: 0,
        dropped: 0,
      };
      subscriptions.add(subscription);
      return () => {
        subscriptions.delete(subscription);
        subscription.queue.length = 0;
      };
    },
    stats: () =>
      [...subscriptions].map(({ name, delivered, failed, dropped, queue }) => ({
        name,
        delivered,
        failed,
        dropped,
        queued: queue.length,
      })),
    async close(limitMs) {
      closed = true;
      const busy = [...subscriptions].filter(({ pumping }) => pumping);
      const idle = busy.map(
        (subscription) =>
          new Promise<void>((resolve) => {
            subscription.onIdle = resolve;
          }),
      );
      if (busy.length > 0) await within(clock, "empty the event bus", limitMs, Promise.all(idle));
      const slow = busy.filter(({ pumping }) => pumping).map(({ name }) => name);
      for (const subscription of subscriptions) subscription.queue.length = 0;
      subscriptions.clear();
      return slow;
    },
  };
}
