import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import * as v from "valibot";
import { messageOf } from "../runtime/assert.js";
import { err, ok, type Result } from "../runtime/result.js";
import type { ModelFiles } from "./messages.js";

const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const fileSchema = v.strictObject({ path: v.string(), sha256: v.optional(sha256) });

const modelSchema = v.strictObject({
  id: v.string(),
  language: v.picklist(["zh", "en", "zh-en"]),
  bundled: v.boolean(),
  /** Folder below `models/`. */
  directory: v.string(),
  licence: v.string(),
  files: v.strictObject({ encoder: fileSchema, decoder: fileSchema, joiner: fileSchema, tokens: fileSchema }),
  thresholds: v.strictObject({ sure: v.number(), unsure: v.number() }),
  archive: v.optional(v.strictObject({ url: v.string(), bytes: v.number(), sha256 })),
});

const manifestSchema = v.strictObject({ default: v.string(), models: v.array(modelSchema) });

/** One recogniser model of `models/manifest.json`. */
export type Model = v.InferOutput<typeof modelSchema>;

export interface Manifest {
  readonly defaultId: string;
  readonly models: readonly Model[];
}

export type ModelError =
  | { readonly kind: "model_missing"; readonly detail: string }
  | { readonly kind: "model_corrupt"; readonly detail: string };

/** Reads the manifest of a models folder. */
export async function readManifest(modelsDirectory: string): Promise<Result<Manifest, ModelError>> {
  const path = join(modelsDirectory, "manifest.json");
  try {
    const manifest = v.parse(manifestSchema, JSON.parse(await readFile(path, "utf8")));
    return ok({ defaultId: manifest.default, models: manifest.models });
  } catch (thrown) {
    return err({
      kind: "model_missing",
      detail: `cannot read the model manifest ${path}: ${messageOf(thrown)}`,
    });
  }
}

/** The model of that id; `auto` is the bundled default. */
export function chooseModel(manifest: Manifest, id: string): Result<Model, ModelError> {
  const wanted = id === "auto" ? manifest.defaultId : id;
  const model = manifest.models.find((one) => one.id === wanted);
  if (model !== undefined) return ok(model);
  const known = manifest.models.map((one) => one.id).join(", ");
  return err({ kind: "model_missing", detail: `no model is called ${wanted}; there are ${known}` });
}

/**
 * Checks every file of a model by its SHA-256 before native code sees it: a damaged one would abort the process. Files
 * whose hash nobody has published are only looked for.
 */
export async function verifyModel(
  modelsDirectory: string,
  model: Model,
): Promise<Result<ModelFiles, ModelError>> {
  const paths: Record<string, string> = {};
  for (const [role, file] of Object.entries(model.files)) {
    const path = join(modelsDirectory, model.directory, file.path);
    const hash = await hashOf(path);
    if (hash === undefined) {
      const remedy = model.bundled
        ? "restore it with git"
        : `fetch it with voicegauge models fetch ${model.id}`;
      return err({
        kind: "model_missing",
        detail: `the ${role} of ${model.id} is missing (${path}): ${remedy}`,
      });
    }
    if (file.sha256 !== undefined && file.sha256 !== hash) {
      const detail = `${path} is damaged or not the one of the manifest (SHA-256 ${hash}): install the model again`;
      return err({ kind: "model_corrupt", detail });
    }
    paths[role] = path;
  }
  const { encoder = "", decoder = "", joiner = "", tokens = "" } = paths;
  return ok({ encoder, decoder, joiner, tokens });
}

async function hashOf(path: string): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(path), hash);
    return hash.digest("hex");
  } catch {
    return undefined;
  }
}
