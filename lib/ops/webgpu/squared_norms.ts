/** Squared norms of gradients, and what clipping does with them; see `../squared_norms.ts`, `../scaled.ts`. */
import { registerGpuKernel, sizeOf } from "./kernel.ts";
import { elementwise, type Program } from "./program.ts";

const SIZE = 256;
/** Workgroups that share a tensor: enough for a large GPU, few enough for one to add up what they leave. */
const MOST_GROUPS = 256;

const SQUARES: Program = {
  name: "squares",
  buffers: { x: {}, partials: { writes: true } },
  args: { size: "u32", groups: "u32" },
  workgroupSize: SIZE,
  reductions: ["sumOverGroup"],
  body: `
  var sum = 0.0;
  for (var i = group * ${SIZE}u + local; i < args.size; i += args.groups * ${SIZE}u) {
    sum += x[i] * x[i];
  }
  let total = sumOverGroup(local, sum);
  if (local == 0u) { partials[group] = total; }`,
};

const TOTAL: Program = {
  name: "squaresTotal",
  buffers: { partials: {}, y: { writes: true } },
  args: { count: "u32", at: "u32" },
  workgroupSize: SIZE,
  reductions: ["sumOverGroup"],
  body: `
  var sum = 0.0;
  for (var i = local; i < args.count; i += ${SIZE}u) { sum += partials[i]; }
  let total = sumOverGroup(local, sum);
  if (local == 0u) { y[args.at] = total; }`,
};

registerGpuKernel("MaporlSquaredNorms", ({ inputs, allocate, scratch, run }) => {
  const tensors = Object.keys(inputs).map((_, i) => inputs[`x${i}`]!);
  const y = allocate([tensors.length]);
  for (const [at, x] of tensors.entries()) {
    const size = sizeOf(x);
    const groups = Math.max(1, Math.min(MOST_GROUPS, Math.ceil(size / SIZE)));
    const partials = scratch([groups]);
    // Without elements there is no buffer to bind: no partial sums add up to 0.
    if (size > 0) run(SQUARES, { buffers: { x, partials }, args: { size, groups }, groups });
    const args = { count: size > 0 ? groups : 0, at };
    run(TOTAL, { buffers: { partials, y }, args, groups: 1 });
  }
  return y;
});

const SCALE = elementwise("scale", {
  buffers: { x: { writes: true } },
  args: { factor: "f32" },
  body: "x[i] *= args.factor;",
});

registerGpuKernel<{ factor: number }>(
  "MaporlScale",
  ({ inputs, attrs, runElementwise, overwrite }) => {
    for (const x of Object.values(inputs)) {
      if (sizeOf(x) === 0) continue;
      overwrite(x);
      runElementwise(SCALE, { x }, { size: sizeOf(x), factor: attrs.factor });
    }
    return [];
  },
);
