/** Squared norms of gradients, and what clipping does with them; see `../squared_norms.ts`, `../scaled.ts`. */
import { ELEMENTS, registerCpuKernel, sizeOf } from "./kernel.ts";

registerCpuKernel("MaporlSquaredNorms", ({ inputs, backend, allocate }) => {
  const tensors = Object.keys(inputs).map((_, i) => inputs[`x${i}`]!);
  const y = allocate([tensors.length], "float32");
  const sums = backend.float32(y);
  for (const [i, x] of tensors.entries()) {
    const options = { count: sizeOf(x), grain: ELEMENTS, align: 512 };
    const parts = backend.withPointers([x], (px) =>
      backend.spread("dot", options, (from, to) => [
        px! + from * 4,
        px! + from * 4,
        to - from,
      ]));
    sums[i] = parts.reduce((total, part) => total + part, 0);
  }
  return y;
});

registerCpuKernel<{ factor: number }>("MaporlScale", ({ inputs, attrs, backend }) => {
  for (const x of Object.values(inputs)) {
    const options = { count: sizeOf(x), grain: ELEMENTS, align: 16 };
    backend.withPointers([x], (px) => {
      backend.spread("affine", options, (from, to) => [
        px! + from * 4,
        attrs.factor,
        0,
        px! + from * 4,
        to - from,
      ]);
    });
    backend.wrote(x);
  }
  return [];
});
