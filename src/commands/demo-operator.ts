import type { Pcm } from "../audio/pcm.js";
import type { ScriptedButton } from "../compose-parts.js";
import type { FileMicrophone } from "../compose-sound.js";
import type { ControllerState, Reading } from "../controller/state.js";
import { decimalToText } from "../language/decimal.js";
import { parse } from "../language/parse.js";
import { type Clock, sleep } from "../runtime/clock.js";

/** One thing that the operator says; without words (a recording) nobody knows what should have been understood. */
export interface DemoSentence {
  readonly words?: string;
  readonly sound: Pcm;
}

interface DemoDeps {
  readonly clock: Clock;
  readonly button: ScriptedButton;
  readonly microphone: FileMicrophone;
  readonly state: () => ControllerState;
  readonly onPress: (sentence: DemoSentence) => void;
}

/** How often the operator looks at the lamp, and how long he waits for anything, in milliseconds. */
const lookMs = 20;
const patienceMs = 30_000;
const tapMs = 90;
/** How often he says a sentence before he goes on to the next. */
const mostTries = 4;

/**
 * Works the device as a person does: presses, waits for the tone, speaks, waits until it has answered. A question whose
 * value is the one that was said is answered with a tap, another one is left to pass. What was not understood he says again.
 */
export async function playOperator(deps: DemoDeps, sentences: readonly DemoSentence[]): Promise<void> {
  const { clock, button, microphone, state, onPress } = deps;
  const until = async (seen: () => boolean): Promise<boolean> => {
    for (let waited = 0; waited < patienceMs; waited += lookMs) {
      if (seen()) return true;
      await sleep(clock, "operator looks", lookMs);
    }
    return false;
  };
  const tap = async (): Promise<void> => {
    button.press();
    await sleep(clock, "finger", tapMs);
    button.release();
  };
  const isReady = (): boolean => state().talk.kind === "ready";

  /** The device wants a sentence read aloud: it listens by itself, without a press. */
  const isRead = (): boolean => {
    const { talk } = state();
    return talk.kind === "listening" && talk.reading !== undefined && talk.gate === "open";
  };

  /** Gives the sentence to the device; whether it wants to hear the same once more. */
  async function give(sentence: DemoSentence): Promise<boolean> {
    await until(() => isReady() || isRead());
    const failedBefore = state().failedTurns;
    onPress(sentence);
    if (!isRead()) await tap();
    const listens = await until(() => {
      const { talk } = state();
      return talk.kind === "listening" && talk.gate === "open";
    });
    if (!listens) return false;
    await sleep(clock, "operator breathes", 200);
    await microphone.say(sentence.sound).ended;
    await until(() => isReady() || state().talk.kind === "asking" || readingAsked(state()) !== undefined);
    const reading = readingAsked(state());
    if (reading !== undefined) return reading.failed > 0;
    const isMeant = isAboutWhatWasSaid(state(), sentence.words);
    const isMisheard = state().talk.kind === "asking" && !isMeant;
    if (isMeant) await tap();
    await until(isReady);
    return sentence.words !== undefined && (isMisheard || state().failedTurns > failedBefore);
  }

  for (const sentence of sentences) {
    for (let tries = 1; (await give(sentence)) && tries < mostTries; ) tries += 1;
  }
  // The last words are heard to their end.
  await until(isReady);
}

function readingAsked({ talk }: ControllerState): Reading | undefined {
  return talk.kind === "speaking" && talk.then.kind === "read" ? talk.then.reading : undefined;
}

function isAboutWhatWasSaid(state: ControllerState, words: string | undefined): boolean {
  if (state.talk.kind !== "asking" || words === undefined) return false;
  const { ask } = state.talk.question;
  const said = parse(words);
  if (ask.kind === "confirm_withdrawal") return said.kind === "command" && said.command.name === "undo";
  if (ask.kind === "confirm_next_part") return said.kind === "command" && said.command.name === "next_part";
  if (ask.kind !== "confirm_measurement" && ask.kind !== "confirm_correction") return false;
  const spoken =
    said.kind === "measurement"
      ? said
      : said.kind === "command" && said.command.name === "correct"
        ? said.command.measurement
        : undefined;
  if (spoken === undefined) return false;
  const sameName = ask.kind === "confirm_correction" || (spoken.name ?? ask.draft.name) === ask.draft.name;
  return sameName && decimalToText(spoken.value) === decimalToText(ask.draft.value);
}
