/** Rows by index; see `../embedding.ts`. */
import type * as tf from "@tensorflow/tfjs";
import type { CpuBackend } from "../../device/cpu_backend.ts";
import { ELEMENTS, registerCpuKernel } from "./kernel.ts";

/**
 * table[ids[n]] = Σ rows[n]. Each thread adds to the entries that are its own, in the order of n.
 *
 * @param backend Whose kernels.
 * @param tensors `rows` [N, W], `ids` [N], `table` [V, W].
 * @param sizes N, W and V.
 */
export function scatterAdd(
  backend: CpuBackend,
  { rows, ids, table }: Readonly<Record<"rows" | "ids" | "table", tf.TensorInfo>>,
  [count, width, numEntries]: readonly [number, number, number],
): void {
  backend.float32(table).fill(0);
  // Every thread reads all ids: worth it for many rows only.
  const grain = count * width < ELEMENTS ? numEntries : 16;
  backend.withPointers([rows, ids, table], (pr, pi, pt) => {
    backend.spread("scatterAddRows", { count: numEntries, grain }, (from, to) => [
      pr!,
      pi!,
      pt!,
      count,
      width,
      from,
      to,
    ]);
  });
}

registerCpuKernel("MaporlEmbedding", ({ inputs, backend, allocate }) => {
  const table = inputs["table"]!;
  const ids = inputs["ids"]!;
  const [numEntries, width] = table.shape as [number, number];
  const count = ids.shape[0]!;
  const y = allocate([count, width], "float32");
  const packed = backend.packed(table);
  if (packed !== undefined) {
    backend.chosenRows(packed, ids, y);
    return y;
  }
  backend.withPointers([table, ids, y], (pt, pi, py) => {
    const options = { count, grain: Math.ceil(ELEMENTS / width) };
    backend.spread("gatherRows", options, (from, to) => [
      pt!,
      pi! + from * 4,
      py! + from * width * 4,
      to - from,
      width,
      numEntries,
    ]);
  });
  return y;
});

registerCpuKernel<{ numEntries: number }>(
  "MaporlEmbeddingGrad",
  ({ inputs, attrs, backend, allocate }) => {
    const { dy, ids } = inputs;
    const [count, width] = dy!.shape as [number, number];
    const dtable = allocate([attrs.numEntries, width], "float32");
    scatterAdd(backend, { rows: dy!, ids: ids!, table: dtable }, [count, width, attrs.numEntries]);
    return dtable;
  },
);
