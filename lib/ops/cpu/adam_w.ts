/** AdamW in one pass and in place; see `../adam_w.ts`. */
import type { AdamWSettings } from "../adam_w.ts";
import { ELEMENTS, registerCpuKernel, sizeOf } from "./kernel.ts";

interface AdamWAttrs extends AdamWSettings {
  readonly weightDecays: readonly number[];
}

registerCpuKernel<AdamWAttrs>("MaporlAdamW", ({ inputs, attrs, backend }) => {
  const { lr, beta1, beta2, eps, step, weightDecays } = attrs;
  const rate = lr / (1 - beta1 ** step);
  const root = 1 / Math.sqrt(1 - beta2 ** step);
  for (const [i, weightDecay] of weightDecays.entries()) {
    const tensors = ["param", "grad", "m", "v"].map((name) => inputs[`${name}${i}`]!);
    const options = { count: sizeOf(tensors[0]!), grain: ELEMENTS, align: 16 };
    backend.withPointers(tensors, (...pointers) => {
      backend.spread("adamW", options, (from, to) => [
        ...pointers.map((pointer) => pointer + from * 4),
        to - from,
        1 - lr * weightDecay,
        rate,
        beta1,
        1 - beta1,
        beta2,
        1 - beta2,
        root,
        eps,
      ]);
    });
    for (const name of ["param", "m", "v"]) backend.wrote(inputs[`${name}${i}`]!);
  }
  return [];
});
