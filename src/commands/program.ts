import { Command, CommanderError } from "commander";
import { messageOf } from "../runtime/assert.js";
import { addBenchCommand } from "./bench.js";
import { addDescribeCommand } from "./describe.js";
import { addDeskCommand } from "./desk.js";
import { addDoctorCommand } from "./doctor.js";
import { addEnrolCommand } from "./enrol.js";
import { addExportCommand } from "./export.js";
import { CommandFailure, UsageFailure } from "./failure.js";
import { addModelsCommand } from "./models.js";
import { addParseCommand } from "./parse.js";
import { addPlanCommand } from "./plan.js";
import { addRecordsCommand } from "./records.js";
import { addReplayCommand } from "./replay.js";
import { addRunCommand } from "./run.js";
import { addSayCommand } from "./say.js";
import { addSimulateCommand } from "./simulate.js";
import { addTranscribeCommand } from "./transcribe.js";

/** Exit codes of every command: 0 done, 1 a fault, 2 wrong usage. */
const exitFault = 1;
const exitUsage = 2;

/** Runs one command line (without `node` and the script) and gives its exit code. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync([...args], { from: "user" });
    return process.exitCode === undefined ? 0 : Number(process.exitCode);
  } catch (thrown) {
    return reportFailure(thrown);
  }
}

function createProgram(): Command {
  const program = new Command("voicegauge");
  program
    .description(
      "Hands-free measurement recorder: press, speak, hear the stored value, walk off with a workbook.",
    )
    .exitOverride()
    // An option belongs to the command that it stands behind, also where that is one of another (bench accuracy).
    .enablePositionalOptions()
    .showHelpAfterError("(voicegauge --help shows the commands)");
  const adders = [
    addRunCommand,
    addDeskCommand,
    addParseCommand,
    addTranscribeCommand,
    addSayCommand,
    addRecordsCommand,
    addExportCommand,
    addReplayCommand,
    addPlanCommand,
    addModelsCommand,
    addEnrolCommand,
    addDoctorCommand,
    addSimulateCommand,
    addBenchCommand,
    addDescribeCommand,
  ];
  for (const add of adders) add(program);
  for (const command of program.commands) command.exitOverride();
  return program;
}

function reportFailure(thrown: unknown): number {
  // commander has printed its own message, or the help that was asked for.
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : exitUsage;
  process.stderr.write(`voicegauge: ${oneLine(messageOf(thrown))}\n`);
  if (thrown instanceof UsageFailure) return exitUsage;
  const isBug = !(thrown instanceof CommandFailure) && thrown instanceof Error;
  if (isBug && process.env["VOICEGAUGE_DEBUG"] !== undefined) process.stderr.write(`${thrown.stack ?? ""}\n`);
  return exitFault;
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").trim();
}
