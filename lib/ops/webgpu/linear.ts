/** Products of rows with weights; see `../linear.ts` and `../lora_linear.ts`. */
import type * as tf from "@tensorflow/tfjs";
import { registerGpuKernel } from "./kernel.ts";
import { product } from "./product.ts";

registerGpuKernel("MaporlLinear", (call) => {
  const { x, weight } = call.inputs as { x: Matrix; weight: Matrix };
  const [m, k] = x.shape;
  const n = weight.shape[0];
  const y = call.allocate([m, n]);
  const terms = [{ a: x, b: weight, k }];
  product(call, { m, n, transB: true, terms, isWeightB: true, y });
  return y;
});

// Outputs y and the narrow product u = x Aᵀ, which B's gradient needs.
registerGpuKernel<{ scale: number }>("MaporlLoraLinear", (call) => {
  const { x, weight, a, b } = call.inputs as Record<"x" | "weight" | "a" | "b", Matrix>;
  const [numRows, width] = x.shape;
  const [numOutputs, rank] = b.shape;
  const y = call.allocate([numRows, numOutputs]);
  const u = call.allocate([numRows, rank]);
  const narrow = { m: numRows, n: rank, transB: true, isWeightB: true, y: u };
  product(call, { ...narrow, terms: [{ a: x, b: a, k: width }] });
  product(call, {
    m: numRows,
    n: numOutputs,
    transB: true,
    isWeightB: true,
    y,
    terms: [{ a: x, b: weight, k: width }, { a: u, b, k: rank, alpha: call.attrs.scale }],
  });
  return [y, u];
});

interface MatMulAttrs {
  readonly transA: boolean;
  readonly transB: boolean;
  readonly alpha: number;
}

// alpha · op(a) op(b) (+ alpha · op(c) op(d)): what the gradients of linear layers are made of. There b
// and d are weights unless a is transposed, which makes it a weight's gradient.
registerGpuKernel<MatMulAttrs>("MaporlMatMul", (call) => {
  const { a, b } = call.inputs as { a: Matrix; b: Matrix };
  const { c, d } = call.inputs as { c?: Matrix; d?: Matrix };
  const { transA, transB, alpha } = call.attrs;
  const inner = ({ shape }: Matrix) => transA ? shape[0] : shape[1];
  const m = transA ? a.shape[1] : a.shape[0];
  const n = transB ? b.shape[0] : b.shape[1];
  const y = call.allocate([m, n]);
  const terms = [{ a, b, k: inner(a), alpha }];
  if (c !== undefined && d !== undefined) terms.push({ a: c, b: d, k: inner(c), alpha });
  product(call, { m, n, transA, transB, terms, isWeightB: !transA, y });
  return y;
});

interface Matrix extends tf.TensorInfo {
  readonly shape: [number, number];
}
