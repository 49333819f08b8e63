import { join, resolve } from "node:path";
import { openForReading } from "../store/open-database.js";
import { databaseFile } from "../store/recover.js";
import { CommandFailure } from "./failure.js";

/** Help text of the option that names the state folder. */
export const stateOption = [
  "--state <dir>",
  "folder of the database (default: .voicegauge in this folder)",
] as const;

/** The folder of a desk's database. */
export function stateFolder(given: string | undefined): string {
  return resolve(given ?? ".voicegauge");
}

/** The connection that `openForReading` gives. */
type ReadingDatabase = Extract<ReturnType<typeof openForReading>, { readonly ok: true }>["value"];

/** Opens a state folder's database for reading, beside a running appliance if need be. */
export function openState(given: string | undefined): ReadingDatabase {
  const path = join(stateFolder(given), databaseFile);
  const opened = openForReading(path);
  if (opened.ok) return opened.value;
  const { kind, detail } = opened.error;
  if (kind === "not_found") throw new CommandFailure(`${detail}: name the folder with --state DIR`);
  throw new CommandFailure(
    `cannot read ${path}: ${detail}; start the appliance once, it restores the newest backup`,
  );
}
