/** Normalisation of rows; see `../rms_norm.ts`. */
import { registerCpuKernel } from "./kernel.ts";

registerCpuKernel<{ eps: number }>("MaporlRmsNorm", ({ inputs, attrs, backend, allocate }) => {
  const x = inputs["x"]!;
  const weight = inputs["weight"]!;
  const [rows, width] = x.shape as [number, number];
  const y = allocate([rows, width], "float32");
  const inverse = allocate([rows], "float32");
  backend.withPointers([x, weight, y, inverse], (px, pw, py, pi) => {
    backend.wasm["rmsNormForward"]!(px!, pw!, py!, pi!, rows, width, attrs.eps);
  });
  return [y, inverse];
});

registerCpuKernel("MaporlRmsNormGrad", ({ inputs, backend, allocate }) => {
  const { x, weight, inverse, dy } = inputs;
  const [rows, width] = x!.shape as [number, number];
  const dx = allocate([rows, width], "float32");
  backend.withPointers([x!, weight!, inverse!, dy!, dx], (px, pw, pi, pdy, pdx) => {
    backend.wasm["rmsNormBackward"]!(px!, pw!, pi!, pdy!, pdx!, rows, width);
  });
  return dx;
});

registerCpuKernel("MaporlRmsNormWeightGrad", ({ inputs, backend, allocate }) => {
  const { x, inverse, dy } = inputs;
  const [rows, width] = x!.shape as [number, number];
  const dw = allocate([width], "float32");
  backend.withPointers([x!, inverse!, dy!, dw], (px, pi, pdy, pdw) => {
    backend.wasm["rmsNormWeightGradient"]!(px!, pi!, pdy!, pdw!, rows, width);
  });
  return dw;
});
