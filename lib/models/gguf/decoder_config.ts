/**
 * Sizes of decoders in GGUF files: llama.cpp's names of settings, and Hugging Face's.
 *
 * @module
 */
import { createDecoderConfig, type DecoderConfig } from "../decoder_config.ts";
import { findUnsupported, type SettingRule, shortJson } from "../known_settings.ts";
import { type RopeScaling, rotaryFrequencies } from "../../ops/mod.ts";
import { architectureOf, OTHER_MODEL, ROPE_FACTORS } from "./architectures.ts";
import { decodeGguf } from "./blocks.ts";
import { ggufError, type GgufFile, readGguf } from "./file.ts";

/** Settings that are read, that change nothing, or whose one value is that of the decoder. */
const RULES: readonly (readonly [name: string, rule: SettingRule])[] = [
  ...[
    ...["block_count", "context_length", "embedding_length", "feed_forward_length", "vocab_size"],
    ...["attention.head_count", "attention.head_count_kv", "attention.key_length"],
    ...["attention.value_length", "attention.layer_norm_rms_epsilon", "rope.freq_base"],
    "rope.dimension_count",
  ].map((name) => [name, "any"] as const),
  ["rope.scaling.type", ["none"]],
  ["expert_count", [0]],
  ["expert_used_count", [0]],
  ["attention.causal", [true]],
];

/** The name of a setting of the model, which begins with that of its architecture. */
const keyOf = (file: GgufFile) => (name: string) => `${architectureOf(file).name}.${name}`;

/**
 * Reads the sizes of the decoder in a file.
 *
 * @param file The file.
 * @returns The configuration, checked.
 * @throws {CheckpointError} When the model is of another kind, or a setting asks for another computation, is missing,
 * or not known.
 */
export async function decoderConfigOfGguf(file: GgufFile): Promise<DecoderConfig> {
  const { path, tensors } = file;
  const key = keyOf(file);
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
  const [bos, pad] = [token("bos"), token("padding")];
  // Of a turn, of a text, of a message that calls a tool: llama.cpp ends a response at any of them.
  const [eos, ...otherEnds] = new Set(
    ["eot", "eos", "eom"].map(token).filter((id) => id !== undefined),
  );
  if (eos === undefined) throw ggufError(path, "it lacks tokenizer.ggml.eos_token_id");
  const optional = {
    numKeyValueHeads: number("attention.head_count_kv"),
    headDim,
    rmsNormEps: number("attention.layer_norm_rms_epsilon"),
    ropeTheta: number("rope.freq_base"),
    maxPositionEmbeddings: number("context_length"),
    otherEosTokenIds: otherEnds.length > 0 ? otherEnds : undefined,
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
      ...architectureOf(file).options,
    });
    checkHeads(file, config);
    if (!tensors.has(ROPE_FACTORS)) return config;
    return { ...config, ropeScaling: await ropeScalingOf(file, config) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw ggufError(path, error.message);
  }
}

function refuseUnknown(file: GgufFile): void {
  const { path, metadata } = file;
  const key = keyOf(file);
  const settings = Object.fromEntries(
    Object.entries(metadata).filter(([name]) => name.startsWith(key(""))),
  );
  const unsupported = findUnsupported(
    settings,
    new Map(RULES.map(([name, rule]) => [key(name), rule])),
  );
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

/** What the scaled frequencies of all Llamas from 3.1 on have, besides the factor. */
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
  await readGguf(file, [ROPE_FACTORS], (_, { type }, bytes) => {
    factors = decodeGguf(type, bytes) as typeof factors;
  });
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
  const key = keyOf(file);
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
