/** AdamW in one pass and in place; see `../adam_w.ts`. */
import type { AdamWSettings } from "../adam_w.ts";
import { registerGpuKernel, sizeOf } from "./kernel.ts";
import { elementwise } from "./program.ts";

const ADAM_W = elementwise("adamW", {
  buffers: { param: { writes: true }, grad: {}, m: { writes: true }, v: { writes: true } },
  args: {
    decay: "f32",
    rate: "f32",
    beta1: "f32",
    rest1: "f32",
    beta2: "f32",
    rest2: "f32",
    root: "f32",
    eps: "f32",
  },
  body: `
    let g = grad[i];
    let mean = args.beta1 * m[i] + args.rest1 * g;
    let square = args.beta2 * v[i] + args.rest2 * g * g;
    m[i] = mean;
    v[i] = square;
    param[i] = param[i] * args.decay - args.rate * mean / (sqrt(square) * args.root + args.eps);`,
});

interface AdamWAttrs extends AdamWSettings {
  readonly weightDecays: readonly number[];
}

registerGpuKernel<AdamWAttrs>("MaporlAdamW", ({ inputs, attrs, runElementwise, overwrite }) => {
  const { lr, beta1, beta2, eps, step, weightDecays } = attrs;
  for (const [part, weightDecay] of weightDecays.entries()) {
    const [param, grad, m, v] = ["param", "grad", "m", "v"].map((name) =>
      inputs[`${name}${part}`]!
    );
    for (const written of [param!, m!, v!]) overwrite(written);
    runElementwise(ADAM_W, { param: param!, grad: grad!, m: m!, v: v! }, {
      size: sizeOf(param!),
      decay: 1 - lr * weightDecay,
      rate: lr / (1 - beta1 ** step),
      beta1,
      rest1: 1 - beta1,
      beta2,
      rest2: 1 - beta2,
      eps,
      root: 1 / Math.sqrt(1 - beta2 ** step),
    });
  }
  return [];
});
