import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { composeExporter } from "../compose-parts.js";
import { composeStore } from "../compose-store.js";
import { CommandFailure } from "./failure.js";
import { printLine } from "./output.js";
import { readConfiguration } from "./settings.js";
import { folderOfDatabase, stateOption } from "./state-folder.js";

interface ExportOptions {
  readonly to: string;
  readonly state?: string;
  readonly config?: string;
}

/** `voicegauge export --to DIR`: what a stick gets, into a folder. */
export function addExportCommand(program: Command): void {
  program
    .command("export")
    .description("write the workbooks and CSV files that a stick would get")
    .requiredOption("--to <dir>", "a folder that exists")
    .option(...stateOption)
    .option("--config <file>", "configuration file")
    .action(async (options: ExportOptions) => {
      const configuration = await readConfiguration(options.config);
      const target = resolve(options.to);
      const entry = await stat(target).catch(() => undefined);
      if (entry?.isDirectory() !== true) throw new CommandFailure(`${target} is no folder: make it first`);
      const state = folderOfDatabase(options.state);
      const opened = await composeStore(state);
      if (!opened.ok) throw new CommandFailure(opened.error.detail);
      const { store } = opened.value;
      const { exporter, close } = composeExporter(
        configuration,
        store,
        state,
        configuration.recognition.model,
      );
      try {
        const outcome = await exporter.exportTo(
          { id: `folder:${target}`, directory: target },
          new AbortController().signal,
        );
        if (!outcome.ok) {
          const detail = "detail" in outcome.error ? outcome.error.detail : "stopped";
          throw new CommandFailure(`${target}: ${outcome.error.kind.replaceAll("_", " ")} (${detail})`);
        }
        for (const file of outcome.value.files) await printLine(file);
        await printLine(`${outcome.value.recordCount} records`);
      } finally {
        await close();
        store.close();
      }
    });
}
