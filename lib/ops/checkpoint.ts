/** Gradient checkpointing: computing a part of a model again rather than keeping it for the gradient. */
import * as tf from "@tensorflow/tfjs";
import { vjp } from "./gradients.ts";
import { neededGradients } from "./register_gradient.ts";

/** The part of tfjs's engine that records a function as one node; not in its public types. */
interface NodeEngine {
  runKernelFunc(node: {
    readonly forwardFunc: (backend: unknown, save: (tensors: tf.Tensor[]) => void) => tf.Tensor;
    readonly backwardsFunc: (
      dy: tf.Tensor,
      saved: readonly tf.Tensor[],
    ) => Record<string, () => tf.Tensor>;
    readonly inputs: Readonly<Record<string, tf.Tensor>>;
  }): tf.Tensor;
}

/**
 * Runs a function of which the gradient keeps only the inputs; the backward pass computes everything
 * inside of it again (Chen et al. 2016, "Training deep nets with sublinear memory cost"). The
 * gradients are those of the function itself, bit for bit: the same kernels run in the same order.
 *
 * tf.customGrad would do, but must answer with the gradients of all of its inputs; this computes only
 * those that are wanted, such as an adapter's and not the base model's.
 *
 * @param f Computes a float32 tensor from the inputs, and from the parameters by itself. It runs twice and
 * must do the same both times; of other tensors it may read only such as outlive the backward pass and
 * need no gradient.
 * @param inputs Tensors that need not outlive the forward pass; they are kept for the backward pass.
 * @param params Every tensor with a gradient that `f` reads besides, such as variables; they must outlive
 * the backward pass unchanged.
 * @returns What `f` returned.
 */
export function checkpoint<X extends readonly tf.Tensor[], Y extends tf.Tensor>(
  f: (...inputs: X) => Y,
  inputs: X,
  params: readonly tf.Tensor[],
): Y {
  const node = (prefix: string, tensors: readonly tf.Tensor[]): [string, tf.Tensor][] =>
    tensors.map((tensor, i) => [`${prefix}${i}`, tensor]);
  const named = Object.fromEntries([...node("input", inputs), ...node("param", params)]);
  return (tf.engine() as unknown as NodeEngine).runKernelFunc({
    inputs: named,
    forwardFunc: (_backend, save) => {
      save([...inputs]);
      return f(...inputs);
    },
    backwardsFunc: (dy, saved) => {
      const again = saved.slice() as unknown as X;
      const sources = Object.fromEntries([...node("input", again), ...node("param", params)]);
      const names = [...neededGradients()?.wanted ?? Object.keys(named)]
        .filter((name) => sources[name]!.dtype === "float32");
      const { value, grads } = vjp(() => f(...again), names.map((name) => sources[name]!), dy);
      value.dispose();
      return Object.fromEntries(names.map((name, i) => [
        name,
        () => grads[i] ?? tf.zerosLike(sources[name]!),
      ]));
    },
  }) as Y;
}
