/** Products of few rows with a copy of the weight in panels; see `../few_rows_linear.ts`. */
import type * as tf from "@tensorflow/tfjs";
import type { CpuBackend } from "../../device/cpu_backend.ts";
import { panelWidth } from "../../device/mod.ts";
import { registerCpuKernel, withScratch } from "./kernel.ts";

type Factor = "x" | "weight" | "a" | "b";
type Factors = Readonly<
  Record<"x" | "weight", tf.TensorInfo> & Partial<Record<Factor, tf.TensorInfo>>
>;

registerCpuKernel<{ scale: number }>("MaporlFewRowsLinear", (call) => {
  const { inputs, attrs: { scale }, backend, allocate } = call;
  const factors = inputs as Factors;
  const { x, weight, a, b } = factors;
  const y = allocate([x.shape[0]!, weight.shape[0]!], "float32");
  if (multiplyPanels(backend, { ...factors, y, scale })) return y;
  const kind = { transA: false, transB: true };
  backend.multiply({ ...kind, alpha: 1, beta: 0, a: x, b: weight, c: y });
  if (a === undefined || b === undefined) return y;
  const narrow = allocate([x.shape[0]!, a.shape[0]!], "float32");
  backend.multiply({ ...kind, alpha: 1, beta: 0, a: x, b: a, c: narrow });
  backend.multiply({ ...kind, alpha: scale, beta: 1, a: narrow, b, c: y });
  backend.disposeData(narrow.dataId);
  return y;
});

/** Whether there is a copy in panels, and then y is computed. */
function multiplyPanels(
  backend: CpuBackend,
  { x, weight, a, b, y, scale }: Factors & { readonly y: tf.TensorInfo; readonly scale: number },
): boolean {
  // Our own product rearranges weights as fast either way.
  if (backend.products.addressed === undefined || backend.productDtype !== "float32") return false;
  if (backend.packed(weight) !== undefined) return false; // a copy of it would not be smaller
  const [rows, inputs] = x.shape as [number, number];
  const outputs = weight.shape[0]!;
  const rank = a?.shape[0] ?? 0;
  const { numThreads } = backend.pool;
  const panel = panelWidth(outputs, numThreads);
  return withScratch(backend, numThreads * rows * rank, (narrow) => {
    const tensors = [x, y, ...a && b ? [a, b] : []];
    return backend.withPointers(tensors, (px, py, pa = 0, pb = 0) => {
      const panels = backend.panelPointer(weight);
      if (panels === 0) return false;
      const options = { count: Math.ceil(outputs / panel), grain: 1 };
      backend.spread("panelProduct", options, (first, last, thread) => [
        px!,
        panels,
        py!,
        rows,
        outputs,
        inputs,
        panel,
        pa,
        pb,
        rank,
        scale,
        narrow + thread * rows * rank * 4,
        first,
        last,
      ]);
      return true;
    });
  });
}
