import { readFile } from "node:fs/promises";
import { messageOf } from "../runtime/assert.js";
import { err, ok, type Result } from "../runtime/result.js";
import {
  type Configuration,
  defaultConfiguration,
  parseConfiguration,
  problemText,
} from "./configuration.js";

/** Where an installed device keeps its configuration. */
export const installedConfigurationPath = "/etc/voicegauge/config.toml";

export interface LoadedConfiguration {
  readonly configuration: Configuration;
  /** The file that it came from; undefined when there is none and the defaults hold. */
  readonly path?: string;
}

/** `problems` are lines for a person, each with the place in the file. */
export interface ConfigurationRefused {
  readonly kind: "unreadable" | "invalid";
  readonly path: string;
  readonly problems: readonly string[];
}

/**
 * Reads the file that was asked for, or else the installed one. A file that was asked for must exist; without an
 * installed one the defaults hold.
 */
export async function loadConfiguration(
  requestedPath?: string,
  installedPath: string = installedConfigurationPath,
): Promise<Result<LoadedConfiguration, ConfigurationRefused>> {
  const path = requestedPath ?? installedPath;
  const refused = (
    kind: ConfigurationRefused["kind"],
    problems: readonly string[],
  ): Result<never, ConfigurationRefused> => err({ kind, path, problems });
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (thrown) {
    const missing = thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT";
    if (missing && requestedPath === undefined) return ok({ configuration: defaultConfiguration });
    return refused("unreadable", [missing ? "there is no such file" : messageOf(thrown)]);
  }
  const text = decode(bytes);
  if (text === undefined) return refused("unreadable", ["the file is not UTF-8 text: save it as UTF-8"]);
  const parsed = parseConfiguration(text);
  return parsed.ok
    ? ok({ configuration: parsed.value, path })
    : refused("invalid", parsed.error.map(problemText));
}

/** Holds the configuration in force. */
export interface ConfigurationKeeper {
  current(): Configuration;
  /** Reads the file again: takes it over whole, or leaves the running one in force. */
  reload(): Promise<Result<ConfigurationChange, ConfigurationRefused>>;
}

export interface ConfigurationChange {
  readonly configuration: Configuration;
  /** Dotted keys whose value is another now, in the order of the file. */
  readonly changedKeys: readonly string[];
}

/** `load` is `loadConfiguration` with the path of the start. Reloads that overlap are done one after the other. */
export function createConfigurationKeeper(
  initial: Configuration,
  load: () => Promise<Result<LoadedConfiguration, ConfigurationRefused>>,
): ConfigurationKeeper {
  let current = initial;
  let last: Promise<unknown> = Promise.resolve();

  async function reloadNow(): Promise<Result<ConfigurationChange, ConfigurationRefused>> {
    const loaded = await load();
    if (!loaded.ok) return loaded;
    const changedKeys = differences(current, loaded.value.configuration);
    current = loaded.value.configuration;
    return ok({ configuration: current, changedKeys });
  }

  return {
    current: () => current,
    reload() {
      const done = last.then(reloadNow);
      last = done.catch(() => undefined);
      return done;
    },
  };
}

/** UTF-16 and the Chinese code pages are what an editor may write instead. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function differences(before: Configuration, after: Configuration): string[] {
  const old = flatten(before);
  const now = flatten(after);
  return [...new Set([...old.keys(), ...now.keys()])].filter((key) => old.get(key) !== now.get(key));
}

function flatten(configuration: Configuration): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [name, value] of Object.entries(configuration)) {
    if (typeof value !== "object") flat.set(name, JSON.stringify(value));
    else for (const [key, inner] of Object.entries(value)) flat.set(`${name}.${key}`, JSON.stringify(inner));
  }
  return flat;
}
