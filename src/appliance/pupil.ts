import type { ControllerEvent } from "../controller/events.js";
import type { VoiceOutcome } from "../controller/messages.js";
import type { Lesson, Reading } from "../enrolment/lesson.js";
import type { Result } from "../runtime/result.js";
import type { RunTask } from "./run-task.js";

/** What the appliance needs of the voices of its operators. */
export interface Voices {
  /** The recogniser understands this inspector from now on, if the voice was learnt; `undefined` is whoever it is. */
  use(inspector: string | undefined): void;
  /** Learns from readings of the sentences, a place of the list for each of them; keeps the voice when it helps. */
  teach(
    inspector: string | undefined,
    readings: readonly (Reading | undefined)[],
    signal: AbortSignal,
  ): Promise<Result<Lesson, string>>;
}

/** Carries out what the controller orders of learning voices. */
export interface Pupil {
  /** Who speaks now; to be told at the start and after each change of the context. */
  inspectorIs(inspector: string | undefined): void;
  keepReading(sentence: number, isFirst: boolean): void;
  learn(inspector: string | undefined): void;
  isLearning(): boolean;
}

interface PupilDeps {
  readonly voices: Voices;
  /** The sentences of the dialogue's settings. */
  readonly texts: readonly string[];
  /** The sound of the turn that was understood last. */
  readonly lastTurn: () => Int16Array;
  readonly runTask: RunTask;
  readonly dispatch: (event: ControllerEvent) => void;
  readonly onFailure: (detail: string) => void;
}

/** Builds the pupil. */
export function createPupil({ voices, texts, lastTurn, runTask, dispatch, onFailure }: PupilDeps): Pupil {
  let readings = new Map<number, Reading>();
  let present: string | undefined;
  /** Settles when the newest lesson has ended: each waits for the one before, and none is dropped. */
  let lastLesson = Promise.resolve();
  let lessons = 0;

  async function teach(
    inspector: string | undefined,
    read: readonly (Reading | undefined)[],
    signal: AbortSignal,
  ) {
    const learnt = await voices.teach(inspector, read, signal);
    if (signal.aborted) return;
    if (!learnt.ok) onFailure(learnt.error);
    else if (learnt.value.isBetter && inspector === present) voices.use(inspector);
    const who = inspector === undefined ? {} : { inspector };
    dispatch({ kind: "announce", message: { kind: "voice_learnt", ...who, outcome: outcomeOf(learnt) } });
  }

  return {
    inspectorIs(inspector) {
      if (inspector === present) return;
      present = inspector;
      voices.use(inspector);
    },
    keepReading(sentence, isFirst) {
      if (isFirst) readings = new Map();
      readings.set(sentence, { samples: lastTurn(), text: texts[sentence] ?? "" });
    },
    learn(inspector) {
      const read = texts.map((_, sentence) => readings.get(sentence));
      readings = new Map();
      lessons += 1;
      const before = lastLesson;
      lastLesson = new Promise((ended) => {
        runTask("learn a voice", async (signal) => {
          try {
            await before;
            if (!signal.aborted) await teach(inspector, read, signal);
          } finally {
            lessons -= 1;
            ended();
          }
        });
      });
    },
    isLearning: () => lessons > 0,
  };
}

function outcomeOf(learnt: Result<Lesson, string>): VoiceOutcome {
  if (!learnt.ok) return { kind: "failed" };
  const { before, after, isBetter } = learnt.value;
  if (!isBetter) return { kind: "unchanged" };
  return { kind: "better", before: before.right, after: after.right, of: after.sentences };
}
