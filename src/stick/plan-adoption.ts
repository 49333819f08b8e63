import { isDeepStrictEqual } from "node:util";
import { err, ok, type Result } from "../runtime/result.js";
import type { Store } from "../store/store.js";
import type { PlanReader } from "./plan-file.js";

/**
 * Takes over the plan on a stick, whole or not at all. Undefined when there is none or when it is the one in force: the
 * same stick must not bring up the same plan each time.
 */
export async function adoptPlanFrom(
  directory: string,
  reader: PlanReader,
  store: Store,
  signal: AbortSignal,
): Promise<
  Result<{ readonly characteristics: number }, { readonly problems: readonly string[] }> | undefined
> {
  const read = await reader.read(directory, signal);
  switch (read.kind) {
    case "none":
      return undefined;
    case "refused":
      return err({ problems: read.problems });
    case "plan": {
      if (isDeepStrictEqual(store.plan()?.characteristics, read.characteristics)) return undefined;
      const adopted = store.adoptPlan(read.fileName, read.characteristics);
      if (adopted.ok) return ok({ characteristics: read.characteristics.length });
      return err({ problems: [`${read.fileName} cannot be kept: ${adopted.error.detail}`] });
    }
  }
}
