import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { checkPlan, composePlanTemplate } from "../compose-parts.js";
import { decimalToText } from "../language/decimal.js";
import { CommandFailure, UsageFailure } from "./failure.js";
import { printLine } from "./output.js";

/** `voicegauge plan check|template`: whether the device would take a plan over; an empty one to begin with. */
export function addPlanCommand(program: Command): void {
  const plan = program.command("plan").description("the inspection plan");
  plan
    .command("check")
    .description("read plan.xlsx or plan.csv as the device does, and name every bad cell")
    .argument("<file>", "the plan")
    .action(async (file: string) => {
      const reading = await checkPlan(resolve(file));
      if (reading.kind === "refused") {
        for (const problem of reading.problems) process.stderr.write(`${problem}\n`);
        throw new CommandFailure(
          `${file}: ${reading.problems.length} problems, the device would not take it over`,
        );
      }
      if (reading.kind === "none") throw new CommandFailure(`${file}: there is no plan`);
      for (const one of reading.characteristics) {
        const limit = (value: typeof one.nominal): string =>
          value === undefined ? "–" : decimalToText(value);
        const limits = `${limit(one.nominal)} [${limit(one.lowerLimit)}, ${limit(one.upperLimit)}] ${one.unit ?? ""}`;
        await printLine(`${one.number}  ${one.name}  ${limits.trimEnd()}`);
      }
      await printLine(`${reading.characteristics.length} characteristics, nothing wrong`);
    });
  plan
    .command("template")
    .description("write an empty plan with its headings and two example rows")
    .requiredOption("-o, --output <file.xlsx>", "the file; plan.xlsx at the top of a stick is taken over")
    .addOption(new Option("--language <language>").choices(["zh", "en"]).default("zh"))
    .action(async (options: { readonly output: string; readonly language: "zh" | "en" }) => {
      if (!options.output.endsWith(".xlsx"))
        throw new UsageFailure(`${options.output}: the name must end in .xlsx`);
      const written = await composePlanTemplate(resolve(options.output), options.language);
      if (!written.ok) throw new CommandFailure(`cannot write ${options.output}: ${written.error.detail}`);
      await printLine(options.output);
    });
  for (const command of plan.commands) command.exitOverride();
}
