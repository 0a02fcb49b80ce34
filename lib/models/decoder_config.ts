/**
 * Sizes of a llama-style decoder, and the options by which families of models differ from a llama.
 *
 * @module
 */
import type { RopeScaling } from "../ops/mod.ts";
import { type DecoderOptions, MAX_LAYERS } from "./decoder_options.ts";
import { familyOf } from "./families.ts";

/** Sizes and constants of a decoder; the names are Hugging Face's keys, camelCased. */
export interface DecoderConfig extends DecoderOptions {
  /** V, rows of the embedding table. */
  readonly vocabSize: number;
  /** D, width of the residual stream. */
  readonly hiddenSize: number;
  /** F, width of the gated MLP. */
  readonly intermediateSize: number;
  /** Number of layers. */
  readonly numHiddenLayers: number;
  /** H, query heads. */
  readonly numAttentionHeads: number;
  /** K, key and value heads; divides H. */
  readonly numKeyValueHeads: number;
  /** C, width of one head; even, because rotary embedding pairs its halves. */
  readonly headDim: number;
  /** Added to the mean square by RMSNorm. */
  readonly rmsNormEps: number;
  /** Base of the rotary frequencies. */
  readonly ropeTheta: number;
  /** How these are changed for longer sequences; absent = they are not. */
  readonly ropeScaling?: RopeScaling;
  /** Longest sequence in tokens, prompt and response together, where {@link positionLimit} sets no other limit. */
  readonly maxPositionEmbeddings: number;
  /** True when the head is the embedding table. */
  readonly tieWordEmbeddings: boolean;
  /** Standard deviation of freshly initialised weights. */
  readonly initializerRange: number;
  /** Token that begins a sequence, where the model was trained with one. */
  readonly bosTokenId?: number;
  /** Token that ends a response. */
  readonly eosTokenId: number;
  /** Further tokens that end one too; absent = none. */
  readonly otherEosTokenIds?: readonly number[];
  /** Token that fills short rows of a batch; never seen by the other tokens. */
  readonly padTokenId: number;
}

/** What {@link createDecoderConfig} needs; the rest has the defaults of Hugging Face's llama. */
export type DecoderSizes =
  & Pick<
    DecoderConfig,
    "vocabSize" | "hiddenSize" | "intermediateSize" | "numHiddenLayers" | "numAttentionHeads"
  >
  & Pick<DecoderConfig, "eosTokenId">
  & Partial<DecoderConfig>;

/**
 * Completes and checks a configuration.
 *
 * @param sizes Required sizes and whatever differs from the defaults: as many kv heads as heads,
 * head width D / H, eps 1e-6, theta 10000, 2048 positions, untied, initializer range 0.02,
 * padding with the end token.
 * @returns The complete configuration.
 * @throws {RangeError} When a size is impossible, naming it, its value and what is allowed.
 */
export function createDecoderConfig(sizes: DecoderSizes): DecoderConfig {
  const { hiddenSize, numAttentionHeads } = sizes;
  if (sizes.headDim === undefined && hiddenSize % numAttentionHeads !== 0) {
    throw new RangeError(
      `Cannot configure a decoder as hiddenSize must be a multiple of numAttentionHeads when headDim is not given: ` +
        `hiddenSize ${hiddenSize}, numAttentionHeads ${numAttentionHeads}`,
    );
  }
  const config: DecoderConfig = {
    numKeyValueHeads: numAttentionHeads,
    headDim: hiddenSize / numAttentionHeads,
    rmsNormEps: 1e-6,
    ropeTheta: 10_000,
    maxPositionEmbeddings: 2048,
    tieWordEmbeddings: false,
    initializerRange: 0.02,
    padTokenId: sizes.eosTokenId,
    ...sizes,
  };
  checkDecoderConfig(config);
  return config;
}

const POSITIVE_INTEGERS = [
  "vocabSize",
  "hiddenSize",
  "intermediateSize",
  "numHiddenLayers",
  "numAttentionHeads",
  "numKeyValueHeads",
  "headDim",
  "maxPositionEmbeddings",
] as const;
const OPTIONAL_NUMBERS = [
  ...["queryPreAttnScalar", "ropeLocalBaseFreq"] as const,
  ...["attnLogitSoftcapping", "finalLogitSoftcapping"] as const,
] as const;
const POSITIVE_NUMBERS = ["rmsNormEps", "ropeTheta", "initializerRange"] as const;
const TOKEN_IDS = ["bosTokenId", "eosTokenId", "padTokenId"] as const;

/**
 * Refuses impossible configurations.
 *
 * @param config The configuration to check.
 * @throws {RangeError} Naming the first impossible key, its value and what is allowed.
 */
export function checkDecoderConfig(config: DecoderConfig): void {
  const refuse = (expected: string, actual: string): never => {
    throw new RangeError(`Cannot configure a decoder as ${expected}: ${actual}`);
  };
  for (const key of POSITIVE_INTEGERS) {
    if (!Number.isSafeInteger(config[key]) || config[key] < 1) {
      refuse(`${key} must be a positive integer`, `got ${config[key]}`);
    }
  }
  if (config.numHiddenLayers > MAX_LAYERS) {
    refuse(`numHiddenLayers must be at most ${MAX_LAYERS}`, `got ${config.numHiddenLayers}`);
  }
  for (const key of [...POSITIVE_NUMBERS, ...OPTIONAL_NUMBERS]) {
    const { [key]: value = 1 } = config;
    if (!(value > 0 && value < Infinity)) {
      refuse(`${key} must be a positive number`, `got ${config[key]}`);
    }
  }
  const { numAttentionHeads, numKeyValueHeads, headDim, vocabSize } = config;
  if (numAttentionHeads % numKeyValueHeads !== 0) {
    refuse(
      "numAttentionHeads must be a multiple of numKeyValueHeads",
      `got ${numAttentionHeads} heads and ${numKeyValueHeads} kv heads`,
    );
  }
  if (headDim % 2 !== 0) refuse("headDim must be even for rotary embedding", `got ${headDim}`);
  const { numHiddenLayers, slidingWindow = 1 } = config;
  for (const key of ["noRopeLayers", "layerTypes"] as const) {
    const { length } = config[key] ?? { length: numHiddenLayers };
    if (length === numHiddenLayers) continue;
    refuse(`${key} must have one entry per layer`, `got ${length} for ${numHiddenLayers} layers`);
  }
  const { ropeScaling } = config;
  if (ropeScaling?.ropeType === "longrope") {
    for (const key of ["shortFactor", "longFactor"] as const) {
      const { length } = ropeScaling[key];
      if (length === headDim / 2) continue;
      refuse(
        `ropeScaling.${key} must have one number for each two of headDim ${headDim}`,
        `got ${length}`,
      );
    }
  }
  if (!Number.isSafeInteger(slidingWindow) || slidingWindow < 1) {
    refuse("slidingWindow must be a positive integer", `got ${slidingWindow}`);
  }
  familyOf(config);
  const others = (config.otherEosTokenIds ?? []).map((id) => ["otherEosTokenIds", id] as const);
  for (const [key, id] of [...TOKEN_IDS.map((key) => [key, config[key]] as const), ...others]) {
    if (id === undefined && key === "bosTokenId") continue;
    if (!Number.isSafeInteger(id) || id! < 0 || id! >= vocabSize) {
      refuse(`${key} must be a token id from 0 to ${vocabSize - 1}`, `got ${id}`);
    }
  }
}
