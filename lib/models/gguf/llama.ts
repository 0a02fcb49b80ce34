/**
 * Llamas in GGUF files: llama.cpp's names of settings and weights, and Hugging Face's.
 *
 * @module
 */
import { createDecoderConfig, type DecoderConfig } from "../decoder_config.ts";
import { findUnsupported, type SettingRule, shortJson } from "../known_settings.ts";
import type { TensorValues } from "../variables.ts";
import { decoderWeightShapes } from "../weight_names.ts";
import { type RopeScaling, rotaryFrequencies } from "../../ops/mod.ts";
import { ggufError, type GgufFile, readGguf } from "./file.ts";

/** What to do about a model that asks for another computation. */
const OTHER_MODEL = "use a model that this decoder computes as it was trained";
const ARCHITECTURE = "llama";
const key = (name: string) => `${ARCHITECTURE}.${name}`;

/** Settings of a llama that are read, that change nothing, or whose one value is that of the decoder. */
const RULES: ReadonlyMap<string, SettingRule> = new Map<string, SettingRule>([
  ...[
    ...["block_count", "context_length", "embedding_length", "feed_forward_length", "vocab_size"],
    ...["attention.head_count", "attention.head_count_kv", "attention.key_length"],
    ...["attention.value_length", "attention.layer_norm_rms_epsilon", "rope.freq_base"],
    "rope.dimension_count",
  ].map((name) => [key(name), "any"] as const),
  [key("rope.scaling.type"), ["none"]],
  [key("expert_count"), [0]],
  [key("expert_used_count"), [0]],
  [key("attention.causal"), [true]],
]);

/** llama.cpp's names of the weights of a layer, by Hugging Face's. */
const LAYER_NAMES: Readonly<Record<string, string>> = {
  "input_layernorm": "attn_norm",
  "self_attn.q_proj": "attn_q",
  "self_attn.k_proj": "attn_k",
  "self_attn.v_proj": "attn_v",
  "self_attn.o_proj": "attn_output",
  "post_attention_layernorm": "ffn_norm",
  "mlp.gate_proj": "ffn_gate",
  "mlp.up_proj": "ffn_up",
  "mlp.down_proj": "ffn_down",
};
const NAMES: Readonly<Record<string, string>> = {
  "model.embed_tokens": "token_embd",
  "model.norm": "output_norm",
  "lm_head": "output",
};

/**
 * Reads the sizes of the decoder in a file.
 *
 * @param file The file.
 * @returns The configuration, checked.
 * @throws {CheckpointError} When the model is of another kind, or a setting asks for another computation, is missing,
 * or not known.
 */
