/**
 * How much memory a forward and backward pass takes at its peak, counted from sizes alone.
 *
 * All that depends on which tensors the operations keep stands in this file. Sizes are counted in float32
 * values; int32 tensors (ids, positions) count alike.
 *
 * @module
 */
import type { DecoderConfig } from "./decoder_config.ts";
import type { SequenceBatch } from "./sequence_batch.ts";
import { decoderWeightShapes, PROJECTIONS, projectionShape } from "./weight_names.ts";

/** Bytes of a value. */
const VALUE_BYTES = 4;
/** Logits that the token log-probabilities make at a time, see `lib/ops/cpu/token_log_probs.ts`. */
const LOGIT_VALUES = 1 << 22;
const LOGIT_ROWS = 1024;
/** Queries whose scores attention makes at a time, see `lib/ops/wasm/assembly/attention.ts`. */
const SCORE_ROWS = 64;
/** Values per score: the tile, its gradient, and copies of both in bfloat16. */
const SCORE_VALUES = 3;
/** Positions that the table of the rotary embedding has at least. */
const ROTARY_POSITIONS = 256;

/** Sizes of one micro-batch. */
export interface BatchSizes {
  /** B. */
  readonly numRows: number;
  /** T, the longest row. */
  readonly length: number;
  /** M, positions at the end of each row from the first that counts on. */
  readonly numStates: number;
  /** N, tokens or states that count. */
  readonly numCounted: number;
}

/** What is differentiated. */
export interface PassOptions {
  /** R, rank of an adapter on every projection; null = none. */
  readonly loraR: number | null;
  /** What is trained: the adapter (base weights cost no gradient) or the weights. */
  readonly trains: "adapter" | "weights";
  /** What the states are read by: log-probabilities of tokens, or a linear head to one number. */
  readonly readout: "tokens" | "value";
  /** Whether the backward pass computes each layer again. */
  readonly gradientCheckpointing: boolean;
  /** Whether products read bfloat16 copies of their factors, which live as long as these; default false. */
  readonly bfloat16Copies?: boolean;
}

/**
 * Sizes of a batch.
 *
 * @param batch The padded batch; at least one token counts.
 * @returns What {@link passBytes} needs of it.
 */
export function batchSizes({ numRows, length, sources }: SequenceBatch): BatchSizes {
  const first = sources.reduce((least, source) => Math.min(least, source % length), length - 1);
  return { numRows, length, numStates: length - first, numCounted: sources.length };
}

/**
 * Values of the gradients that a pass makes.
 *
 * @param config Sizes of the decoder.
 * @param options What is trained.
 * @returns Their number, of all trained tensors of the decoder or adapter, and of the head of values.
 */
export function numTrained(
  config: DecoderConfig,
  { loraR, trains, readout }: PassOptions,
): number {
  const head = readout === "value" ? config.hiddenSize : 0;
  if (trains === "adapter") return numLoraWeights(config, loraR ?? 0) + head;
  return numWeights(config) + head;
}

/**
 * Weights of a decoder.
 *
 * @param config Its sizes.
 * @returns Their number.
 */
export function numWeights(config: DecoderConfig): number {
  return [...decoderWeightShapes(config).values()]
    .reduce((sum, shape) => sum + shape.reduce((product, size) => product * size, 1), 0);
}

/**
 * Weights of an adapter of all projections.
 *
 * @param config Sizes of the decoder.
 * @param r Rank.
 * @returns Their number.
 */
export function numLoraWeights(config: DecoderConfig, r: number): number {
  return config.numHiddenLayers * layerLoraWeights(config, r);
}

function layerLoraWeights(config: DecoderConfig, r: number): number {
  return PROJECTIONS.reduce((sum, projection) => {
    const [outputs, inputs] = projectionShape(config, projection);
    return sum + r * (outputs + inputs);
  }, 0);
}

