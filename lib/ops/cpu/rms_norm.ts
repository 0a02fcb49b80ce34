/** Normalisation of rows; see `../rms_norm.ts`. */
import type * as tf from "@tensorflow/tfjs";
import type { CpuBackend } from "../../device/cpu_backend.ts";
import type { SpreadOptions } from "../../device/cut_range.ts";
import { ELEMENTS, registerCpuKernel, withScratch } from "./kernel.ts";

function rowsOf(count: number, width: number): SpreadOptions {
  return { count, grain: Math.ceil(ELEMENTS / 2 / width) };
}

registerCpuKernel<{ eps: number }>("MaporlRmsNorm", ({ inputs, attrs, backend, allocate }) => {
  const x = inputs["x"]!;
  const weight = inputs["weight"]!;
  const [rows, width] = x.shape as [number, number];
  const y = allocate([rows, width], "float32");
  const inverse = allocate([rows], "float32");
  backend.withPointers([x, weight, y, inverse], (px, pw, py, pi) => {
    backend.spread("rmsNormForward", rowsOf(rows, width), (from, to) => {
      const at = from * width * 4;
      return [px! + at, pw!, py! + at, pi! + from * 4, to - from, width, attrs.eps];
    });
  });
  return [y, inverse];
});

registerCpuKernel("MaporlRmsNormGrad", ({ inputs, backend, allocate }) => {
  const dx = allocate(inputs["x"]!.shape, "float32");
  differentiate(backend, { ...inputs, dx }, { add: false });
  return dx;
});

registerCpuKernel("MaporlAddRmsNormGrad", ({ inputs, backend }) => {
  const { sum, ...rest } = inputs;
  differentiate(backend, { ...rest, dx: sum! }, { add: true });
  backend.wrote(sum!);
  return [];
});

function differentiate(
  backend: CpuBackend,
  tensors: Readonly<Record<string, tf.TensorInfo>>,
  { add }: { readonly add: boolean },
): void {
  const { x, weight, inverse, dy, dx } = tensors;
  const [rows, width] = x!.shape as [number, number];
  backend.withPointers([x!, weight!, inverse!, dy!, dx!], (px, pw, pi, pdy, pdx) => {
    backend.spread("rmsNormBackward", rowsOf(rows, width), (from, to) => {
      const at = from * width * 4;
      return [px! + at, pw!, pi! + from * 4, pdy! + at, pdx! + at, +add, to - from, width];
    });
  });
}

registerCpuKernel("MaporlRmsNormWeightGrad", ({ inputs, backend, allocate }) => {
  const { x, inverse, dy } = inputs;
  const [rows, width] = x!.shape as [number, number];
  const dw = allocate([width], "float32");
  // Each thread adds up its rows, and then the sums are added.
  withScratch(backend, backend.pool.numThreads * width, (scratch, sums) => {
    const parts = backend.withPointers(
      [x!, inverse!, dy!],
      (px, pi, pdy) =>
        backend.spread("rmsNormWeightGradient", rowsOf(rows, width), (from, to, thread) => {
          const at = from * width * 4;
          const out = scratch + thread * width * 4;
          return [px! + at, pi! + from * 4, pdy! + at, out, to - from, width];
        }),
    );
    const total = backend.float32(dw);
    total.fill(0);
    for (let at = 0; at < parts.length * width; at += width) {
      for (let i = 0; i < width; i++) total[i]! += sums[at + i]!;
    }
  });
  return dw;
});
