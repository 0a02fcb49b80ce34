/**
 * A llama-style decoder: RMSNorm, rotary embedding, grouped-query causal attention, SwiGLU.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Random } from "../core/random.ts";
import { checkpoint, embedding, rmsNorm } from "../ops/mod.ts";
import { checkDecoderConfig, type DecoderConfig } from "./decoder_config.ts";
import {
  decoderLayer,
  type LayerCall,
  type LayerContext,
  layerParams,
  type LayerWeights,
} from "./decoder_layer.ts";
import type { KvCache } from "./kv_cache.ts";
import type { LoraAdapter } from "./lora_adapter.ts";
import { disposeVariables, makeVariable, type TensorValues } from "./variables.ts";
import { decoderWeightShapes, projectionName, PROJECTIONS } from "./weight_names.ts";

/** How {@link Decoder.forward} reads its token ids. */
export interface ForwardOptions {
  /** B, rows of the batch. */
  readonly numRows: number;
  /** Shape [B], pad tokens on the left of each row, counted from the row's very first position. */
  readonly starts: Int32Array;
  /** Low-rank update to apply; the plain decoder when absent. */
  readonly adapter?: LoraAdapter;
  /** Keys and values of the positions before `ids`; extended by the new ones. */
  readonly cache?: KvCache;
  /**
   * Shape [N], flat indices (row * T + position) of the states that are wanted; all by default. The
   * last layer computes keys and values of all positions and little else of those that are not wanted, so
   * ask for what you need: responses at the end of long prompts save most of that layer.
   */
  readonly at?: Int32Array;
  /**
   * Keep of each layer only its input for the backward pass, which computes the layer again:
   * about 40 % more time for a fraction of the memory. Not together with a cache. Default false.
   */
  readonly gradientCheckpointing?: boolean;
}

/** A decoder and its weights. */
export class Decoder {
  /** Sizes and constants. */
  readonly config: DecoderConfig;
  /** Variables by Hugging Face name, for instance `model.layers.0.self_attn.q_proj.weight`. */
  readonly weights: ReadonlyMap<string, tf.Variable>;
  readonly #layers: readonly LayerWeights[];

