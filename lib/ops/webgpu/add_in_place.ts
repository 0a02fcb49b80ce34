/** Adds up the gradients of one tensor in place; see `../gradients.ts`. */
import { registerGpuKernel, sizeOf } from "./kernel.ts";
import { elementwise } from "./program.ts";

const ADD = elementwise("addInPlace", {
  buffers: { sum: { writes: true }, term: {} },
  body: "sum[i] += term[i];",
});

registerGpuKernel("MaporlAddInPlace", ({ inputs, runElementwise, overwrite }) => {
  const { sum, term } = inputs;
  overwrite(sum!);
  runElementwise(ADD, { sum: sum!, term: term! }, { size: sizeOf(sum!) });
  return [];
});
