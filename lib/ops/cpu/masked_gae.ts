/** Generalised advantage estimation; see `../masked_gae.ts`. */
import type { MaskedGaeOptions } from "../masked_gae.ts";
import { registerCpuKernel } from "./kernel.ts";

// Outputs advantages and returns as one tensor [2, B, T].
registerCpuKernel<MaskedGaeOptions>("MaporlGae", ({ inputs, attrs, backend, allocate }) => {
  const { rewards, values, mask } = inputs;
  const [rows, width] = rewards!.shape as [number, number];
  const both = allocate([2, rows, width], "float32");
  const { gamma, gaeLambda } = attrs;
  backend.withPointers([rewards!, values!, mask!, both], (pr, pv, pm, pb) => {
    const returns = pb! + rows * width * 4;
    backend.wasm["gae"]!(pr!, pv!, pm!, pb!, returns, rows, width, gamma, gamma * gaeLambda);
  });
  return both;
});