/**
 * Peak of a forward and backward pass, besides weights, optimiser and other gradients that are held
 * meanwhile. Counted are the tensors alive at the moments that can be the peak: when the head is
 * differentiated, with all layers still kept; and in the backward pass of each layer, with the layers before
 * it still kept and the gradients of those behind it made.
 *
 * @param config Sizes of the decoder.
 * @param sizes Sizes of the micro-batch.
 * @param options What is differentiated.
 * @returns Bytes.
 */
export function passBytes(
  config: DecoderConfig,
  sizes: BatchSizes,
  options: PassOptions,
): number {
  const { numHiddenLayers, vocabSize, hiddenSize, tieWordEmbeddings } = config;
  const { numRows, length, numCounted } = sizes;
  const { loraR, trains, readout, gradientCheckpointing, bfloat16Copies = false } = options;
  const numTokens = numRows * length;
  const layers = Array.from({ length: numHiddenLayers }, (_, index) => {
    const rest = index < numHiddenLayers - 1 ? numTokens : numCounted;
    return layerValues(config, { ...sizes, rest }, { rank: loraR ?? 0, bfloat16Copies });
  });
  const table = vocabSize * hiddenSize;
  const layerGrads = trains === "adapter"
    ? layerLoraWeights(config, loraR ?? 0)
    : (numWeights(config) - table * (tieWordEmbeddings ? 1 : 2)) / numHiddenLayers;
  const headGrads = trains === "weights" && readout === "tokens" ? table : 0;
  const kept = layers.map((layer) => gradientCheckpointing ? layer.input : layer.kept);
  const sumOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  // The states before and behind the final norm, and their gradient, made beside a part of the logits.
  const atHead = sumOf(kept) + 3 * numCounted * hiddenSize +
    logitValues(config, numCounted, options) +
    headGrads;
  const inLayers = layers.map((layer, index) => {
    // A checkpointed layer is made again, its output too, beside its input.
    const again = gradientCheckpointing ? layer.kept + layer.output - layer.input : 0;
    const grads = headGrads + (numHiddenLayers - index) * layerGrads;
    return sumOf(kept.slice(0, index + 1)) + again + layer.backward + grads;
  });
  // The table is differentiated last; where it is tied, the head's part of it is there already.
  const atTable = trains === "weights"
    ? numHiddenLayers * layerGrads + headGrads + table + numTokens * hiddenSize
    : 0;
  // What is looked up is kept beside what it is scaled to.
  const lookedUp = config.scaledEmbedding ? numTokens * hiddenSize : 0;
  return VALUE_BYTES *
    (sharedValues(config, sizes) + lookedUp + Math.max(atHead, atTable, ...inLayers));
}

/**
 * Peak of a forward pass that nothing is differentiated by, besides the weights: one half of a layer, or the
 * head on a part of the states.
 *
 * @param config Sizes of the decoder.
 * @param sizes Sizes of the batch.
 * @param options What the states are read by.
 * @returns Bytes.
 */
export function forwardBytes(
  config: DecoderConfig,
  sizes: BatchSizes,
  options: Pick<PassOptions, "readout">,
): number {
  const { hiddenSize, intermediateSize, numAttentionHeads, numKeyValueHeads, headDim } = config;
  const { numCounted } = sizes;
  const tokens = sizes.numRows * sizes.length;
  // The residual before and behind, the norm, the output; keys and queries before and after rotation.
  const [queries, keys] = [numAttentionHeads, numKeyValueHeads].map((heads) => heads * headDim) as [
    ...[number, number],
  ];
  // And before biases, and before norms.
  const more = (config.attentionBias ? queries + 2 * keys : 0) +
    (config.qkNorm ? queries + keys : 0) + (config.normPosition === "around" ? hiddenSize : 0);
  const attention = tokens * (4 * hiddenSize + 3 * (queries + keys) + more);
  const mlp = tokens * (3 * hiddenSize + 3 * intermediateSize);
  const atHead = 2 * numCounted * hiddenSize + logitValues(config, numCounted, options);
  return VALUE_BYTES * (sharedValues(config, sizes) + Math.max(attention, mlp, atHead));
}

