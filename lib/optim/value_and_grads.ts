/**
 * Value and named gradients of a scalar loss.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { gradients } from "../ops/mod.ts";

/** A loss and its gradients; both are owned by the caller. */
export interface ValueAndGrads {
  /** The loss. */
  readonly value: tf.Scalar;
  /** Gradient of each parameter under the parameter's name, with the parameter's shape. */
  readonly grads: Map<string, tf.Tensor>;
}

/**
 * Differentiates a loss by named variables; other variables that the loss uses stay constants,
 * so the map decides what is trained.
 *
 * A tensor that `loss` wants to hand out besides its value must be kept by it (`tf.keep`).
 *
 * @param loss Computes the loss from the parameters; runs once, inside a tidy.
 * @param params Variables by name.
 * @returns Value and gradients; dispose them with `tf.dispose([value, ...grads.values()])`.
 * @throws {RangeError} When no parameter is given, or the loss does not depend on some of them, naming those.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * import { startDevice } from "../device/mod.ts";
 * import { valueAndGrads } from "./value_and_grads.ts";
 *
 * await startDevice("cpu");
 * const w = tf.variable(tf.tensor1d([1, 2]));
 * const { value, grads } = valueAndGrads(() => w.square().sum() as tf.Scalar, new Map([["w", w]]));
 * assertEquals([...await grads.get("w")!.data()], [2, 4]);
 * tf.dispose([value, ...grads.values(), w]);
 * ```
 */
export function valueAndGrads(
  loss: () => tf.Scalar,
  params: ReadonlyMap<string, tf.Variable>,
): ValueAndGrads {
  const names = [...params.keys()];
  const variables = [...params.values()];
  if (variables.length === 0) {
    throw new RangeError("Cannot differentiate a loss as at least one parameter is needed: got 0");
  }
  const { value, grads } = gradients(loss, variables);
  const unused = names.filter((_, index) => !grads[index]);
  if (unused.length > 0) {
    tf.dispose([value, ...grads.filter((grad) => grad !== undefined)]);
    const shown = unused.slice(0, 5).join(", ");
    const more = unused.length > 5 ? ` and ${unused.length - 5} more` : "";
    throw new RangeError(
      `Cannot differentiate a loss as it must depend on every parameter: it does not use ${shown}${more}, ` +
        `pass only parameters that it uses`,
    );
  }
  return {
    value,
    grads: new Map(names.map((name, index) => [name, grads[index]!])),
  };
}
