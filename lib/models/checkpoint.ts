/**
 * Decoders in folders of Hugging Face's layout: `config.json` and weights.
 *
 * @module
 */
import { isMapping } from "../core/config_schema.ts";
import { CheckpointError } from "../core/errors.ts";
import { pathExists } from "../core/path_exists.ts";
import { Decoder } from "./decoder.ts";
import type { DecoderConfig } from "./decoder_config.ts";
import { withFloats } from "./float_settings.ts";
import { splitFused } from "./fused_weights.ts";
import { decoderConfigFromHf, decoderConfigToHf } from "./hf_config.ts";
import type { ModelSource, TokenizerFiles } from "./model_source.ts";
import type { TensorShapes } from "./safetensors.ts";
import { saveSafetensors } from "./save_safetensors.ts";
import type { SafetensorsDtype } from "./safetensors_header.ts";
import { jsonFile, SavedFolder, saveFolder } from "./saved_folder.ts";
import { weightFiles, WEIGHTS_FILE } from "./weight_files.ts";
import type { BaseDtype } from "./base_dtype.ts";
import {
  isSameWeight,
  rowsOfWeight,
  type StoredWeight,
  storeWeight,
  weightVariables,
} from "./stored_weight.ts";
import { compareWeights, describeMismatch } from "./variables.ts";
import { decoderWeightShapes, projectionName } from "./weight_names.ts";

/** What can be kept as the file has it. */
const PACKED_DTYPES: Readonly<Partial<Record<SafetensorsDtype, "float16" | "bfloat16">>> = {
  F16: "float16",
  BF16: "bfloat16",
};
const CONFIG_FILE = "config.json";
/** Defaults of generation, of which the tokens that end a response are read. */
const GENERATION_FILE = "generation_config.json";
/** Name of the file with a model's tokenizer. */
const TOKENIZER_FILE = "tokenizer.json";
/** Name of the file with a tokenizer's settings and the chat template. */
const TOKENIZER_CONFIG_FILE = "tokenizer_config.json";
/** Name of the file with the chat template, where it is no setting of the tokenizer. */
const TEMPLATE_FILE = "chat_template.jinja";
/** The head, and the table that it may share. */
const HEAD = "lm_head.weight", TABLE = "model.embed_tokens.weight";
/** Tables that old checkpoints carry and the decoder computes. */
const COMPUTED = /\.rotary_emb\.inv_freq$/;

/**
 * Saves a decoder as Hugging Face's class of its family would be, in float32, with a `manifest.json`.
 * Until all is written, the folder holds what it held before.
 *
 * @param folder Folder to write to; made when missing.
 * @param decoder The decoder.
 * @param files Its tokenizer and chat template; without them nobody can talk to it.
 * @throws {RunError} When the disk is full or refuses.
 */
export async function saveDecoder(
  folder: string,
  decoder: Decoder,
  files?: TokenizerFiles,
): Promise<void> {
  const weights = {
    name: WEIGHTS_FILE,
    write: (path: string) => saveSafetensors(path, decoder.weights, { format: "pt" }),
  };
  const text = files
    ? [jsonFile(TOKENIZER_FILE, files.tokenizer), jsonFile(TOKENIZER_CONFIG_FILE, files.config)]
    : [];
  const config = jsonFile(CONFIG_FILE, withFloats(decoderConfigToHf(decoder.config)));
  await saveFolder(folder, [weights, config, ...text], { kind: "decoder" });
}

/**
 * A model in a folder of Hugging Face's layout.
 *
 * @param folder Folder with `config.json` and `model.safetensors`, or several such files with an index; perhaps with
 * `generation_config.json`, `tokenizer.json`, `tokenizer_config.json`, `chat_template.jinja` and a `manifest.json`.
 * @returns Where its parts are read; files are missed when they are.
 * @throws {CheckpointError} When a file is not what the manifest lists.
 */
export async function folderSource(folder: string): Promise<ModelSource> {
  const saved = await SavedFolder.open(folder);
  return {
    path: folder,
    config: () => readDecoderConfig(saved),
    decoder: ({ baseDtype = "float32" } = {}) => readDecoder(saved, baseDtype),
    async text() {
      const config = await saved.json(TOKENIZER_CONFIG_FILE);
      const tokenizer = await saved.json(TOKENIZER_FILE);
      // Where transformers writes a template since 2025; it stands before that of the configuration.
      const isApart = !saved.isOurs && isMapping(config) &&
        await pathExists(`${folder}/${TEMPLATE_FILE}`);
      return {
        config: isApart ? { ...config, chat_template: await saved.text(TEMPLATE_FILE) } : config,
        tokenizer,
      };
    },
    textPlaces: {
      tokenizer: `${folder}/${TOKENIZER_FILE}`,
      config: `${folder}/${TOKENIZER_CONFIG_FILE}`,
    },
  };
}