/** Ids, positions and their table, and what is read of the tokens that count. */
function sharedValues(
  { headDim }: DecoderConfig,
  { numRows, length, numCounted }: BatchSizes,
): number {
  return 2 * numRows * length + Math.max(ROTARY_POSITIONS, length) * headDim + 8 * numCounted;
}

/** Logits that are in memory at a time. */
function logitValues(
  { vocabSize }: DecoderConfig,
  numCounted: number,
  { readout }: Pick<PassOptions, "readout">,
): number {
  if (readout === "value") return 0;
  const most = Math.max(1, Math.floor(LOGIT_VALUES / vocabSize));
  return Math.min(LOGIT_ROWS, numCounted, most) * vocabSize;
}

/** Values of a layer's tensors. */
interface LayerValues {
  /** Its input. */
  readonly input: number;
  /** Its output. */
  readonly output: number;
  /** What its backward pass reads, its input included. */
  readonly kept: number;
  /** Most that its backward pass makes besides. */
  readonly backward: number;
}

/** `rest` is the number of rows behind attention: all tokens, in the last layer those that count. */
function layerValues(
  config: DecoderConfig,
  { numRows, length, numStates, rest }: BatchSizes & { readonly rest: number },
  { rank, bfloat16Copies }: { readonly rank: number; readonly bfloat16Copies: boolean },
): LayerValues {
  const { hiddenSize: width, intermediateSize: inner, headDim, numAttentionHeads } = config;
  const tokens = numRows * length;
  const isLast = rest !== tokens;
  const queried = isLast ? numRows * numStates : tokens;
  const [queryWidth, keyWidth] = [numAttentionHeads, config.numKeyValueHeads]
    .map((heads) => heads * headDim) as [number, number];
  // The input of a norm behind a block that has one before it too, and the norm's factors.
  const around = config.normPosition === "around" ? rest * (width + 1) : 0;
  const isScaled = (config.queryPreAttnScalar ?? headDim) !== headDim;
  const attention = 2 * tokens * width + tokens + // input, its norm, the norm's factors
    2 * tokens * keyWidth + 2 * queried * queryWidth + // keys, values, queries, mixed values
    queried * numAttentionHeads + // log-sum-exps
    (2 * tokens + queried + rest) * rank + // narrow products of the adapter
    rest * width + // tfjs's addition keeps both of its terms, here the output projection's
    (isLast ? queried * width + rest * (queryWidth + width) : 0) + // the rows that go on
    // keys and queries before their norm, and its factors
    (config.qkNorm ? (tokens * keyWidth + queried * queryWidth) * (1 + 1 / headDim) : 0) +
    (isScaled ? queried * queryWidth : 0) + // queries before they are scaled
    around;
  const mlp = 2 * rest * width + rest + // input, its norm, the norm's factors
    3 * rest * inner + 3 * rest * rank + // gate, up, their product; narrow products
    rest * width + // the addition's other term
    around;
  // Of two bytes each: norms, queries, keys, values, mixed values, gated values, narrow products.
  const copies = !bfloat16Copies ? 0 : (tokens * (width + 2 * keyWidth) + queried * queryWidth +
    rest * (queryWidth + width + inner) + (2 * tokens + queried + 4 * rest) * rank) / 2;
  // Gradients of gate and up, and of their product whose value is not needed any more.
  const backwardMlp = mlp + 2 * rest * inner +
    (bfloat16Copies ? rest * (width + 2 * inner) / 2 : 0);
  // Gradients of the output, the mixed values, queries, keys and values; scores of some queries, and a
  // head's keys and values, transposed.
  const backwardAttention = rest * width + 2 * queried * queryWidth + 2 * tokens * keyWidth +
    (isLast ? tokens * width : 0) +
    (SCORE_VALUES * Math.min(SCORE_ROWS, length) + 2 * headDim) * length +
    (bfloat16Copies ? (rest * width + 2 * queried * queryWidth + 2 * tokens * keyWidth) / 2 : 0);
  return {
    input: tokens * width,
    output: rest * width,
    kept: attention + mlp + copies,
    backward: Math.max(backwardMlp, backwardAttention) - mlp,
  };
}
