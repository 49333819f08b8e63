import { join } from "node:path";
import { type Figure, figure, sentence, timed } from "./compose-bench-figures.js";
import { composeStore } from "./compose-store.js";
import type { MeasurementDraft } from "./inspection/record.js";
import { openDatabase } from "./store/open-database.js";

const draft: MeasurementDraft = {
  name: "长度",
  value: { unscaled: 1205n, scale: 1 },
  unit: "mm",
  transcript: sentence,
  confidence: 0.9,
  confirmedByQuestion: false,
};

/** Commits; the store of `folder` has them then. */
export async function* measureStore(folder: string): AsyncGenerator<Figure> {
  const opened = await composeStore(folder);
  if (!opened.ok) return;
  const { store } = opened.value;
  const commits: number[] = [];
  const plain: number[] = [];
  const alone = openPlainDatabase(join(folder, "plain.db"));
  for (let n = 0; n < 300; n += 1) {
    commits.push(await timed(() => store.commitMeasurement(draft)));
    plain.push(await timed(() => alone.insert(sentence)));
  }
  alone.close();
  yield figure("commit of a record (synchronous=FULL)", commits, "ms", { of: "SQLite alone", values: plain });
  yield figure(
    "commits a second",
    commits.map((ms) => 1000 / ms),
    "1/s",
  );
  store.close();
}

/** What one durable insert costs without our store around it. */
function openPlainDatabase(path: string): { insert(text: string): void; close(): void } {
  const opened = openDatabase(path);
  if (!opened.ok) throw new Error(opened.error.detail);
  const database = opened.value;
  database.exec("CREATE TABLE plain (id INTEGER PRIMARY KEY, text TEXT)");
  const statement = database.prepare<[string]>("INSERT INTO plain (text) VALUES (?)");
  return { insert: (text) => void statement.run(text), close: () => void database.close() };
}
