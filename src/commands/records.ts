import type { Command } from "commander";
import type { StoredRecord } from "../inspection/record.js";
import { decimalToText } from "../language/decimal.js";
import { readRecords } from "../store/record-rows.js";
import { printJson, printLine } from "./output.js";
import { tableLines } from "./record-table.js";
import { openState, stateOption } from "./state-folder.js";

interface RecordsOptions {
  readonly state?: string;
  readonly json?: true;
}

/** `voicegauge records`: what is in the database. */
export function addRecordsCommand(program: Command): void {
  program
    .command("records")
    .description("the records in the database, those that were withdrawn or corrected too")
    .option(...stateOption)
    .option("--json", "one JSON a line")
    .action(async (options: RecordsOptions) => {
      const database = openState(options.state);
      try {
        if (options.json === true)
          for (const record of readRecords(database)) await printJson(recordJson(record));
        else for (const line of tableLines([...readRecords(database)])) await printLine(line);
      } finally {
        database.close();
      }
    });
}

/** Decimals as text: JSON numbers lose the zero of 12.50. */
function recordJson(record: StoredRecord): object {
  const { value, nominal, lowerLimit, upperLimit, said, judgement, wallMs, ...rest } = record;
  return {
    ...rest,
    value: decimalToText(value),
    ...(nominal === undefined ? {} : { nominal: decimalToText(nominal) }),
    ...(lowerLimit === undefined ? {} : { lowerLimit: decimalToText(lowerLimit) }),
    ...(upperLimit === undefined ? {} : { upperLimit: decimalToText(upperLimit) }),
    ...(said === undefined ? {} : { said: { ...said, value: decimalToText(said.value) } }),
    ...(judgement === undefined ? {} : { judgement: judgement.kind }),
    ...(judgement === undefined || judgement.kind === "within" ? {} : { by: decimalToText(judgement.by) }),
    time: new Date(wallMs).toISOString(),
  };
}
