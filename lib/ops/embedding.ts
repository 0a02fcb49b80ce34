/** Rows of a table by index, with a scatter-add gradient. */
import * as tf from "@tensorflow/tfjs";
import { oneHotRows } from "./one_hot_rows.ts";
import { registerGradient } from "./register_gradient.ts";
import { hasKernel, runKernel, shapeError } from "./run_kernel.ts";

/** Elements of one chunk of one-hot rows in the reference's gradient; bounds its memory at 64 MiB. */
const ONE_HOT_ELEMENTS = 1 << 24;

/**
 * Looks up rows of a table.
 *
 * @param table Shape [V, D].
 * @param ids Shape [N], int32 in [0, V). Out of range gives unspecified values, as checking would
 * force a read-back.
 * @returns Shape [N, D].
 * @throws {RangeError} If the ranks are wrong.
 */
export function embedding(table: tf.Tensor2D, ids: tf.Tensor1D): tf.Tensor2D {
  if (table.rank !== 2 || ids.rank !== 1) {
    throw shapeError("embedding", "table must be [V, D] and ids [N]", table, ids);
  }
  if (!hasKernel("MaporlEmbedding")) return embeddingReference(table, ids);
  return runKernel("MaporlEmbedding", { table, ids }, {
    numEntries: table.shape[0],
  })[0] as tf.Tensor2D;
}

/**
 * {@linkcode embedding} by plain tfjs ops. The gradient is a product with one-hot rows: tfjs's own
 * needs UnsortedSegmentSum, which its webgpu backend lacks, and a product adds in a fixed order.
 *
 * @param table Shape [V, D].
 * @param ids Shape [N], int32.
 * @returns Shape [N, D].
 */
export function embeddingReference(table: tf.Tensor2D, ids: tf.Tensor1D): tf.Tensor2D {
  const lookUp = tf.customGrad((...args) => {
    const save = args.at(-1) as unknown as (tensors: tf.Tensor[]) => void;
    save([ids]); // the gradient outlives the tidy that ids may have been made in
    return {
      value: tf.gather(args[0] as tf.Tensor2D, ids),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        scatterRows(dy as tf.Tensor2D, saved[0] as tf.Tensor1D, table.shape[0]),
    };
  });
  return lookUp(table) as tf.Tensor2D;
}

/** Adds row n of `rows` [N, D] into row ids[n] of a zero [V, D]. */
function scatterRows(rows: tf.Tensor2D, ids: tf.Tensor1D, numEntries: number): tf.Tensor2D {
  return tf.tidy(() => {
    const [numRows, width] = rows.shape;
    const chunk = Math.max(1, Math.floor(ONE_HOT_ELEMENTS / numEntries));
    let sum: tf.Tensor2D | undefined;
    for (let start = 0; start < numRows; start += chunk) {
      const count = Math.min(chunk, numRows - start);
      const oneHot = oneHotRows(ids.slice(start, count), numEntries);
      const part: tf.Tensor2D = tf.matMul(
        oneHot,
        rows.slice([start, 0], [count, width]),
        true,
        false,
      );
      sum = sum === undefined ? part : (sum.add(part) as tf.Tensor2D);
    }
    return sum ?? tf.zeros([numEntries, width]);
  });
}

registerGradient("MaporlEmbedding", {
  saveInputs: ["ids"],
  gradient: ([dy], [ids], { numEntries }) => ({
    table: () => runKernel("MaporlEmbeddingGrad", { dy: dy!, ids: ids! }, { numEntries })[0]!,
  }),
});
