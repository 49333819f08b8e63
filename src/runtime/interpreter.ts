/** What a pure reducer gives for an event. */
export interface Reduction<State, Command> {
  readonly state: State;
  readonly commands: readonly Command[];
}

export interface Interpreter<State, Event> {
  /** Enqueues an event. The only way in; may be called from any callback, never re-enters the reducer. */
  dispatch(event: Event): void;
  state(): State;
  /** Events that were dispatched and not yet reduced. */
  backlog(): number;
  /** Takes no more events; those in the inbox are dropped and counted. */
  close(): number;
}

/** One step, as onlookers (log, journal, LED) see it. */
export interface StepTrace<State, Event, Command> {
  readonly before: State;
  readonly event: Event;
  readonly after: State;
  readonly commands: readonly Command[];
}

export interface InterpreterOptions<State, Event, Command> {
  readonly initial: State;
  readonly reduce: (state: State, event: Event) => Reduction<State, Command>;
  /** Begins to carry a command out and returns at once; its outcome comes back through `dispatch`. */
  readonly execute: (command: Command) => void;
  readonly onStep?: (trace: StepTrace<State, Event, Command>) => void;
}

/**
 * Runs a reducer on one inbox, to completion: an event that arrives while another is handled waits, so that state is
 * always whole before commands are carried out. What `reduce` or `execute` throws is a bug and goes to the caller.
 */
export function createInterpreter<State, Event, Command>(
  options: InterpreterOptions<State, Event, Command>,
): Interpreter<State, Event> {
  const { reduce, execute, onStep } = options;
  const inbox: Event[] = [];
  let state = options.initial;
  let draining = false;
  let closed = false;

  function drain(): void {
    draining = true;
    try {
      for (let event = inbox.shift(); event !== undefined; event = inbox.shift()) {
        const before = state;
        const { state: after, commands } = reduce(before, event);
        state = after;
        onStep?.({ before, event, after, commands });
        for (const command of commands) execute(command);
      }
    } finally {
      draining = false;
    }
  }

  return {
    dispatch(event) {
      if (closed) return;
      inbox.push(event);
      if (!draining) drain();
    },
    state: () => state,
    backlog: () => inbox.length,
    close() {
      closed = true;
      return inbox.splice(0).length;
    },
  };
}
