import type { Command } from "commander";
import { modelsDirectory, systemClock } from "../compose-parts.js";
import { type FetchDeps, fetchModel, installArchive } from "../recognition/fetch-model.js";
import {
  type Manifest,
  type Model,
  type ModelError,
  readManifest,
  type VoiceModel,
  verifyModel,
  verifyVoice,
} from "../recognition/model.js";
import type { Result } from "../runtime/result.js";
import { CommandFailure } from "./failure.js";
import { printJson, printLine } from "./output.js";

/** A recogniser or a voice of the manifest, with the check of its files. */
interface Installable {
  readonly kind: "recogniser" | "voice";
  readonly model: Model | VoiceModel;
  verify(): Promise<Result<unknown, ModelError>>;
}

/** `voicegauge models list|verify|fetch`: what is installed, its hash, its licence. */
export function addModelsCommand(program: Command): void {
  const models = program
    .command("models")
    .description("the models of the recogniser and the voice: what is installed, its hash, its licence");
  models
    .command("list")
    .description("every model of the manifest and whether it is here")
    .option("--json", "one JSON a line")
    .action(async (options: { readonly json?: true }) => {
      const manifest = await manifestOrFail();
      for (const { kind, model, verify } of installables(manifest)) {
        const found = await verify();
        const state = found.ok
          ? "installed"
          : found.error.kind === "model_corrupt"
            ? "damaged"
            : "not installed";
        const { id, language, licence, bundled } = model;
        const isDefault = Object.values(manifest.defaults).includes(id);
        if (options.json === true)
          await printJson({ id, kind, language, licence, bundled, state, default: isDefault });
        else {
          const name = `${id}${isDefault ? " (default)" : ""}`;
          await printLine(`${name}  ${kind}  ${language}  ${state}  licence: ${licence}`);
        }
      }
    });
  models
    .command("verify")
    .description("check the files of a model (default: all that are bundled) by their SHA-256")
    .argument("[id]", "model")
    .action(async (id?: string) => {
      const manifest = await manifestOrFail();
      const wanted =
        id === undefined
          ? installables(manifest).filter(({ model }) => model.bundled)
          : [installableOrFail(manifest, id)];
      for (const { model, verify } of wanted) {
        const found = await verify();
        if (!found.ok) throw new CommandFailure(found.error.detail);
        await printLine(`${model.id}: all files are those of the manifest`);
      }
    });
  models
    .command("fetch")
    .description("install a model from its official archive; an interrupted download is continued")
    .argument("<id>", "model")
    .option("--archive <file>", "take the archive from this file instead of the network")
    .action(async (id: string, options: { readonly archive?: string }) => {
      const installable = installableOrFail(await manifestOrFail(), id);
      await fetchOrFail(installable, options.archive);
      await printLine(`${installable.model.id}: installed in ${modelsDirectory}`);
      await printLine(`licence: ${installable.model.licence}`);
    });
  for (const command of models.commands) command.exitOverride();
}

async function fetchOrFail({ model, verify }: Installable, archiveFile?: string): Promise<void> {
  const { id, archive, directory } = model;
  if (archive === undefined) throw new CommandFailure(`${id} came with the product: git restores it`);
  const stop = new AbortController();
  const onInterrupt = (): void => stop.abort();
  process.once("SIGINT", onInterrupt);
  const deps: FetchDeps = {
    clock: systemClock,
    modelsDirectory,
    signal: stop.signal,
    onProgress: createProgress(id),
  };
  const installation = { archive, directory };
  const outcome =
    archiveFile === undefined
      ? await fetchModel(installation, deps)
      : await installArchive(archiveFile, installation, deps);
  process.removeListener("SIGINT", onInterrupt);
  if (!outcome.ok) throw new CommandFailure(outcome.error.detail);
  const found = await verify();
  if (!found.ok) throw new CommandFailure(found.error.detail);
}

/** One line on stderr that is written over on a terminal; elsewhere a line every tenth. */
function createProgress(id: string): FetchDeps["onProgress"] {
  let told = -1;
  return (bytes, ofBytes) => {
    const step = process.stderr.isTTY ? 1 : 10;
    const percent = Math.floor((bytes / ofBytes) * 100);
    if (percent < told + step && bytes !== ofBytes) return;
    told = percent - (percent % step);
    const line = `${id}: ${(bytes / 1e6).toFixed(1)} of ${(ofBytes / 1e6).toFixed(1)} MB, ${percent} %`;
    process.stderr.write(process.stderr.isTTY ? `\r${line}${bytes === ofBytes ? "\n" : ""}` : `${line}\n`);
  };
}

function installables(manifest: Manifest): readonly Installable[] {
  return [
    ...manifest.models.map((model) => ({
      kind: "recogniser" as const,
      model,
      verify: () => verifyModel(modelsDirectory, model),
    })),
    ...manifest.voices.map((model) => ({
      kind: "voice" as const,
      model,
      verify: () => verifyVoice(modelsDirectory, model),
    })),
  ];
}

function installableOrFail(manifest: Manifest, id: string): Installable {
  const known = installables(manifest);
  const found = known.find(({ model }) => model.id === id);
  if (found !== undefined) return found;
  const ids = known.map(({ model }) => model.id).join(", ");
  throw new CommandFailure(`no model is called ${id}; there are ${ids}`);
}

async function manifestOrFail(): Promise<Manifest> {
  const manifest = await readManifest(modelsDirectory);
  if (!manifest.ok) throw new CommandFailure(manifest.error.detail);
  return manifest.value;
}