  private constructor(config: DecoderConfig, weights: ReadonlyMap<string, tf.Variable>) {
    this.config = config;
    this.weights = weights;
    this.#layers = Array.from(
      { length: config.numHiddenLayers },
      (_, layer) => layerWeights(weights, layer),
    );
  }

  /**
   * Makes a decoder of variables that stay the caller's.
   *
   * @param config Sizes and constants.
   * @param weights Every weight by Hugging Face name, in its shape.
   * @returns The decoder.
   */
  static ofVariables(config: DecoderConfig, weights: ReadonlyMap<string, tf.Variable>): Decoder {
    return new Decoder(config, weights);
  }

  /**
   * Makes a decoder with random weights: normal with the configuration's initializer range,
   * norms one.
   *
   * @param config Sizes and constants.
   * @param random Stream of the weights; every weight has a child stream under its name.
   * @returns The decoder; the caller disposes it.
   * @throws {RangeError} When the configuration is impossible.
   */
  static initialize(config: DecoderConfig, random: Random): Decoder {
    checkDecoderConfig(config);
    const weights = new Map<string, tf.Variable>();
    for (const [name, shape] of decoderWeightShapes(config)) {
      const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
      if (shape.length === 1) values.fill(1);
      else {
        const stream = random.split(name);
        for (let i = 0; i < values.length; i++) {
          values[i] = config.initializerRange * stream.normal();
        }
      }
      weights.set(name, makeVariable(values, shape));
    }
    return new Decoder(config, weights);
  }

  /**
   * Makes a decoder of stored weights.
   *
   * @param config Sizes and constants.
   * @param tensors Values by Hugging Face name; the arrays must not be changed afterwards.
   * @returns The decoder; the caller disposes it.
   * @throws {RangeError} When a weight is missing or has another shape.
   */
  static fromValues(config: DecoderConfig, tensors: ReadonlyMap<string, TensorValues>): Decoder {
    checkDecoderConfig(config);
    const shapes = decoderWeightShapes(config);
    for (const [name, shape] of shapes) {
      const actual = tensors.get(name)?.shape;
      if (actual?.join() !== shape.join()) {
        throw new RangeError(
          `Cannot make a decoder as ${name} must have shape [${shape.join(", ")}]: ` +
            `${actual ? `got [${actual.join(", ")}]` : "missing"}`,
        );
      }
    }
    const weights = new Map<string, tf.Variable>();
    for (const [name, shape] of shapes) {
      weights.set(name, makeVariable(tensors.get(name)!.values, shape));
    }
    return new Decoder(config, weights);
  }

  /**
   * Hidden states after the final norm.
   *
   * @param ids Token ids, B rows of T tokens, row-major, pad tokens on the left; as an int32 tensor
   * [B * T] when they were made on the device, which nobody checks.
   * @param options Rows, padding, adapter and cache.
   * @returns Shape [B * T, D], or [N, D] with `at`; states of pad tokens are meaningless.
   * Owned by the caller (or the surrounding tidy); a cache keeps what it was given.
   * @throws {RangeError} When ids, rows, starts, positions or cache do not fit together.
   */
  forward(ids: Int32Array | tf.Tensor1D, options: ForwardOptions): tf.Tensor2D {
    const { config } = this;
    const { numRows, starts, cache } = options;
    const numIds = ids instanceof Int32Array ? ids.length : ids.size;
    const numTokens = numIds / numRows;
    const past = cache?.length ?? 0;
    checkBatch(numIds, options, config);
    if (ids instanceof Int32Array) checkIds(ids, config);
    const wanted = wantedStates(options.at, numRows, numTokens);
    const states = tf.tidy("decoder", () => {
      const context: LayerContext = {
        config,
        numRows,
        numTokens,
        numStates: numTokens,
        rows: undefined,
        starts: tf.tensor1d(starts, "int32"),
        positions: tokenPositions(starts, { past, numTokens }),
        adapter: options.adapter,
        cache,
      };
      const tokens = ids instanceof Int32Array ? tf.tensor1d(ids, "int32") : ids;
      let x = embedding(this.#weight("model.embed_tokens.weight"), tokens);
      for (const [index, weights] of this.#layers.entries()) {
        const isLast = index === config.numHiddenLayers - 1;
        const before = x;
        const call = { ...context, ...isLast ? wanted : {}, index, weights };
        x = options.gradientCheckpointing ? checkpointedLayer(x, call) : decoderLayer(x, call);
        before.dispose();
      }
      return rmsNorm(x, this.#weight("model.norm.weight"), config.rmsNormEps);
    });
    cache?.advance(numTokens);
    return states;
  }

  /**
   * The head's weight, whose product with a hidden state gives the logits.
   *
   * @returns Shape [V, D], the embedding table when tied; owned by the decoder.
   */
  head(): tf.Tensor2D {
    return this.#weight(
      this.config.tieWordEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight",
    );
  }

  /** Frees the weights. */
  dispose(): void {
    disposeVariables(this.weights);
  }

  #weight<T extends tf.Tensor>(name: string): T {
    return this.weights.get(name)! as tf.Tensor as T;
  }
}

function checkpointedLayer(x: tf.Tensor2D, call: LayerCall): tf.Tensor2D {
  return checkpoint(
    (input: tf.Tensor2D, starts: tf.Tensor1D) => decoderLayer(input, { ...call, starts }),
    [x, call.starts] as const,
    layerParams(call),
  );
}

