import { stringify } from "smol-toml";
import * as v from "valibot";
import { type Configuration, configurationSchema } from "./configuration-schema.js";

/**
 * The effective configuration as TOML that gives the same configuration when it is read, each key below a comment that
 * says what it is for and what it may be. A key without a value is printed as a comment.
 */
export function printConfiguration(configuration: Configuration): string {
  const topLevel: string[] = [];
  const sections: string[] = [];
  for (const [name, schema] of Object.entries(configurationSchema.entries)) {
    const value = configuration[name as keyof Configuration];
    if (schema.type === "strict_object") {
      sections.push([`[${name}]`, ...keysOf(schema.entries, value as Record<string, unknown>)].join("\n"));
    } else {
      topLevel.push(...keyLines(name, schema, value));
    }
  }
  return `${[topLevel.join("\n"), ...sections].join("\n\n")}\n`;
}

type KeySchema = v.OptionalSchema<v.GenericSchema, unknown>;

function keysOf(entries: Readonly<Record<string, KeySchema>>, values: Record<string, unknown>): string[] {
  return Object.entries(entries).flatMap(([key, schema]) => keyLines(key, schema, values[key]));
}

function keyLines(key: string, schema: KeySchema, value: unknown): string[] {
  const about = `# ${v.getDescription(schema.wrapped) ?? key}`;
  return [about, value === undefined ? `# ${key} =` : stringify({ [key]: value }).trimEnd()];
}
