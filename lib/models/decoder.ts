/**
 * A llama-style decoder: RMSNorm, rotary embedding, grouped-query causal attention, SwiGLU; and what related families
 * do otherwise, by options of its configuration.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Random } from "../core/random.ts";
import { decoderPassPays, fewRowsLinear, softCap } from "../ops/mod.ts";
import { checkBatch, checkIds, wantedStates } from "./decoder_batch.ts";
import { checkDecoderConfig, type DecoderConfig } from "./decoder_config.ts";
import type { LayerWeights } from "./decoder_layer.ts";
import { fitsOnePass, statesByLayers, type StatesCall, statesInOnePass } from "./decoder_states.ts";
import type { ForwardOptions } from "./forward_options.ts";
import { isPackedWeight, type StoredWeight, weightVariable } from "./stored_weight.ts";
import { disposeVariables, makeVariable } from "./variables.ts";
import {
  type BlockNorms,
  blockNorms,
  decoderWeightShapes,
  projectionName,
  PROJECTIONS,
} from "./weight_names.ts";

/** A decoder and its weights. */
export class Decoder {
  /** Sizes and constants. */
  readonly config: DecoderConfig;
  /** Variables by Hugging Face name, for instance `model.layers.0.self_attn.q_proj.weight`. */
  readonly weights: ReadonlyMap<string, tf.Variable>;
  /** Whether matrices are packed, see {@linkcode BaseDtype}: then adapters and heads alone can be trained. */
  readonly isFrozen: boolean;
  readonly #layers: readonly LayerWeights[];
  readonly #projectionBytes: number;
  readonly #fitsOnePass: boolean;

  private constructor(config: DecoderConfig, weights: ReadonlyMap<string, tf.Variable>) {
    this.config = config;
    this.weights = weights;
    this.#layers = Array.from(
      { length: config.numHiddenLayers },
      (_, layer) => layerWeights(config, weights, layer),
    );
    this.isFrozen = [...weights.values()].some(isPackedWeight);
    this.#fitsOnePass = fitsOnePass(config) && !this.isFrozen;
    this.#projectionBytes = 4 * this.#layers
      .flatMap(({ projections }) => Object.values(projections))
      .reduce((sum, { weight }) => sum + weight.size, 0);
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
   * norms one (or what makes them one), biases zero.
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
      if (shape.length === 1) {
        values.fill(name.endsWith(".bias") || config.zeroCenteredNorm ? 0 : 1);
      } else {
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
  static fromValues(config: DecoderConfig, tensors: ReadonlyMap<string, StoredWeight>): Decoder {
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
    for (const name of shapes.keys()) {
      weights.set(name, weightVariable(tensors.get(name)!));
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
    const { numRows, cache } = options;
    const numIds = ids instanceof Int32Array ? ids.length : ids.size;
    const numTokens = numIds / numRows;
    checkBatch(numIds, options, config);
    if (ids instanceof Int32Array) checkIds(ids, config);
    const wanted = wantedStates(options.at, numRows, numTokens);
    const slots = options.slots ?? cache?.nextSlots(numTokens);
    // With a cache only: what is trained is computed by layers, so that log-probabilities without a gradient
    // are to the last bit those with one, and PPO's first ratio is 1.
    const inOnePass = this.#fitsOnePass &&
      decoderPassPays(numRows, numTokens, this.#projectionBytes);
    const states = tf.tidy("decoder", () => {
      const call: StatesCall = {
        ...options,
        ...wanted,
        config,
        numTokens,
        slots,
        ids: ids instanceof Int32Array ? tf.tensor1d(ids, "int32") : ids,
        embedding: this.#weight("model.embed_tokens.weight"),
        layers: this.#layers,
        finalNorm: this.#weight("model.norm.weight"),
      };
      return cache && inOnePass ? statesInOnePass(call, cache) : statesByLayers(call);
    });
    if (!options.slots) cache?.advance(numTokens);
    return states;
  }

  /**
   * The head's weight, whose product with a hidden state gives the logits; see {@link Decoder.logits} for what may
   * bound them.
   *
   * @returns Shape [V, D], the embedding table when tied; owned by the decoder.
   */
  head(): tf.Tensor2D {
    return this.#weight(
      this.config.tieWordEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight",
    );
  }

  /**
   * What the head says of hidden states.
   *
   * @param states Shape [N, D], after the final norm.
   * @returns Shape [N, V], owned by the caller (or the surrounding tidy).
   */
  logits(states: tf.Tensor2D): tf.Tensor2D {
    const { finalLogitSoftcapping: cap } = this.config;
    return tf.tidy("logits", () => {
      const logits = fewRowsLinear(states, this.head());
      return cap === undefined ? logits : softCap(logits, cap);
    });
  }

  /** Frees the weights. */
  dispose(): void {
    disposeVariables(this.weights);
  }

  #weight<T extends tf.Tensor>(name: string): T {
    return this.weights.get(name)! as tf.Tensor as T;
  }
}

function layerWeights(
  config: DecoderConfig,
  weights: ReadonlyMap<string, tf.Variable>,
  layer: number,
): LayerWeights {
  const names = blockNorms(config);
  const norm = (name: string | undefined) =>
    name === undefined
      ? undefined
      : weights.get(`model.layers.${layer}.${name}.weight`) as tf.Tensor as tf.Tensor1D | undefined;
  const normsOf = ({ before, behind }: BlockNorms) => ({
    before: norm(before),
    behind: norm(behind),
  });
  return {
    attentionNorms: normsOf(names.attention),
    mlpNorms: normsOf(names.mlp),
    queryNorm: norm("self_attn.q_norm"),
    keyNorm: norm("self_attn.k_norm"),
    projections: Object.fromEntries(PROJECTIONS.map((projection) => {
      const name = projectionName(layer, projection);
      const [weight, bias] = [weights.get(`${name}.weight`)!, weights.get(`${name}.bias`)];
      return [projection, { name, weight, bias }];
    })) as unknown as LayerWeights["projections"],
  };
}
