/** Memory as it comes; see `../empty.ts`. */
import { registerGpuKernel } from "./kernel.ts";

registerGpuKernel<{ shape: number[] }>(
  "MaporlEmpty",
  ({ attrs, allocate }) => allocate(attrs.shape),
);
