import type { Command } from "commander";
import { examine, type Finding } from "../compose-doctor.js";
import { partsSpeech } from "../wording/parts.js";
import { printJson, printLine } from "./output.js";
import { readConfiguration } from "./settings.js";
import { speakThrough } from "./speak-through.js";
import { stateFolder } from "./state-folder.js";

interface DoctorOptions {
  readonly config?: string;
  readonly state?: string;
  readonly json?: true;
  readonly speak?: true;
}

/** `voicegauge doctor`: what works and what does not, and what to do. Exit code 1 when something does not. */
export function addDoctorCommand(program: Command): void {
  program
    .command("doctor")
    .description("each part of the device: works or not, and what to do")
    .option("--config <file>", "configuration file")
    .option("--state <dir>", "folder of the database (default: that of the configuration)")
    .option("--json", "one JSON a line")
    .option("--speak", "say it too, through the speaker of the configuration")
    .action(async (options: DoctorOptions) => {
      const configuration = await readConfiguration(options.config);
      const directory =
        options.state === undefined ? configuration.storage.directory : stateFolder(options.state);
      const findings = await examine(configuration, directory);
      for (const finding of findings) {
        if (options.json === true) await printJson(finding);
        else await printLine(lineOf(finding));
      }
      if (options.speak === true)
        await speakThrough(configuration, partsSpeech(findings, configuration.language));
      if (findings.some(({ works }) => !works)) process.exitCode = 1;
    });
}

function lineOf({ part, works, detail, remedy }: Finding): string {
  return `${works ? "✔" : "✘"} ${part.padEnd(11)} ${detail}${remedy === undefined ? "" : ` → ${remedy}`}`;
}
