import type { Command } from "commander";
import { describeTransitions, mermaidOfTalk } from "../controller/describe.js";
import { printLine } from "./output.js";

/** `voicegauge describe`: the statechart as it is in the code. */
export function addDescribeCommand(program: Command): void {
  program
    .command("describe")
    .description("the controller's statechart as a Mermaid drawing, or as a table with every state and event")
    .option("--table", "every pair of state and event")
    .action(async (options: { readonly table?: true }) => {
      if (options.table === undefined) {
        await printLine(mermaidOfTalk());
        return;
      }
      for (const { from, event, to, commands } of describeTransitions()) {
        await printLine([from, event, to, commands.join(" ")].join("\t"));
      }
    });
}
