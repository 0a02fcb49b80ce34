/**
 * Named float32 variables: making, freeing and filling them.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { someOf } from "../core/printable.ts";

/** Values of one tensor outside the device. */
export interface TensorValues {
  /** Row-major values; integers only where the file holds integers. */
  readonly values: Float32Array | Int32Array;
  /** Shape. */
  readonly shape: readonly number[];
}

/**
 * Makes a float32 variable with a name that is unique in the process.
 *
 * @param values Row-major values; the array must not be changed afterwards.
 * @param shape Shape of the variable.
 * @returns The variable, owned by the caller; it survives the surrounding tidy.
 */
export function makeVariable(
  values: Float32Array | Int32Array,
  shape: readonly number[],
): tf.Variable {
  return tf.tidy(() => tf.variable(tf.tensor(values, [...shape], "float32")));
}

/**
 * Frees variables.
 *
 * @param variables Variables by name.
 */
export function disposeVariables(variables: ReadonlyMap<string, tf.Variable>): void {
  for (const variable of variables.values()) variable.dispose();
}

/** What differs between the tensors that are wanted and those that are there. */
export interface WeightMismatch {
  /** Wanted, not there. */
  readonly missing: readonly string[];
  /** There, not wanted. */
  readonly unexpected: readonly string[];
  /** There with another shape: `name: wanted [..], got [..]`. */
  readonly misshaped: readonly string[];
}

/**
 * Compares wanted shapes with what is there.
 *
 * @param wanted Shapes by name.
 * @param actual Tensors by name.
 * @returns Names of all differences; three empty lists when all fits.
 */
export function compareWeights(
  wanted: ReadonlyMap<string, readonly number[]>,
  actual: ReadonlyMap<string, { readonly shape: readonly number[] }>,
): WeightMismatch {
  const missing: string[] = [];
  const misshaped: string[] = [];
  for (const [name, shape] of wanted) {
    const tensor = actual.get(name);
    if (!tensor) missing.push(name);
    else if (tensor.shape.join() !== shape.join()) {
      misshaped.push(`${name}: wanted [${shape.join(", ")}], got [${tensor.shape.join(", ")}]`);
    }
  }
  const unexpected = [...actual.keys()].filter((name) => !wanted.has(name));
  return { missing, unexpected, misshaped };
}

/**
 * Describes differences in words, a few names of each kind.
 *
 * @param mismatch What {@link compareWeights} found.
 * @returns A sentence part such as `missing: a, b; unexpected: c`, or undefined when all fits.
 */
export function describeMismatch(mismatch: WeightMismatch): string | undefined {
  const parts = (["missing", "unexpected", "misshaped"] as const)
    .filter((kind) => mismatch[kind].length > 0)
    .map((kind) => `${kind}: ${someOf(mismatch[kind])}`);
  return parts.length === 0 ? undefined : parts.join("; ");
}

/**
 * Copies values into variables in place, so that optimisers and adapters keep pointing at them.
 *
 * @param variables Variables by name.
 * @param tensors Values by name; exactly the same names and shapes.
 * @throws {RangeError} When a tensor is missing, unexpected or misshaped; nothing is changed then.
 */
export function assignVariables(
  variables: ReadonlyMap<string, tf.Variable>,
  tensors: ReadonlyMap<string, TensorValues>,
): void {
  const wanted = new Map([...variables].map(([name, variable]) => [name, variable.shape]));
  const mismatch = describeMismatch(compareWeights(wanted, tensors));
  if (mismatch !== undefined) {
    throw new RangeError(`Cannot assign weights as names and shapes must match: ${mismatch}`);
  }
  tf.tidy(() => {
    for (const [name, variable] of variables) {
      const { values, shape } = tensors.get(name)!;
      // A copy, because a backend may keep the array that a tensor is made of.
      variable.assign(tf.tensor(Float32Array.from(values), [...shape], "float32"));
    }
  });
}
