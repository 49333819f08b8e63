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

const archiveSchema = v.strictObject({ url: v.string(), bytes: v.number(), sha256 });
const common = {
  id: v.string(),
  language: v.picklist(["zh", "en", "zh-en"]),
  /** It came with the product; any other is fetched. */
  bundled: v.boolean(),
  /** Folder below `models/`. */
  directory: v.string(),
  licence: v.string(),
  archive: v.optional(archiveSchema),
};

const limits = {
  sure: v.number(),
  unsure: v.number(),
  framed: v.exactOptional(v.number()),
  alike: v.exactOptional(v.strictObject({ words: v.array(v.string()), sure: v.number() })),
};

const modelSchema = v.strictObject({
  ...common,
  files: v.strictObject({ encoder: fileSchema, decoder: fileSchema, joiner: fileSchema, tokens: fileSchema }),
  /** Of the weakest token's probability; where sentences are weighed, see controller/weigh.ts. */
  thresholds: v.strictObject({
    ...limits,
    learnt: v.exactOptional(v.strictObject(limits)),
  }),
  /** Whole sentences are weighed, with the network of models/training at these phases of its frames. */
  weighed_at_ms: v.optional(v.array(v.pipe(v.number(), v.minValue(0), v.multipleOf(10))), []),
  /** It can learn a voice (it comes from models/training). */
  learns: v.optional(v.boolean(), false),
});

const voiceSchema = v.strictObject({
  ...common,
  files: v.strictObject({ model: fileSchema, lexicon: fileSchema, tokens: fileSchema }),
  /** Paths in the folder, in the order in which they are applied. */
  ruleFsts: v.array(v.string()),
  speaker: v.number(),
});

const manifestSchema = v.strictObject({
  /** The bundled recogniser of each language. */
  default: v.strictObject({ zh: v.string(), en: v.string() }),
  models: v.array(modelSchema),
  voices: v.array(voiceSchema),
});

/** One recogniser model of `models/manifest.json`. */
export type Model = v.InferOutput<typeof modelSchema>;

/** One voice for sherpa-onnx (VITS) of the same file. */
export type VoiceModel = v.InferOutput<typeof voiceSchema>;

/** What a device speaks and understands. */
type DeviceLanguage = "zh" | "en";

export interface Manifest {
  readonly defaults: Readonly<Record<DeviceLanguage, string>>;
  readonly models: readonly Model[];
  readonly voices: readonly VoiceModel[];
}

export type ModelError =
  | { readonly kind: "model_missing"; readonly detail: string }
  | { readonly kind: "model_corrupt"; readonly detail: string };

/** Reads the manifest of a models folder. */
export async function readManifest(modelsDirectory: string): Promise<Result<Manifest, ModelError>> {
  const path = join(modelsDirectory, "manifest.json");
  try {
    const manifest = v.parse(manifestSchema, JSON.parse(await readFile(path, "utf8")));
    return ok({ defaults: manifest.default, models: manifest.models, voices: manifest.voices });
  } catch (thrown) {
    return err({
      kind: "model_missing",
      detail: `cannot read the model manifest ${path}: ${messageOf(thrown)}`,
    });
  }
}

/** The model of that id; `auto` is the bundled one of the language. */
export function chooseModel(
  manifest: Manifest,
  id: string,
  language: DeviceLanguage,
): Result<Model, ModelError> {
  const wanted = id === "auto" ? manifest.defaults[language] : id;
  const model = manifest.models.find((one) => one.id === wanted);
  if (model !== undefined) return ok(model);
  const known = [...manifest.models, ...manifest.voices].map((one) => one.id).join(", ");
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
  const paths = await verifyFiles(modelsDirectory, model);
  if (!paths.ok) return paths;
  const { encoder = "", decoder = "", joiner = "", tokens = "" } = paths.value;
  return ok({ encoder, decoder, joiner, tokens });
}

/** The same for a voice; its rules are only looked for. */
export async function verifyVoice(modelsDirectory: string, voice: VoiceModel) {
  const rules = voice.ruleFsts.map((path) => [path, { path }] as const);
  const found = await verifyFiles(modelsDirectory, {
    ...voice,
    files: { ...voice.files, ...Object.fromEntries(rules) },
  });
  if (!found.ok) return found;
  const { model = "", lexicon = "", tokens = "" } = found.value;
  const ruleFsts = voice.ruleFsts.map((path) => join(modelsDirectory, voice.directory, path));
  return ok({ model, lexicon, tokens, ruleFsts, speaker: voice.speaker });
}

async function verifyFiles(
  modelsDirectory: string,
  model: Pick<Model, "id" | "bundled" | "directory"> & {
    readonly files: Readonly<Record<string, v.InferOutput<typeof fileSchema>>>;
  },
): Promise<Result<Readonly<Record<string, string>>, ModelError>> {
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
  return ok(paths);
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
