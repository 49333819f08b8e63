import type { Configuration } from "../service/configuration.js";
import { loadConfiguration } from "../service/load-configuration.js";
import { CommandFailure } from "./failure.js";

/** The configuration in force, or a failure that says what is wrong with the file. */
export async function readConfiguration(path?: string): Promise<Configuration> {
  const loaded = await loadConfiguration(path);
  if (!loaded.ok) throw new CommandFailure(`${loaded.error.path}: ${loaded.error.problems.join("; ")}`);
  return loaded.value.configuration;
}
