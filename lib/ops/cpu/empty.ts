/** Memory as it comes; see `../empty.ts`. */
import { registerCpuKernel } from "./kernel.ts";

registerCpuKernel<{ shape: number[] }>(
  "MaporlEmpty",
  ({ attrs, allocate }) => allocate(attrs.shape, "float32"),
);
