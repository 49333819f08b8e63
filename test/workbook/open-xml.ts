import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where scripts/lib/validator.sh puts it. */
const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
const program = join(cache, "voicegauge", "open-xml-validator-0.4.0", "ooxml-validator");

/** Whether the validator of Microsoft's Open XML SDK is here; scripts/test brings it where it can. */
export const hasValidator = existsSync(program);
if (!hasValidator)
  console.warn(
    "skipped: no workbook is checked against the Open XML schema here; scripts/test brings the validator on x86_64",
  );

/** What Excel of that version would complain of, one line each; nothing for a good workbook. */
export function schemaErrors(
  path: string,
  version: "Office2007" | "Microsoft365" = "Microsoft365",
): readonly string[] {
  const answer = JSON.parse(
    execFileSync(program, [path, version], {
      encoding: "utf8",
      timeout: 120_000,
      maxBuffer: 64 * 1024 * 1024,
    }),
  ) as Answer;
  const errors = answer.errors.map(({ path: part, xPath, description }) =>
    [part, xPath, description].join(" "),
  );
  if (answer.ok !== (errors.length === 0))
    throw new Error(`the validator contradicts itself: ${answer.file}`);
  return errors;
}

interface Answer {
  readonly file: string;
  readonly ok: boolean;
  readonly errors: readonly {
    readonly path: string | null;
    readonly xPath: string | null;
    readonly description: string;
  }[];
}
