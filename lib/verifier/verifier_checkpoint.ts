/**
 * A trained verifier on disk: `verifier.json` and `verifier.safetensors`.
 *
 * @module
 */
import { z } from "zod";
import { CheckpointError, Random, writeFileAtomic } from "../core/mod.ts";
import type { TextFormat } from "../discussion/mod.ts";
import type { Decoder } from "../models/mod.ts";
import { assignVariables, loadSafetensors, makeFolder, saveSafetensors } from "../models/mod.ts";
import { baseFingerprint } from "./base_fingerprint.ts";
import { Verifier } from "./verifier.ts";
import { makeVerifierParameters, verifierVariables } from "./verifier_model.ts";

const manifestSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal("maporl-verifier"),
  lora: z.strictObject({ r: z.number(), alpha: z.number(), targetModules: z.array(z.string()) })
    .nullable(),
  calibration: z.strictObject({ scale: z.number().positive(), bias: z.number() }),
  base: z.string(),
});

/**
 * Saves a verifier: adapter, head and calibration, without the backbone.
 *
 * @param folder Made when missing.
 * @param verifier Trained with an adapter.
 * @throws {RunError} If the disk refuses.
 */
export async function saveVerifier(folder: string, verifier: Verifier): Promise<void> {
  const { adapter, calibration } = verifier.parts;
  await makeFolder(folder);
  await saveSafetensors(`${folder}/verifier.safetensors`, verifierVariables(verifier.parts));
  const manifest = {
    schemaVersion: 1,
    kind: "maporl-verifier",
    lora: adapter
      ? { r: adapter.r, alpha: adapter.alpha, targetModules: adapter.targetModules }
      : null,
    calibration,
    base: await baseFingerprint(verifier.parts.decoder),
  };
  await writeFileAtomic(`${folder}/verifier.json`, JSON.stringify(manifest, null, 2) + "\n");
}

/**
 * Loads a verifier onto the base model that it was trained on.
 *
 * @param folder As written by {@link saveVerifier}.
 * @param decoder The base model; stays the caller's.
 * @param text Tokenizer, template and format of the run.
 * @returns The verifier; the caller disposes it.
 * @throws {CheckpointError} If a file is missing, truncated, foreign or of another base model.
 */
export async function loadVerifier(
  folder: string,
  decoder: Decoder,
  text: TextFormat,
): Promise<Verifier> {
  const path = `${folder}/verifier.json`;
  let manifest: z.output<typeof manifestSchema>;
  try {
    manifest = manifestSchema.parse(JSON.parse(await Deno.readTextFile(path)));
  } catch (cause) {
    throw new CheckpointError(
      `Cannot load the verifier as "${path}" must be a readable verifier manifest: ${
        cause instanceof Deno.errors.NotFound ? "the file is missing" : "it is not one"
      }`,
      { thing: path, remedy: "Train one with: deno task experiment train_verifier", cause },
    );
  }
  const { tensors } = await loadSafetensors(`${folder}/verifier.safetensors`);
  let verifier: Verifier | undefined;
  try {
    // The random values are overwritten by the stored ones.
    const parameters = makeVerifierParameters(decoder, manifest.lora, Random.fromSeed(0));
    verifier = new Verifier({ decoder, ...parameters, text, calibration: manifest.calibration });
    assignVariables(verifierVariables(parameters), tensors);
    if (manifest.base !== await baseFingerprint(decoder)) {
      throw new RangeError("it was trained on another one of the same size");
    }
    return verifier;
  } catch (cause) {
    verifier?.dispose();
    throw new CheckpointError(
      `Cannot load the verifier "${folder}" as it must fit the base model: ${
        (cause as Error).message
      }`,
      { thing: folder, remedy: "Use the verifier that was trained on this base model", cause },
    );
  }
}
