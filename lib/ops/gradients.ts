/** Reverse-mode differentiation that frees memory as it goes. */
import * as tf from "@tensorflow/tfjs";
import { accumulate } from "./accumulate.ts";
import { ownsData } from "./own_data.ts";
import { withNeededGradients } from "./register_gradient.ts";

/** A value and its gradients; all are owned by the caller (or the surrounding tidy). */
export interface Gradients {
  /** What was differentiated. */
  readonly value: tf.Scalar;
  /** One per tensor, of its shape; undefined where the value does not depend on it. */
  readonly grads: (tf.Tensor | undefined)[];
}

/** One recorded kernel of tfjs's tape. */
interface TapeNode {
  readonly kernelName: string;
  readonly inputs: Readonly<Record<string, tf.Tensor>>;
  readonly outputs: readonly tf.Tensor[];
  readonly saved?: tf.Tensor[];
  readonly gradient?: (dys: (tf.Tensor | null)[]) => Record<string, () => tf.Tensor>;
}

/** The parts of tfjs's engine that record; not in its public types. */
interface TapeEngine {
  startTape(): void;
  endTape(): void;
  nextTensorId(): number;
  readonly state: {
    activeTape: TapeNode[] | null;
    readonly gradientDepth: number;
  };
}

function tapeEngine(): TapeEngine {
  return tf.engine() as unknown as TapeEngine;
}

/**
 * Whether ops that run now are recorded to be differentiated.
 *
 * @returns True inside of what {@linkcode gradients} or tfjs differentiates.
 */
export function isRecording(): boolean {
  return tapeEngine().state.gradientDepth > 0;
}

/**
 * Differentiates a scalar. tfjs's own backward pass keeps every gradient and everything that was saved
 * for it until its end; this one frees each as soon as nothing needs it any more, so that the peak is
 * about that of the forward pass, and it tells kernels which gradients are wanted. The results are the
 * same.
 *
 * @param f Computes a float32 scalar from the tensors by tfjs ops; runs once, inside a tidy.
 * @param xs The tensors to differentiate by, such as variables.
 * @returns The value and the gradients.
 * @throws {RangeError} If `f` gives no scalar, or what it runs through has no gradient.
 */
export function gradients(f: () => tf.Scalar, xs: readonly tf.Tensor[]): Gradients {
  const { value, grads } = vjp(f, xs);
  return { value: value as tf.Scalar, grads };
}

/**
 * Carries the gradient of a function's value back to what the value was computed from: Σ dy · ∂value/∂x.
 * It may run inside of another one's backward pass, as gradient functions do that compute something anew.
 *
 * @param f Computes a float32 tensor from the tensors by tfjs ops; runs once, inside a tidy.
 * @param xs The tensors to differentiate by.
 * @param dy Gradient of the value, of its shape, stays the caller's; by default 1, for scalars only.
 * @returns The value and the gradients, owned by the caller (or the surrounding tidy).
 * @throws {RangeError} If `f` gives no scalar and there is no `dy`, or what it runs through has no gradient.
 */
export function vjp(
  f: () => tf.Tensor,
  xs: readonly tf.Tensor[],
  dy?: tf.Tensor,
): { readonly value: tf.Tensor; readonly grads: (tf.Tensor | undefined)[] } {
  const engine = tapeEngine();
  if (isRecording()) {
    // While another function is recorded the tape is still needed; tfjs's own pass leaves it whole.
    const { value, grads } = tf.engine().gradients(f, [...xs], dy, true);
    return { value, grads: grads.map((grad) => grad ?? undefined) };
  }
  const outer = engine.state.activeTape; // being walked, where this is part of a backward pass
  engine.startTape();
  const tape = engine.state.activeTape!;
  try {
    const value = tf.tidy("forward", f);
    engine.endTape();
    if (dy === undefined && (value.size !== 1 || value.dtype !== "float32")) {
      throw new RangeError(
        `Cannot differentiate as the value must be a float32 scalar: got ${value.dtype} [${value.shape}]`,
      );
    }
    const grads = tf.tidy("backward", () => {
      const start = dy === undefined ? tf.onesLike(value) : tf.clone(dy);
      return walkBack(tape, new Map([[value.id, start]]), xs);
    });
    return { value, grads: xs.map(({ id }) => grads[id]) };
  } finally {
    if (isRecording()) engine.endTape();
    for (const { saved } of tape) tf.dispose(saved ?? []);
    engine.state.activeTape = outer;
  }
}