async function readDecoderConfig(saved: SavedFolder): Promise<DecoderConfig> {
  const json = await saved.json(CONFIG_FILE);
  // What we save says all in its configuration.
  const isGiven = !saved.isOurs && await pathExists(`${saved.path}/${GENERATION_FILE}`);
  const generation = isGiven ? await saved.json(GENERATION_FILE) : {};
  try {
    return decoderConfigFromHf(json, generation);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    const path = `${saved.path}/${CONFIG_FILE}`;
    throw new CheckpointError(`Cannot load ${path}: ${error.message}`, {
      thing: path,
      remedy: "name a folder with a checkpoint of a supported model",
      cause: error,
    });
  }
}

async function readDecoder(saved: SavedFolder, dtype: BaseDtype): Promise<Decoder> {
  const folder = saved.path;
  const config = await readDecoderConfig(saved);
  const { model_type: modelType } = await saved.json(CONFIG_FILE) as Record<string, unknown>;
  const isFused = modelType === "phi3";
  const { path: weightsPath, read } = await weightFiles(saved);
  // Some tied checkpoints store the shared table under both names.
  const isSpare = (name: string) =>
    (name === HEAD && config.tieWordEmbeddings) || COMPUTED.test(name);
  /** The shared table and its copy, where there is one, to be compared. */
  const shared = new Map<string, StoredWeight>();
  let hasCopy = false;
  const wanted = decoderWeightShapes(config);
  const check = (all: TensorShapes) => {
    const shapes = new Map([...all].filter(([name]) => !isSpare(name)));
    checkLayerCount(`${folder}/${CONFIG_FILE}`, config, shapes);
    const apart = isFused ? splitFused(shapes, config, rowsOfShape) : shapes;
    checkWeights(weightsPath, wanted, apart);
    hasCopy = config.tieWordEmbeddings && all.has(HEAD);
  };
  const variables = await weightVariables(wanted.keys(), async (put) => {
    await read(check, ({ dtype: stored, ...tensor }) => {
      const { name, bytes } = tensor;
      const format = PACKED_DTYPES[stored];
      const place = { path: tensor.path, name };
      const weight = storeWeight({ ...tensor, packed: format && { format, bytes }, place }, dtype);
      if (hasCopy && (name === HEAD || name === TABLE)) shared.set(name, weight);
      if (isSpare(name)) return;
      const one = new Map([[name, weight]]);
      const parts = isFused ? splitFused(one, config, rowsOfWeight) : one;
      for (const [part, rows] of parts) put(part, rows);
    });
    if (hasCopy) checkTiedHead(weightsPath, shared);
  });
  return Decoder.ofVariables(config, variables);
}

const rowsOfShape = (
  { shape }: { readonly shape: readonly number[] },
  from: number,
  to: number,
) => ({
  shape: [to - from, ...shape.slice(1)],
});

/** A copy of the table may be left out; a head of its own may not, whatever the configuration says. */
function checkTiedHead(path: string, shared: ReadonlyMap<string, StoredWeight>): void {
  if (isSameWeight(shared.get(HEAD)!, shared.get(TABLE)!)) return;
  throw new CheckpointError(
    `Cannot load ${path} as tie_word_embeddings makes the head the embedding table: ` +
      `its lm_head.weight is another one`,
    { thing: path, remedy: "set tie_word_embeddings to false in config.json" },
  );
}

/** Before a list of names is made for layers by the million, which nobody has. */
function checkLayerCount(path: string, config: DecoderConfig, shapes: TensorShapes): void {
  const { numHiddenLayers } = config;
  const last = `${projectionName(numHiddenLayers - 1, "o_proj")}.weight`;
  if (numHiddenLayers <= shapes.size || shapes.has(last)) return;
  throw new CheckpointError(
    `Cannot load ${path} as num_hidden_layers must be that of ${WEIGHTS_FILE}: ` +
      `got ${numHiddenLayers}, and ${shapes.size} tensors are there`,
    { thing: path, remedy: "use the configuration that the weights were saved with" },
  );
}

/**
 * Refuses a file whose tensors are not exactly the wanted ones.
 *
 * @param path The file, for the message.
 * @param wanted Shapes by name.
 * @param tensors What the file holds, by name.
 * @throws {CheckpointError} Naming missing, unexpected and misshaped tensors.
 */
export function checkWeights(
  path: string,
  wanted: ReadonlyMap<string, readonly number[]>,
  tensors: TensorShapes,
): void {
  const mismatch = describeMismatch(compareWeights(wanted, tensors));
  if (mismatch === undefined) return;
  throw new CheckpointError(
    `Cannot load ${path} as its tensors must be those of its configuration: ${mismatch}`,
    { thing: path, remedy: "use the configuration that the weights were saved with" },
  );
}
