/** AdamW in one pass and in place; see `../adam_w_step.ts`. */
import type { AdamWStepOptions } from "../adam_w_step.ts";
import { registerCpuKernel, sizeOf } from "./kernel.ts";

registerCpuKernel<AdamWStepOptions>("MaporlAdamW", ({ inputs, attrs, backend }) => {
  const { param, grad, m, v } = inputs;
  const { lr, beta1, beta2, eps, weightDecay, step } = attrs;
  const rate = lr / (1 - beta1 ** step);
  const root = 1 / Math.sqrt(1 - beta2 ** step);
  backend.withPointers([param!, grad!, m!, v!], (pp, pg, pm, pv) => {
    backend.wasm["adamW"]!(
      ...[pp!, pg!, pm!, pv!, sizeOf(param!)],
      ...[1 - lr * weightDecay, rate, beta1, 1 - beta1, beta2, 1 - beta2, root, eps],
    );
  });
  return [];
});