/** Completes gradients, so far of the value alone, by those of the tensors it depends on, by their ids. */
function walkBack(
  tape: readonly TapeNode[],
  grads: Map<number, tf.Tensor>,
  xs: readonly tf.Tensor[],
): Record<number, tf.Tensor> {
  const wantedIds = new Set(xs.map(({ id }) => id));
  const fromX = reachable(tape, wantedIds);
  for (const node of tape.toReversed()) {
    const dys = node.outputs.map(({ id }) => grads.get(id) ?? null);
    const names = Object.keys(node.inputs).filter((name) => fromX.has(node.inputs[name]!.id));
    if (names.length > 0 && dys.some((dy) => dy !== null)) {
      const dxs = differentiate(node, dys, sumsSoFar(node, names, grads));
      for (const [i, name] of names.entries()) {
        const { id } = node.inputs[name]!;
        const sum = grads.get(id);
        if (sum === undefined) grads.set(id, dxs[i]!);
        else if (sum !== dxs[i]) grads.set(id, accumulate(sum, dxs[i]!));
      }
    }
    // All that consumed the outputs lies behind us: their gradients are complete and used.
    for (const { id } of node.outputs) {
      if (wantedIds.has(id)) continue;
      grads.get(id)?.dispose();
      grads.delete(id);
    }
    tf.dispose(node.saved ?? []);
  }
  return Object.fromEntries([...grads].filter(([id]) => wantedIds.has(id)));
}

/** Ids of all tensors that depend on some of these, themselves included. */
function reachable(tape: readonly TapeNode[], ids: ReadonlySet<number>): Set<number> {
  const reached = new Set(ids);
  for (const { inputs, outputs } of tape) {
    if (Object.values(inputs).some(({ id }) => reached.has(id))) {
      for (const { id } of outputs) reached.add(id);
    }
  }
  return reached;
}

/** What there is so far of the gradients of these inputs, by name. */
function sumsSoFar(
  node: TapeNode,
  names: readonly string[],
  grads: ReadonlyMap<number, tf.Tensor>,
): Map<string, tf.Tensor | undefined> {
  return new Map(names.map((name) => [name, grads.get(node.inputs[name]!.id)]));
}

/** Gradients of one kernel's inputs, each the sum so far, added to in place, or a tensor of its own. */
function differentiate(
  node: TapeNode,
  dys: (tf.Tensor | null)[],
  sums: ReadonlyMap<string, tf.Tensor | undefined>,
): tf.Tensor[] {
  if (node.gradient === undefined) {
    throw new RangeError(`Cannot differentiate as ${node.kernelName} has no gradient`);
  }
  return tf.tidy(() => {
    const firstNewId = tapeEngine().nextTensorId();
    const writable = [...sums].filter(([, sum]) => sum !== undefined && ownsData(sum));
    const needed = {
      wanted: new Set(sums.keys()),
      sums: new Map(writable as [string, tf.Tensor][]),
    };
    const thunks = withNeededGradients(needed, () => node.gradient!(dys));
    const seen = new Set<tf.Tensor>();
    return [...sums].map(([name, sum]) => {
      const thunk = thunks[name];
      if (thunk === undefined) {
        throw new RangeError(
          `Cannot differentiate as ${node.kernelName} has no gradient of its input ${name}`,
        );
      }
      const dx = thunk();
      if (dx === sum) return dx;
      // A gradient may hand on what it was given, or one tensor twice: freeing or adding to one must
      // not reach the other.
      const own = dx.id < firstNewId || seen.has(dx) ? tf.clone(dx) : dx;
      seen.add(own);
      return own;
    });
  });
}
