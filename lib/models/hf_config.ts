/**
 * Hugging Face's `config.json`: reading with a refusal of what is not supported, and writing.
 *
 * @module
 */
import { createDecoderConfig, type DecoderConfig } from "./decoder_config.ts";
import { allEndTokens, endTokensOf } from "./end_tokens.ts";
import { FAMILIES, familyOf, modelTypes } from "./families.ts";
import type { Family } from "./family.ts";
import { unsupportedSetting } from "./hf_settings.ts";
import { booleanOf, numberOf, requiredNumber } from "./hf_values.ts";
import { shortJson, unsupportedError } from "./known_settings.ts";
import { ropeOf, ropeScalingToHf } from "./rope_settings.ts";

/** Hugging Face `model_type`s whose computation the decoder performs. */
export const SUPPORTED_MODEL_TYPES: readonly string[] = FAMILIES.map(({ modelType }) => modelType);

/**
 * Reads Hugging Face's `config.json`.
 *
 * Keys that are known to change nothing are ignored, those that are not known are refused
 * ({@link unsupportedSetting}). Absent keys have the defaults of the model's family in Hugging Face; a missing
 * padding token (null or negative) becomes the end token.
 *
 * @param json The parsed file.
 * @param generation The parsed `generation_config.json`, of which the end tokens count; absent = there is none.
 * @returns The configuration, checked.
 * @throws {TypeError} When the file is not an object, a required key is missing or has the wrong type.
 * @throws {RangeError} When the model needs what the decoder lacks, or a size is impossible.
 */
export function decoderConfigFromHf(
  json: unknown,
  generation: unknown = {},
): DecoderConfig {
  const given = mappingOf(json);
  const family = supportedFamily(given);
  const hf: Record<string, unknown> = {
    ...family.defaults,
    ...family.renamed?.(given) ?? given,
  };
  const unsupported = unsupportedSetting(hf, family);
  if (unsupported) throw unsupportedError(unsupported);
  const optional = {
    numKeyValueHeads: numberOf(hf, "num_key_value_heads"),
    headDim: numberOf(hf, "head_dim"),
    rmsNormEps: numberOf(hf, "rms_norm_eps"),
    ...ropeOf(hf),
    maxPositionEmbeddings: numberOf(hf, "max_position_embeddings"),
    tieWordEmbeddings: booleanOf(hf, "tie_word_embeddings"),
    initializerRange: numberOf(hf, "initializer_range"),
    bosTokenId: numberOf(hf, "bos_token_id"),
    padTokenId: padTokenOf(hf),
  };
  return createDecoderConfig({
    vocabSize: requiredNumber(hf, "vocab_size"),
    hiddenSize: requiredNumber(hf, "hidden_size"),
    intermediateSize: requiredNumber(hf, "intermediate_size"),
    numHiddenLayers: requiredNumber(hf, "num_hidden_layers"),
    numAttentionHeads: requiredNumber(hf, "num_attention_heads"),
    ...endTokensOf(hf, mappingOf(generation)),
    ...withoutUndefined(optional),
    ...family.optionsOf(hf),
  });
}

/**
 * Writes Hugging Face's `config.json`.
 *
 * @param config The configuration.
 * @returns Keys and values that {@link decoderConfigFromHf} and the family's configuration in Hugging Face read.
 */
export function decoderConfigToHf(config: DecoderConfig): Record<string, unknown> {
  const endTokens = allEndTokens(config);
  const { family, settings } = familyOf(config);
  return {
    architectures: [family.architecture],
    model_type: family.modelType,
    vocab_size: config.vocabSize,
    hidden_size: config.hiddenSize,
    intermediate_size: config.intermediateSize,
    num_hidden_layers: config.numHiddenLayers,
    num_attention_heads: config.numAttentionHeads,
    num_key_value_heads: config.numKeyValueHeads,
    head_dim: config.headDim,
    ...config.hiddenActivation === undefined ? { hidden_act: "silu" } : {},
    rms_norm_eps: config.rmsNormEps,
    rope_theta: config.ropeTheta,
    rope_scaling: config.ropeScaling === undefined ? null : ropeScalingToHf(config.ropeScaling),
    ...settings,
    max_position_embeddings: config.maxPositionEmbeddings,
    tie_word_embeddings: config.tieWordEmbeddings,
    initializer_range: config.initializerRange,
    bos_token_id: config.bosTokenId ?? null,
    eos_token_id: endTokens.length === 1 ? endTokens[0] : endTokens,
    pad_token_id: config.padTokenId,
    torch_dtype: "float32",
  };
}

function mappingOf(json: unknown): Record<string, unknown> {
  if (typeof json === "object" && json !== null && !Array.isArray(json)) {
    return json as Record<string, unknown>;
  }
  throw new TypeError(
    `Cannot read a model configuration as an object is expected: got ${shortJson(json)}`,
  );
}

function supportedFamily(hf: Record<string, unknown>): Family {
  const type = hf["model_type"];
  const family = FAMILIES.find(({ modelType }) => modelType === type);
  if (!family) {
    throw new RangeError(
      `Cannot read a model configuration as model_type must be one of ${modelTypes()}: ` +
        `got ${shortJson(type)}`,
    );
  }
  return family;
}

/** Some published configurations say -1 or null for "no padding token". */
function padTokenOf(hf: Record<string, unknown>): number | undefined {
  const id = numberOf(hf, "pad_token_id");
  return id !== undefined && id < 0 ? undefined : id;
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(object: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== undefined),
  ) as Defined<T>;
}
