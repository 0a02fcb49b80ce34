/** Bias of a linear layer; see `../add_bias.ts`. */
import { registerGpuKernel, sizeOf } from "./kernel.ts";
import { elementwise } from "./program.ts";

const PROGRAM = elementwise("addBias", {
  buffers: { x: {}, bias: {}, y: { writes: true } },
  args: { width: "u32" },
  body: "y[i] = x[i] + bias[i % args.width];",
});

registerGpuKernel("MaporlAddBias", ({ inputs, allocate, runElementwise }) => {
  const { x, bias } = inputs;
  const y = allocate(x!.shape);
  runElementwise(PROGRAM, { x: x!, bias: bias!, y }, { size: sizeOf(y), width: sizeOf(bias!) });
  return y;
});
