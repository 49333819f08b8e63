import type { Command } from "commander";
import { modelsDirectory } from "../compose-parts.js";
import { chooseModel, type Manifest, readManifest, verifyModel } from "../recognition/model.js";
import { CommandFailure } from "./failure.js";
import { printJson, printLine } from "./output.js";

/** `voicegauge models list|verify`: what is installed, its hash, its licence. */
export function addModelsCommand(program: Command): void {
  const models = program
    .command("models")
    .description("the recogniser's models: what is installed, its hash, its licence");
  models
    .command("list")
    .description("every model of the manifest and whether it is here")
    .option("--json", "one JSON a line")
    .action(async (options: { readonly json?: true }) => {
      const manifest = await manifestOrFail();
      for (const model of manifest.models) {
        const found = await verifyModel(modelsDirectory, model);
        const state = found.ok
          ? "installed"
          : found.error.kind === "model_corrupt"
            ? "damaged"
            : "not installed";
        const { id, language, licence, bundled } = model;
        const isDefault = id === manifest.defaultId;
        if (options.json === true)
          await printJson({ id, language, licence, bundled, state, default: isDefault });
        else
          await printLine(
            `${id}${isDefault ? " (default)" : ""}  ${language}  ${state}  licence: ${licence}`,
          );
      }
    });
  models
    .command("verify")
    .description("check the files of a model (default: the one that is used) by their SHA-256")
    .argument("[id]", "model", "auto")
    .action(async (id: string) => {
      const chosen = chooseModel(await manifestOrFail(), id);
      if (!chosen.ok) throw new CommandFailure(chosen.error.detail);
      const found = await verifyModel(modelsDirectory, chosen.value);
      if (!found.ok) throw new CommandFailure(found.error.detail);
      await printLine(`${chosen.value.id}: all files are those of the manifest`);
    });
  for (const command of models.commands) command.exitOverride();
}

async function manifestOrFail(): Promise<Manifest> {
  const manifest = await readManifest(modelsDirectory);
  if (!manifest.ok) throw new CommandFailure(manifest.error.detail);
  return manifest.value;
}
