/**
 * A trained verifier on disk: `verifier.json`, `verifier.safetensors`, and the `manifest.json` of both.
 *
 * @module
 */
import { z } from "zod";
import { CheckpointError, Random } from "../core/mod.ts";
import type { TextFormat } from "../discussion/mod.ts";
import {
  assignVariables,
  baseFingerprint,
  compareWeights,
  type Decoder,
  describeMismatch,
  jsonFile,
  SavedFolder,
  saveFolder,
  saveSafetensors,
  type TensorShapes,
  tokenizerFingerprint,
} from "../models/mod.ts";
import { Verifier } from "./verifier.ts";
import { makeVerifierParameters, verifierShapes, verifierVariables } from "./verifier_model.ts";

const SETTINGS_FILE = "verifier.json";
const WEIGHTS_FILE = "verifier.safetensors";
const RETRAIN = "Train one with: deno task experiment train_verifier";

/** Version 2: `base` covers the base model's configuration as well. Version 3: `tokenizer`. Version 4: `tasks`. */
const settingsSchema = z.strictObject({
  schemaVersion: z.literal(4),
  kind: z.literal("maporl-verifier"),
  lora: z.strictObject({ r: z.number(), alpha: z.number(), targetModules: z.array(z.string()) })
    .nullable(),
  calibration: z.strictObject({ scale: z.number().positive(), bias: z.number() }),
  base: z.string(),
  tokenizer: z.string(),
  tasks: z.array(z.string()),
});

type Settings = z.output<typeof settingsSchema>;

/**
 * Saves a verifier: adapter, head and calibration, without the backbone. Until all is written, the
 * folder holds what it held before: weights never meet another's calibration.
 *
 * @param folder Made when missing.
 * @param verifier Trained with an adapter.
 * @throws {RunError} If the disk refuses.
 * @throws {TypeError} If its tokenizer or template is made by hand and has no `fingerprint`.
 */
export async function saveVerifier(folder: string, verifier: Verifier): Promise<void> {
  const { adapter, calibration, decoder, text, tasks } = verifier.parts;
  const base = await baseFingerprint(decoder);
  const weights = {
    name: WEIGHTS_FILE,
    write: (path: string) => saveSafetensors(path, verifierVariables(verifier.parts)),
  };
  const settings = jsonFile(SETTINGS_FILE, {
    schemaVersion: 4,
    kind: "maporl-verifier",
    lora: adapter
      ? { r: adapter.r, alpha: adapter.alpha, targetModules: adapter.targetModules }
      : null,
    calibration,
    base,
    tokenizer: tokenizerFingerprint(text),
    tasks,
  });
  await saveFolder(folder, [weights, settings], { kind: "verifier", base });
}

/**
 * Loads a verifier onto the base model that it was trained on, to read by the same tokenizer and chat
 * template.
 *
 * @param folder As written by {@link saveVerifier}.
 * @param decoder The base model; stays the caller's.
 * @param text Tokenizer, template and format of the run.
 * @returns The verifier; the caller disposes it.
 * @throws {CheckpointError} If a file is missing, truncated, changed, foreign, or of another base model,
 * tokenizer or chat template.
 * @throws {TypeError} If the tokenizer or template is made by hand and has no `fingerprint`.
 */
export async function loadVerifier(
  folder: string,
  decoder: Decoder,
  text: TextFormat,
): Promise<Verifier> {
  const saved = await SavedFolder.open(folder, RETRAIN);
  const settings = await readSettings(saved);
  const fits = (check: () => void) => {
    try {
      check();
    } catch (cause) {
      throw new CheckpointError(
        `Cannot load the verifier "${folder}" as it must fit the base model: ${
          (cause as Error).message
        }`,
        { thing: folder, remedy: "Use the verifier that was trained on this base model", cause },
      );
    }
  };
  const { lora, calibration, tasks } = settings;
  const ownBase = await baseFingerprint(decoder);
  fits(() => {
    if (settings.base !== ownBase) throw new RangeError("it was trained on another base");
  });
  // Shapes first: nothing is made for a rank or a width that the stored weights do not have.
  const tensors = await saved.tensors(
    WEIGHTS_FILE,
    (shapes) => fits(() => checkShapes(verifierShapes(decoder, lora), shapes)),
  );
  if (settings.tokenizer !== tokenizerFingerprint(text)) {
    throw new CheckpointError(
      `Cannot load the verifier "${folder}" as questions must be written as in its training: ` +
        `the base model has another tokenizer or chat template now`,
      { thing: folder, remedy: `${RETRAIN} --set base=FOLDER` },
    );
  }
  // The random values are overwritten by the stored ones.
  const parameters = makeVerifierParameters(decoder, lora, Random.fromSeed(0));
  assignVariables(verifierVariables(parameters), tensors);
  return new Verifier({ decoder, ...parameters, text, calibration, tasks });
}

/**
 * What a verifier on disk was trained on; its weights are not read.
 *
 * @param folder As written by {@link saveVerifier}.
 * @returns Names of the tasks.
 * @throws {CheckpointError} If its `verifier.json` cannot be read.
 */
export async function verifierTasks(folder: string): Promise<readonly string[]> {
  return (await readSettings(await SavedFolder.open(folder, RETRAIN))).tasks;
}

async function readSettings(saved: SavedFolder): Promise<Settings> {
  const path = `${saved.path}/${SETTINGS_FILE}`;
  const json = await saved.json(SETTINGS_FILE);
  const { data, error } = settingsSchema.safeParse(json);
  if (data !== undefined && saved.isListed) return data;
  const problem = error
    ? `${error.issues[0]!.path.join(".") || "it"}: ${error.issues[0]!.message}`
    : "its folder has no manifest.json, which every verifier is saved with";
  throw new CheckpointError(
    `Cannot load the verifier as "${path}" must be a readable verifier manifest: ${problem}`,
    { thing: path, remedy: RETRAIN, cause: error },
  );
}

function checkShapes(wanted: ReadonlyMap<string, readonly number[]>, shapes: TensorShapes): void {
  const mismatch = describeMismatch(compareWeights(wanted, shapes));
  if (mismatch !== undefined) throw new RangeError(`its weights must fit: ${mismatch}`);
}
