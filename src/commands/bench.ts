import type { Command } from "commander";
import { measureAll } from "../compose-bench.js";
import { addBenchAccuracyCommand } from "./bench-accuracy.js";
import { printJson, printLine } from "./output.js";
import { readConfiguration } from "./settings.js";

/** `voicegauge bench`: how long and how large, as ratios to the plain tools where there is one; and how often right. */
export function addBenchCommand(program: Command): void {
  const bench = program
    .command("bench")
    .enablePositionalOptions()
    .description(
      "measure start, turn, commit, export, talk beside an export, and memory on this machine (about four minutes)",
    )
    .option("--json", "one JSON a line")
    .option("--rows <list>", "sizes of the exports", "1000,10000,100000")
    .action(async (options: { readonly json?: true; readonly rows: string }) => {
      const configuration = await readConfiguration();
      const sizes = options.rows
        .split(",")
        .map(Number)
        .filter((rows) => Number.isSafeInteger(rows) && rows > 0);
      for await (const figure of measureAll(configuration, sizes)) {
        if (options.json === true) await printJson(figure);
        else {
          const ratio =
            figure.ratio === undefined
              ? ""
              : `  ${figure.ratio.value.toFixed(2)} × ${figure.ratio.of}, worst ${figure.ratio.worst.toFixed(2)} ×`;
          const values = `n ${figure.n}  median ${figure.median.toFixed(1)}  worst ${figure.worst.toFixed(1)} ${figure.unit}`;
          await printLine(`${figure.name.padEnd(44)} ${values}${ratio}`);
        }
      }
    });
  addBenchAccuracyCommand(bench);
}
