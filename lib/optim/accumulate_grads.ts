/**
 * Gradients of a sum of losses, one micro-batch in memory at a time.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { yieldToEvents } from "../core/mod.ts";
import { accumulate } from "../ops/mod.ts";
import { valueAndGrads } from "./value_and_grads.ts";

/** What {@link accumulateGrads} returns. */
export interface AccumulatedGrads {
  /** The sum of the losses. */
  readonly value: number;
  /** One gradient per parameter, of the sum; owned by the caller. */
  readonly grads: Map<string, tf.Tensor>;
}

/**
 * Adds the gradients of several scalar losses. Write each loss already weighted by its share of
 * the mini-batch: then the sum equals the gradient of the whole batch at once.
 *
 * @param losses One function per micro-batch; at least one.
 * @param params The variables to differentiate by, by name.
 * @param options Its `signal` stops between two losses.
 * @returns The summed loss and gradients; dispose the gradients after use.
 * @throws {RangeError} If there is no loss.
 * @throws The signal's reason when it aborts; no tensor is then left.
 */
export async function accumulateGrads(
  losses: readonly (() => tf.Scalar)[],
  params: ReadonlyMap<string, tf.Variable>,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<AccumulatedGrads> {
  if (losses.length === 0) {
    throw new RangeError("Cannot accumulate gradients as there is no loss: got 0");
  }
  const values: tf.Scalar[] = [];
  const sum = new Map<string, tf.Tensor>();
  try {
    for (const loss of losses) {
      await yieldToEvents(signal);
      const part = valueAndGrads(loss, params);
      values.push(part.value);
      for (const [name, grad] of part.grads) {
        const before = sum.get(name);
        sum.set(name, before ? accumulate(before, grad) : grad);
      }
    }
    // Read when all is asked for: a GPU would wait for each.
    const read = await Promise.all(values.map((value) => value.data()));
    return { value: read.reduce((total, data) => total + data[0]!, 0), grads: sum };
  } catch (error) {
    tf.dispose([...sum.values()]);
    throw error;
  } finally {
    tf.dispose(values);
  }
}
