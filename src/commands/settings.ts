import { Option } from "commander";
import type { Configuration } from "../service/configuration.js";
import { loadConfiguration } from "../service/load-configuration.js";
import { CommandFailure } from "./failure.js";

/** The option of the commands that can work in another language than the configuration's. */
export function languageOption(): Option {
  return new Option("--language <language>", "instead of the configuration's").choices(["zh", "en"]);
}

/** The configuration in force, in another language where one is given, or a failure that says what is wrong with the file. */
export async function readConfiguration(
  path?: string,
  language?: Configuration["language"],
): Promise<Configuration> {
  const loaded = await loadConfiguration(path);
  if (!loaded.ok) throw new CommandFailure(`${loaded.error.path}: ${loaded.error.problems.join("; ")}`);
  const { configuration } = loaded.value;
  return language === undefined ? configuration : { ...configuration, language };
}
