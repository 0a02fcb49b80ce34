/** Scaling to variance 1; see `../masked_whiten.ts`. */
import { registerCpuKernel, sizeOf } from "./kernel.ts";

interface WhitenAttrs {
  readonly keepMean: boolean;
  readonly eps: number;
}

registerCpuKernel<WhitenAttrs>("MaporlMaskedWhiten", ({ inputs, attrs, backend, allocate }) => {
  const { x, mask } = inputs;
  const y = allocate(x!.shape, "float32");
  backend.withPointers([x!, mask!, y], (px, pm, py) => {
    backend.wasm["maskedWhiten"]!(px!, pm!, py!, sizeOf(x!), attrs.eps, attrs.keepMean ? 1 : 0);
  });
  return y;
});
