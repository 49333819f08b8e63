import type { InspectionPlan } from "../inspection/plan.js";
import { builtInNames, type NameEntry, type ParseContext, parse } from "../language/parse.js";
import type { Utterance } from "../language/utterance.js";
import type { StoreView } from "./events.js";

/** What the grammar knows under each plan: it is made once, since the parser keeps what it derives by the list of names. */
const contexts = new WeakMap<InspectionPlan, ParseContext>();
const contextWithoutPlan: ParseContext = {
  language: "auto",
  names: builtInNames,
  soundAlikes: true,
};

/** Every recogniser writes one sound for another: a general one 厂度 for 长度, the compact one 是 for 十. */
export function understand(text: string, view: StoreView): Utterance {
  return parse(text, parseContext(view));
}

/** Names and languages that a transcript is read with. */
function parseContext({ plan }: StoreView): ParseContext {
  if (plan === undefined) return contextWithoutPlan;
  let context = contexts.get(plan);
  if (context === undefined) {
    context = contextOfPlan(plan);
    contexts.set(plan, context);
  }
  return context;
}

/** The plan's names, then the built-in ones that the plan does not use. */
function contextOfPlan(plan: InspectionPlan): ParseContext {
  const planned: readonly NameEntry[] = plan.characteristics.map((one) => ({
    name: one.name,
    aliases: one.aliases,
    ...(one.unit === undefined ? {} : { unit: one.unit }),
  }));
  const taken = new Set(planned.flatMap(({ name, aliases }) => [name, ...aliases]));
  const others = builtInNames.filter(
    ({ name, aliases }) => !taken.has(name) && !aliases.some((one) => taken.has(one)),
  );
  return { language: "auto", names: [...planned, ...others], soundAlikes: true };
}