export async function decoderConfigOfGguf(file: GgufFile): Promise<DecoderConfig> {
  const { path, metadata, tensors } = file;
  const architecture = metadata["general.architecture"];
  if (architecture !== ARCHITECTURE) {
    throw ggufError(
      path,
      `its general.architecture is ${
        shortJson(architecture ?? null)
      }, supported is ${ARCHITECTURE}`,
      "use a model of a supported architecture",
    );
  }
  refuseUnknown(file);
  const number = (name: string) => numberOf(file, key(name));
  const token = (name: string) => numberOf(file, `tokenizer.ggml.${name}_token_id`);
  const required = (name: string) => {
    const value = number(name);
    if (value === undefined) throw ggufError(path, `it lacks ${key(name)}`);
    return value;
  };
  const table = tensors.get("token_embd.weight");
  if (table === undefined) throw ggufError(path, "it has no tensor token_embd.weight");
  const headDim = number("attention.key_length");
  const [eos, bos, pad] = [token("eot") ?? token("eos"), token("bos"), token("padding")];
  if (eos === undefined) throw ggufError(path, "it lacks tokenizer.ggml.eos_token_id");
  const optional = {
    numKeyValueHeads: number("attention.head_count_kv"),
    headDim,
    rmsNormEps: number("attention.layer_norm_rms_epsilon"),
    ropeTheta: number("rope.freq_base"),
    maxPositionEmbeddings: number("context_length"),
    bosTokenId: bos,
    padTokenId: pad,
  };
  try {
    const config = createDecoderConfig({
      vocabSize: table.shape[0]!,
      hiddenSize: required("embedding_length"),
      intermediateSize: required("feed_forward_length"),
      numHiddenLayers: required("block_count"),
      numAttentionHeads: required("attention.head_count"),
      eosTokenId: eos,
      tieWordEmbeddings: !tensors.has("output.weight"),
      ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    });
    checkHeads(file, config);
    if (!tensors.has(ROPE_FACTORS)) return config;
    return { ...config, ropeScaling: await ropeScalingOf(file, config) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw ggufError(path, error.message);
  }
}

function refuseUnknown({ path, metadata }: GgufFile): void {
  const settings = Object.fromEntries(
    Object.entries(metadata).filter(([name]) => name.startsWith(key(""))),
  );
  const unsupported = findUnsupported(settings, RULES);
  if (unsupported !== undefined) {
    const { key, value, supported } = unsupported;
    throw ggufError(
      path,
      supported === undefined
        ? `its setting ${key} is not known: ${value}`
        : `its setting ${key} must be ${supported}: ${value}`,
      OTHER_MODEL,
    );
  }
}

/** By what the frequencies of a Llama 3.1 or later are divided, one number each. */
const ROPE_FACTORS = "rope_freqs.weight";
/** What all of these have, besides the factor. */
const LLAMA3 = {
  ropeType: "llama3",
  lowFreqFactor: 1,
  highFreqFactor: 4,
  originalMaxPositionEmbeddings: 8192,
} as const;

/** llama.cpp stores what comes out of Hugging Face's settings: these are found again, and compared. */
async function ropeScalingOf(
  file: GgufFile,
  { headDim, ropeTheta: theta }: DecoderConfig,
): Promise<RopeScaling> {
  let factors = new Float32Array();
  await readGguf(file, [ROPE_FACTORS], (_, values) => factors = values as typeof factors);
  const scaling: RopeScaling = { ...LLAMA3, factor: Math.max(...factors) };
  const plain = rotaryFrequencies({ headDim, theta });
  const scaled = rotaryFrequencies({ headDim, theta, scaling });
  const isKnown = factors.length === plain.length &&
    factors.every((factor, i) => Math.abs(factor * scaled[i]! / plain[i]! - 1) < 1e-4);
  if (isKnown) return scaling;
  throw ggufError(
    file.path,
    `its rotary frequencies are scaled by ${ROPE_FACTORS} in another way than Llama 3's`,
    OTHER_MODEL,
  );
}

/** All heads have one width, all of which is rotated. */
function checkHeads(file: GgufFile, { headDim }: DecoderConfig): void {
  for (const name of ["attention.value_length", "rope.dimension_count"]) {
    const width = numberOf(file, key(name)) ?? headDim;
    if (width === headDim) continue;
    throw ggufError(
      file.path,
      `its setting ${key(name)} must be the width of a head, ${headDim}: ${width}`,
      OTHER_MODEL,
    );
  }
}

function numberOf({ path, metadata }: GgufFile, name: string): number | undefined {
  const value = metadata[name];
  if (value === undefined) return undefined;
  const number = typeof value === "bigint" ? Number(value) : value;
  if (typeof number === "number" && Number.isFinite(number)) return number;
  throw ggufError(path, `its setting ${name} must be a number: ${shortJson(value)}`);
}

/**
 * Reads the weights of the decoder in a file.
 *
 * @param file The file.
 * @param config From {@link decoderConfigOfGguf}.
 * @returns Float32 weights by Hugging Face's names.
 * @throws {CheckpointError} When weights are missing, unexpected or misshaped.
 */
export async function readDecoderWeights(
  file: GgufFile,
  config: DecoderConfig,
): Promise<Map<string, TensorValues>> {
  const wanted = decoderWeightShapes(config);
  const names = new Map([...wanted.keys()].map((name) => [ggufName(name), name]));
  checkTensors(file, names, wanted);
  const weights = new Map<string, TensorValues>();
  await readGguf(file, names.keys(), (ggufName, values) => {
    const name = names.get(ggufName)!;
    const shape = wanted.get(name)!;
    const heads = headsOf(name, config);
    weights.set(name, {
      shape,
      values: heads === undefined ? values : withHalves(values, heads, shape),
    });
  });
  return weights;
}

function checkTensors(
  { path, tensors }: GgufFile,
  names: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, readonly number[]>,
): void {
  for (const [own, name] of names) {
    const shape = tensors.get(own)?.shape;
    if (shape?.join() === wanted.get(name)!.join()) continue;
    throw ggufError(
      path,
      `tensor ${own} must have shape [${wanted.get(name)!.join(", ")}]: ${
        shape === undefined ? "there is none" : `[${shape.join(", ")}]`
      }`,
    );
  }
  const unexpected = [...tensors.keys()].find((name) => !names.has(name) && name !== ROPE_FACTORS);
  if (unexpected !== undefined) {
    throw ggufError(
      path,
      `its tensors must be those of a llama: ${unexpected} is none`,
      OTHER_MODEL,
    );
  }
}

/** llama.cpp's name of a weight. */
function ggufName(name: string): string {
  const stem = name.replace(/\.weight$/, "");
  const [, layer, part] = /^model\.layers\.(\d+)\.(.+)$/.exec(stem) ?? [];
  return `${part === undefined ? NAMES[stem] : `blk.${layer}.${LAYER_NAMES[part]}`}.weight`;
}

/** How many heads the rows of a weight belong to that rotary embedding turns. */
function headsOf(name: string, config: DecoderConfig): number | undefined {
  if (name.endsWith("q_proj.weight")) return config.numAttentionHeads;
  if (name.endsWith("k_proj.weight")) return config.numKeyValueHeads;
}

/**
 * llama.cpp rotates neighbours, Hugging Face the two halves of a head: rows 2·i and 2·i + 1 of a head there are rows i
 * and i + C/2 here.
 *
 * @param values Rows in llama.cpp's order.
 * @param heads How many heads they are.
 * @param shape [heads * C, inputs].
 * @returns The rows in Hugging Face's order.
 */
export function withHalves(
  values: Float32Array,
  heads: number,
  [rows, inputs]: readonly number[],
): Float32Array {
  const width = rows! / heads;
  const sorted = new Float32Array(values.length);
  for (let row = 0; row < rows!; row++) {
    const head = Math.floor(row / width), place = row % width;
    const from = head * width + (place < width / 2 ? 2 * place : 2 * place - width + 1);
    sorted.set(values.subarray(from * inputs!, (from + 1) * inputs!), row * inputs!);
  }
  return sorted;
}
