import { stat } from "node:fs/promises";
import { join } from "node:path";
import { composeRecognizer, fileLimits, modelsDirectory, recognizerOf } from "./compose-parts.js";
import { chooseModel, type Model, type ModelError, readManifest } from "./recognition/model.js";
import type { Recognizer } from "./recognition/recognizer.js";
import { err, ok, type Result } from "./runtime/result.js";
import type { Configuration } from "./service/configuration.js";

/**
 * The recogniser that is measured: one of the manifest, or the files of a folder (`model` holds a `/`) with the thresholds of
 * the configuration's own model, for one that was just trained and has no hashes yet.
 */
export async function composeMeasuredRecognizer(
  configuration: Configuration,
  model: string,
): Promise<Result<{ readonly recognizer: Recognizer; readonly model: Model }, ModelError>> {
  const { recognition } = configuration;
  if (!model.includes("/"))
    return composeRecognizer(
      { ...configuration, recognition: { ...recognition, model } },
      undefined,
      fileLimits,
    );
  const manifest = await readManifest(modelsDirectory);
  if (!manifest.ok) return manifest;
  const base = chooseModel(manifest.value, recognition.model, configuration.language);
  if (!base.ok) return base;
  const { files } = base.value;
  const paths = {
    encoder: join(model, files.encoder.path),
    decoder: join(model, files.decoder.path),
    joiner: join(model, files.joiner.path),
    tokens: join(model, files.tokens.path),
  };
  for (const path of Object.values(paths)) {
    const found = await stat(path).catch(() => undefined);
    // Native code ends the process when it is given no file.
    if (found === undefined || !found.isFile() || found.size === 0)
      return err({
        kind: "model_missing",
        detail: `${path} is missing or empty: name the folder of an export`,
      });
  }
  const measured: Model = { ...base.value, id: model };
  const recognizer = recognizerOf(configuration, measured, () => Promise.resolve(ok(paths)), fileLimits);
  return ok({ recognizer, model: measured });
}
