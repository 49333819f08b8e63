import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { openForReading } from "../store/open-database.js";
import { databaseFile } from "../store/recover.js";
import { CommandFailure } from "./failure.js";

/** Help text of the option that names the state folder. */
export const stateOption = [
  "--state <dir>",
  "folder of the database (default: .voicegauge in this folder)",
] as const;

const nameTheFolder = "name the folder with --state DIR (an installed device: /var/lib/voicegauge)";

/** The folder of a desk's database. */
export function stateFolder(given: string | undefined): string {
  return resolve(given ?? ".voicegauge");
}

/** The folder of a database that is there: a command must not begin an empty one where a device has lost its own. */
export function folderOfDatabase(given: string | undefined): string {
  const folder = stateFolder(given);
  const path = join(folder, databaseFile);
  if (!existsSync(path)) throw new CommandFailure(`there is no database at ${path}: ${nameTheFolder}`);
  return folder;
}

/** The connection that `openForReading` gives. */
type ReadingDatabase = Extract<ReturnType<typeof openForReading>, { readonly ok: true }>["value"];

/** Opens a state folder's database for reading, beside a running appliance if need be. */
export function openState(given: string | undefined): ReadingDatabase {
  const path = join(stateFolder(given), databaseFile);
  const opened = openForReading(path);
  if (opened.ok) return opened.value;
  const { kind, detail } = opened.error;
  if (kind === "not_found") throw new CommandFailure(`${detail}: ${nameTheFolder}`);
  throw new CommandFailure(
    `cannot read ${path}: ${detail}; start the appliance once, it restores the newest backup`,
  );
}