function layerWeights(weights: ReadonlyMap<string, tf.Variable>, layer: number): LayerWeights {
  const norm = (name: string) =>
    weights.get(`model.layers.${layer}.${name}.weight`)! as tf.Tensor as tf.Tensor1D;
  return {
    inputNorm: norm("input_layernorm"),
    postAttentionNorm: norm("post_attention_layernorm"),
    projections: Object.fromEntries(PROJECTIONS.map((projection) => {
      const name = projectionName(layer, projection);
      return [projection, { name, weight: weights.get(`${name}.weight`)! }];
    })) as unknown as LayerWeights["projections"],
  };
}

/** Position of each token, [B * T]: its index less the row's padding; pad tokens are given 0. */
function tokenPositions(
  starts: Int32Array,
  { past, numTokens }: { readonly past: number; readonly numTokens: number },
): Int32Array {
  const positions = new Int32Array(starts.length * numTokens);
  for (let row = 0; row < starts.length; row++) {
    for (let t = 0; t < numTokens; t++) {
      positions[row * numTokens + t] = Math.max(0, past + t - starts[row]!);
    }
  }
  return positions;
}

/**
 * How many of each row's last positions the last layer must attend from so that every wanted state is
 * among them, and which of its rows those are (undefined = all, in order).
 */
function wantedStates(
  at: Int32Array | undefined,
  numRows: number,
  numTokens: number,
): Pick<LayerContext, "numStates" | "rows"> {
  if (!at) return { numStates: numTokens, rows: undefined };
  let first = numTokens - 1;
  for (const index of at) {
    if (index < 0 || index >= numRows * numTokens) {
      throw new RangeError(
        `Cannot run the decoder as at must hold indices from 0 to ${
          numRows * numTokens - 1
        }: got ${index}`,
      );
    }
    first = Math.min(first, index % numTokens);
  }
  const numStates = numTokens - first;
  const rows = at.map((index) =>
    Math.floor(index / numTokens) * numStates + index % numTokens - first
  );
  const isAll = rows.length === numRows * numStates && rows.every((row, i) => row === i);
  return { numStates, rows: isAll ? undefined : rows };
}

function checkBatch(numIds: number, options: ForwardOptions, config: DecoderConfig): void {
  const { numRows, starts, cache, gradientCheckpointing } = options;
  if (!Number.isSafeInteger(numRows) || numRows < 1 || numIds === 0 || numIds % numRows) {
    refuse(
      "ids must hold numRows rows of the same number of tokens",
      `got ${numIds} ids for ${numRows} rows`,
    );
  }
  if (starts.length !== numRows) {
    refuse("starts must have one entry per row", `got ${starts.length} for ${numRows} rows`);
  }
  if (cache && cache.numRows !== numRows) {
    refuse("the cache must hold the batch's rows", `got ${cache.numRows} for ${numRows} rows`);
  }
  if (cache && gradientCheckpointing) {
    refuse("gradientCheckpointing and a cache exclude each other", "got both");
  }
  const end = (cache?.length ?? 0) + numIds / numRows;
  // With a cache a row may begin later, in a coming pass.
  const latest = cache?.capacity ?? end;
  for (const [row, start] of starts.entries()) {
    if (start < 0 || start > latest) {
      refuse(`starts must lie from 0 to ${latest}`, `got ${start} in row ${row}`);
    }
    if (end - start > config.maxPositionEmbeddings) {
      refuse(
        `a row must fit in maxPositionEmbeddings ${config.maxPositionEmbeddings}`,
        `row ${row} has ${end - start} tokens, shorten it`,
      );
    }
  }
}

function checkIds(ids: Int32Array, { vocabSize }: DecoderConfig): void {
  const index = ids.findIndex((id) => id < 0 || id >= vocabSize);
  if (index >= 0) {
    refuse(`token ids must lie from 0 to ${vocabSize - 1}`, `got ${ids[index]} at index ${index}`);
  }
}

function refuse(expected: string, actual: string): never {
  throw new RangeError(`Cannot run the decoder as ${expected}: ${actual}`);
}
