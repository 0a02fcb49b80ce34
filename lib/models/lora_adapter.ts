/**
 * Low-rank adapters of a decoder's linear layers, under the names of PEFT.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import { someOf } from "../core/printable.ts";
import type { Random } from "../core/random.ts";
import type { LoraFactors } from "../ops/mod.ts";
import type { DecoderConfig } from "./decoder_config.ts";
import { disposeVariables, makeVariable, type TensorValues } from "./variables.ts";
import { type Projection, projectionName, PROJECTIONS, projectionShape } from "./weight_names.ts";

/** Rank, scale and place of an adapter. */
export interface LoraOptions {
  /** Name in reports and checkpoints, for instance `policy` or `value_1`. */
  readonly name: string;
  /** R, rank of the update. */
  readonly r: number;
  /** The update is scaled by alpha / r. */
  readonly alpha: number;
  /** Adapted projections; all seven by default. */
  readonly targetModules?: readonly string[];
}

/** A named set of low-rank updates ("LoRA", Hu et al. 2022, eq. 3) for one decoder. */
export class LoraAdapter {
  /** Name in reports and checkpoints. */
  readonly name: string;
  /** R, rank of the update. */
  readonly r: number;
  /** The update is scaled by alpha / r. */
  readonly alpha: number;
  /** Adapted projections, in the order in which they run. */
  readonly targetModules: readonly Projection[];
  /** Variables by PEFT name, `base_model.model.<projection>.lora_A.weight` and `lora_B`. */
  readonly weights: ReadonlyMap<string, tf.Variable>;
  readonly #factors = new Map<string, LoraFactors>();

  private constructor(
    config: DecoderConfig,
    options: LoraOptions,
    valuesOf: (name: string, shape: [number, number]) => Float32Array | Int32Array,
  ) {
    this.name = options.name;
    this.r = options.r;
    this.alpha = options.alpha;
    this.targetModules = checkedTargets(options.targetModules);
    const weights = new Map<string, tf.Variable>();
    for (const [name, shape] of loraWeightShapes(config, options)) {
      weights.set(name, makeVariable(valuesOf(name, shape), shape));
    }
    this.weights = weights;
    const scale = this.alpha / this.r;
    for (let layer = 0; layer < config.numHiddenLayers; layer++) {
      for (const projection of this.targetModules) {
        const name = projectionName(layer, projection);
        this.#factors.set(name, {
          a: weights.get(peftName(name, "A"))! as tf.Tensor as tf.Tensor2D,
          b: weights.get(peftName(name, "B"))! as tf.Tensor as tf.Tensor2D,
          scale,
        });
      }
    }
  }

  /**
   * Makes a fresh adapter, which changes nothing until it is trained: A is uniform in
   * ±1/√inputs (Kaiming uniform with a = √5, as PEFT has it), B is zero.
   *
   * @param config Sizes of the decoder to adapt.
   * @param options Name, rank, scale, place and the random stream of A.
   * @returns The adapter; the caller disposes it.
   * @throws {RangeError} On a rank that is no positive integer, a scale that is not finite, or an unknown projection.
   */
  static initialize(
    config: DecoderConfig,
    options: LoraOptions & { readonly random: Random },
  ): LoraAdapter {
    return new LoraAdapter(config, options, (name, shape) => {
      const values = new Float32Array(shape[0] * shape[1]);
      if (name.endsWith(".lora_B.weight")) return values;
      const stream = options.random.split(name);
      const bound = 1 / Math.sqrt(shape[1]);
      for (let i = 0; i < values.length; i++) values[i] = (2 * stream.uniform() - 1) * bound;
      return values;
    });
  }

  /**
   * Makes an adapter of stored weights.
   *
   * @param config Sizes of the decoder to adapt.
   * @param options Name, rank, scale and place.
   * @param tensors Values by PEFT name; names and shapes of {@link loraWeightShapes}.
   * @returns The adapter; the caller disposes it.
   */
  static fromValues(
    config: DecoderConfig,
    options: LoraOptions,
    tensors: ReadonlyMap<string, TensorValues>,
  ): LoraAdapter {
    return new LoraAdapter(config, options, (name) => {
      const tensor = tensors.get(name);
      if (tensor) return tensor.values;
      throw new RangeError(`Cannot make adapter ${options.name} as ${name} must be given: missing`);
    });
  }

  /**
   * The update of one projection.
   *
   * @param projection Name of the linear layer without `.weight`, see {@link projectionName}.
   * @returns The factors, or undefined where nothing is adapted.
   */
  factors(projection: string): LoraFactors | undefined {
    return this.#factors.get(projection);
  }

  /** Frees the weights. */
  dispose(): void {
    disposeVariables(this.weights);
  }
}

/**
 * Names and shapes of an adapter's weights.
 *
 * @param config Sizes of the decoder to adapt.
 * @param options Rank and place.
 * @returns Map from PEFT name to shape: A [R, inputs], B [outputs, R].
 * @throws {RangeError} On an impossible rank, scale or projection; also a rank above every adapted matrix's.
 */
export function loraWeightShapes(
  config: DecoderConfig,
  options: LoraOptions,
): Map<string, [number, number]> {
  const { r, alpha } = options;
  if (!Number.isSafeInteger(r) || r < 1) {
    throw new RangeError(`Cannot make a LoRA adapter as r must be a positive integer: got ${r}`);
  }
  if (!Number.isFinite(alpha)) {
    throw new RangeError(`Cannot make a LoRA adapter as alpha must be finite: got ${alpha}`);
  }
  const targets = checkedTargets(options.targetModules);
  const most = maxLoraRank(config, targets);
  if (r > most) {
    throw new RangeError(
      `Cannot make a LoRA adapter as r must be at most ${most}, the rank of what it adapts: got ${r}`,
    );
  }
  const shapes = new Map<string, [number, number]>();
  for (let layer = 0; layer < config.numHiddenLayers; layer++) {
    for (const projection of targets) {
      const [outputs, inputs] = projectionShape(config, projection);
      const name = projectionName(layer, projection);
      shapes.set(peftName(name, "A"), [r, inputs]);
      shapes.set(peftName(name, "B"), [outputs, r]);
    }
  }
  return shapes;
}

function peftName(projection: string, factor: "A" | "B"): string {
  return `base_model.model.${projection}.lora_${factor}.weight`;
}

/**
 * The largest rank of an adapter that is of use: the rank of a product of factors is at most that of the
 * matrix it is added to.
 *
 * @param config Sizes of the decoder.
 * @param targets The projections that are adapted; default all.
 * @returns The largest rank of their matrices.
 */
export function maxLoraRank(
  config: DecoderConfig,
  targets: readonly Projection[] = PROJECTIONS,
): number {
  return Math.max(...targets.map((target) => Math.min(...projectionShape(config, target))));
}

function checkedTargets(targets: readonly string[] | undefined): Projection[] {
  if (targets === undefined) return [...PROJECTIONS];
  const unknown = targets.filter((target) => !(PROJECTIONS as readonly string[]).includes(target));
  if (unknown.length > 0 || targets.length === 0) {
    throw new RangeError(
      `Cannot make a LoRA adapter as targetModules must be some of ${PROJECTIONS.join(", ")}: ` +
        `got ${unknown.length > 0 ? someOf(unknown) : "none"}`,
    );
  }
  return PROJECTIONS.filter((projection) => targets.includes(projection));
}
